"""Lists of one's own put in data/local: deaths of the residents of départements, by year and by age."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from etl import frames
from etl.formats import purposes, sheets
from etl.formats.age_bands import age_band
from etl.formats.lists import Column, ListRow, RefusedRow, in_order, read_all
from etl.intake import local_files
from etl.resolve.precedence import LOCAL
from etl.source import Inputs, Note, Source, Tally
from etl.sources import death_records
from maillage.language.departements import Departements
from maillage.language.names import plain

SOURCE = Source(
    source_id="deces_locaux",
    title="Décès par âge et département, listes déposées",
    producer="Liste déposée (décès), Insee (population)",
    page="data/local",
    licence="Celle de la liste",
    vintage="Années de la liste",
    local="*",
    doubts="Une tranche d'âge absente est inconnue, et non zéro. Le département est celui du domicile : la liste le dit, rien ne "
    "permet de le vérifier qu'une comparaison avec le taux publié.",
    writes="figure",
    tier=LOCAL,
)

COLUMNS = (
    Column(
        "departement",
        (
            "code département",
            "dep",
            "dept",
            "département de domicile",
            "département de résidence",
            "depdom",
            "code dep",
        ),
        required="departement",
        code=True,
    ),
    Column("annee", ("an", "year", "année de décès", "année du décès", "millésime"), required="annee", code=True),
    Column(
        "age",
        (
            "tranche",
            "tranche d'âge",
            "âge au décès",
            "classe d'âge",
            "groupe d'âge",
            "âge révolu",
            "tranche âge",
            "ages",
        ),
        required="age",
        code=True,
    ),
    Column("sexe", ("sex", "genre")),
    Column(
        "nombre",
        ("nb", "décès", "nombre de décès", "nb de décès", "nb décès", "effectif", "effectifs", "nbre", "total décès"),
        required="nombre",
        code=True,
    ),
)
TOGETHER = ("ensemble", "total", "tous", "tous ages", "tous les ages", "hommes et femmes", "les deux", "all")
SEXES = {
    **dict.fromkeys(("f", "femme", "femmes", "feminin", "2"), "f"),
    **dict.fromkeys(("m", "h", "homme", "hommes", "masculin", "1"), "m"),
    **dict.fromkeys((*TOGETHER, "t", "3", "9"), "all"),
}
UNDER = re.compile(r"<\s*[0-9]+|moins de [0-9]+", re.IGNORECASE)  # « <5 »: a small number, kept secret


@dataclass(frozen=True)
class DeathCount:
    """A row of a list, understood: `events` is None when the list withholds it."""

    row: ListRow
    departement: str
    year: int
    sex: str
    age_from: int
    age_to: int | None
    events: int | None

    @property
    def cell(self) -> tuple[str, int, str]:
        """What bands of age add up to a whole of: département, year, sex."""
        return self.departement, self.year, self.sex

    @property
    def end(self) -> float:
        """The age where its band ends, excluded; infinite for the last one."""
        return float("inf") if self.age_to is None else self.age_to


def mine(path: Path) -> bool:
    """Named for deaths, or of a name that says nothing and with the headings of such a list; not a file of single deaths."""
    if death_records.mine(path):
        return False
    purpose = purposes.by_name(path)
    return purpose == purposes.DEATHS or (purpose is None and purposes.has_headings(path, COLUMNS))


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage events by age: a row for each département, year, sex and band that is understood; a note for each other."""
    listings, notes = read_all(local_files(SOURCE, inputs.data, mine), COLUMNS)
    departements = Departements(
        connection.execute(
            "SELECT code, name FROM read_parquet(?)", [str(inputs.data / "snapshot" / "departements.parquet")]
        ).fetchall()
    )
    counts: list[DeathCount] = []
    for listing in listings:
        notes += listing.notes
        for row in listing.rows:
            try:
                if plain(row["age"] or "") in TOGETHER:
                    notes.append(
                        row.note("compris", "ligne de tous les âges", "Laissée de côté : seules les tranches servent.")
                    )
                else:
                    counts.append(_count(row, departements))
            except RefusedRow as refused:
                notes.append(row.note("refuse", refused.reason, f"Refusée : {refused}"))
    kept, doubles = _apart(counts)
    notes += doubles
    frames.insert(
        connection,
        "staging.event_by_age",
        pd.DataFrame(
            [
                (*count.cell[:2], "deces", count.sex, count.age_from, count.age_to, count.events, count.events is None)
                for count in kept
                if inputs.wants(count.departement)
            ],
            columns=["departement_code", "year", "event", "sex", "age_from", "age_to", "events", "withheld"],
        )
        .astype({"age_to": "Int64", "events": "Int64"})
        .assign(tier=SOURCE.tier, source_id=SOURCE.source_id),
    )
    years = sorted({count.year for count in kept})
    vintage = f"{years[0]} à {years[-1]}" if len(years) > 1 else "".join(map(str, years))
    return Tally(sum(listing.rows_read for listing in listings), len(kept), in_order(notes), vintage)


def _count(row: ListRow, departements: Departements) -> DeathCount:
    """A row as it is understood. Raises RefusedRow."""
    codes = departements.read(row.required("departement"))
    if len(codes) != 1:
        raise row.refuse(
            f"« {row['departement']} » n'est pas un département",
            "Écrivez son code : 08, 2A, 971.",
            "département inconnu",
        )
    year = row.required("annee")
    if not re.fullmatch("(?:19|20)[0-9]{2}", year):
        raise row.refuse(f"« {year} » n'est pas une année", "Écrivez-la en quatre chiffres.", "année inconnue")
    text = row.required("age")
    band = age_band(text)
    if band is None:
        raise row.refuse(
            f"« {text} » n'est pas une tranche d'âge (un tableur l'a peut-être prise pour une date)",
            "Écrivez 34, « 5 à 9 ans », « 95 ans et plus ».",
            "âge inconnu",
        )
    sex = SEXES.get(plain(row["sexe"])) if row["sexe"] else "all"
    if sex is None:
        raise row.refuse(f"« {row['sexe']} » n'est pas un sexe", "Écrivez f, m ou ensemble.", "sexe inconnu")
    return DeathCount(row, *codes, int(year), sex, *band, _events(row))


def _events(row: ListRow) -> int | None:
    """The number of deaths; None when the list withholds it. Raises RefusedRow when it is missing, or no count."""
    text = row["nombre"] or ""
    if UNDER.fullmatch(text):
        return None
    try:
        figure = sheets.figure(text)
    except sheets.SheetError as error:
        raise row.refuse(f"{error} (colonne « nombre »)", "Écrivez un nombre entier.", "nombre illisible") from None
    if figure.withheld:
        return None
    if figure.value is None:
        raise row.refuse("le nombre manque", "Écrivez 0 s'il n'y a eu aucun décès.", "nombre manquant")
    if figure.value < 0 or figure.value % 1 or figure.value > 1_000_000:
        raise row.refuse(f"« {text} » n'est pas un nombre de décès", "Écrivez un entier positif.", "nombre illisible")
    return int(figure.value)


def _apart(counts: list[DeathCount]) -> tuple[list[DeathCount], list[Note]]:
    """The rows whose bands do not overlap, the narrowest first, and a note for each other.

    A band that stands twice for one département, year and sex is not known: neither row is kept.
    """
    cells: dict[tuple, list[DeathCount]] = defaultdict(list)
    for count in counts:
        cells[count.cell].append(count)
    kept, notes = [], []
    for cell in cells.values():
        bands: dict[tuple, list[DeathCount]] = defaultdict(list)
        for count in cell:
            bands[count.age_from, count.end].append(count)
        taken: list[DeathCount] = []
        for (low, high), same in sorted(bands.items(), key=lambda band: band[0][1] - band[0][0]):
            if len(same) > 1:
                lines = ", ".join(count.row.label for count in same)
                sentence = f"Refusées : la même tranche figure plusieurs fois ({lines}). Faites-en la somme, ou gardez la bonne."
                notes += [count.row.note("refuse", "tranche en double", sentence) for count in same]
            elif any(low < other.end and other.age_from < high for other in taken):
                sentence = "Laissée de côté : des tranches plus fines de la même liste sont dedans."
                notes.append(same[0].row.note("compris", "tranche qui en réunit d'autres", sentence))
            else:
                taken.append(same[0])
        kept += taken
    order = {id(count): rank for rank, count in enumerate(counts)}
    return sorted(kept, key=lambda count: order[id(count)]), notes
