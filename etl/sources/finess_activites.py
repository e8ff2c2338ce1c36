"""Places of LHSS, LAM and ACT, from the activities of the national register FINESS."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import duckdb
import pandas as pd

from etl import frames
from etl.source import Inputs, Note, Remote, Source, Tally
from etl.sources.finess import NUMBER, changed, code, establishments, generated_on

SOURCE = Source(
    source_id="finess_activites",
    title="FINESS, activités : places installées des LHSS, LAM et ACT",
    producer="Agence du numérique en santé et ministère chargé de la santé",
    page="https://www.data.gouv.fr/datasets/finess-activites-1/",
    licence="Licence Ouverte 2.0",
    vintage="fichier mensuel",
    doubts="Places « installées constatées » ; là où seules des places autorisées sont écrites, le nombre de places est inconnu.",
    remote=Remote(
        url="https://www.data.gouv.fr/api/1/datasets/finess-activites-1/",
        kind="json.gz",
        newest=r"^finess-activites-mensuel-\d{6}\.json\.gz$",
        most_mb=1000,
    ),
    writes="site",
    reads=(
        "structures",
        "structures_france",
        "finess_2021",
        "finess_2026_occitanie",
        "finess_2026_05",
        "finess",
        "finess_legacy",
    ),
)

TYPES = ("LHSS", "LAM", "ACT")
ACTIVE = "A"
INSTALLED, AUTHORISED = "08", "09"  # TRE_R330 of the health terminologies: « installé constaté », « autorisé »
CONTRADICTION = "places contradictoires"
OUTSIDE = "16"  # modeFonctionnement: care where people live, « hors les murs »
SHARES = (
    "habilitation",
    "typeLogement",
    "genre",
    "modeFinancement",
)  # a line with one of these is a part of another line


@dataclass
class Places:
    """Of one establishment, by where they are: lodging, or (True) outside the walls."""

    installed: Counter[bool] = field(default_factory=Counter)
    authorised: Counter[bool] = field(default_factory=Counter)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the places of LHSS, LAM and ACT whose FINESS number a list gives; return how many have some.

    Lodging counts; places outside the walls are told in the remark, and counted only where there is no lodging.
    """
    made_on, seen = generated_on(inputs.fetched), Counter()
    wanted = {
        finess
        for (finess,) in connection.execute(
            "SELECT finess FROM staging.site WHERE finess IS NOT NULL AND type IN (SELECT unnest(?))", [list(TYPES)]
        ).fetchall()
    }
    by_number: dict[str, Places] = defaultdict(Places)
    statuses, notes, rows_read = Counter(), [], 0
    for fields in establishments(inputs.fetched, seen):
        rows_read += 1
        number = code(fields.get(NUMBER))
        for activity in fields.get("activitesexercees") or ():
            lines = activity.get("capacite") or ()
            statuses.update(code(line.get("statutCapacite")) for line in lines)
            if number not in wanted:
                continue
            counted = [line for line in lines if _is_count(line)]
            if len(counted) < len(lines):
                sentence = f"L'établissement {number} a une ligne dont le nombre de places n'en est pas un : elle est laissée de côté."
                notes.append(Note(number, "refuse", "nombre de places illisible", sentence))
            if not _add(by_number[number], activity, counted):
                sentence = f"L'établissement {number} a plusieurs nombres de places pour une même activité : aucun n'est retenu."
                notes.append(Note(number, "ambigu", CONTRADICTION, sentence))
    if not rows_read:
        raise changed("aucun établissement n'y a été trouvé (dans « pmej », puis « ege »)")
    if missing := [name for name in (NUMBER, "activitesexercees") if not seen[name]]:
        raise changed(f"le champ « {', '.join(missing)} » n'y est plus")
    if not statuses[INSTALLED]:
        raise changed(f"aucune capacité n'y a le statut « installé constaté » ({INSTALLED})")
    contradicted = {note.line for note in notes if note.reason == CONTRADICTION}
    rows = [
        (finess, list(TYPES), *_summary(places), made_on, SOURCE.source_id)
        for finess, places in by_number.items()
        if finess not in contradicted
    ]
    columns = ["finess", "types", "places", "remarks", "as_of", "source_id"]
    frame = pd.DataFrame(rows, columns=columns).astype({"places": "Int32"})
    frames.insert(connection, "staging.places", frame)
    words = f"fichier mensuel du {made_on[8:]}/{made_on[5:7]}/{made_on[:4]}"
    return Tally(rows_read, int(frame["places"].notna().sum()), tuple(notes), words)


def _is_count(line: dict) -> bool:
    """Whether a line of capacity has a number; a few of the real file have none."""
    return re.fullmatch(r"[0-9]{1,6}", code(line.get("nombre"))) is not None


def _add(places: Places, activity: dict, lines: list[dict]) -> bool:
    """Add the places of an activity, those of its `lines`; False when it contradicts itself."""
    if code((activity.get("caracteristiquesGeneriques") or {}).get("etatObjet")) != ACTIVE:
        return True
    specific = (activity.get("nature") or {}).get("caracteristiquesSpecifiques") or {}
    kinds = [value for value in specific.values() if isinstance(value, dict)]
    outside = any(code(kind.get("modeFonctionnement")) == OUTSIDE for kind in kinds)
    whole = [line for line in lines if not any(line.get(share) for share in SHARES)]
    for status, total in ((INSTALLED, places.installed), (AUTHORISED, places.authorised)):
        numbers = {int(code(line["nombre"])) for line in whole if code(line.get("statutCapacite")) == status}
        if len(numbers) > 1:
            return False
        total[outside] += sum(numbers)
    return True


def _summary(places: Places) -> tuple[int | None, list[str]]:
    """The number of places (None: unknown) and what else there is to say of them."""
    lodging, outside = places.installed[False], places.installed[True]
    counted = lodging or outside or None
    remarks = []
    if lodging and outside:
        remarks.append(f"{outside} places de plus hors les murs")
    elif outside:
        remarks.append("places hors les murs")
    authorised = places.authorised[not lodging and bool(outside)]
    if authorised > (counted or 0):
        remarks.append(
            f"{authorised} places autorisées, {counted or 'aucune'} installée{'s' if (counted or 0) > 1 else ''}"
        )
    return counted, remarks
