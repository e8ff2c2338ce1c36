"""What every document says of a territory, in the same words: who, figures, structures. Text only, never markup."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.records.figure import DEPARTEMENTS, Figure, Value
from maillage.records.print_frame import Vicinity
from maillage.records.territory import Dossier

PLACES = 4  # columns of comparison: more would not be read on a page
SEATS = ("HOP", "SIEGE_CPTS")  # never in these documents: neither is a structure of coordinated care
READING = (
    "≥ minimum, ≤ maximum : recensement partiel. ≈ moyenne calculée ici, non publiée. – : donnée manquante. "
    "NS : retenu par le secret statistique."
)


@dataclass(frozen=True)
class Key:
    """A figure that stands alone, with what it is and where it comes from."""

    value: str
    label: str
    note: str


@dataclass(frozen=True)
class Grid:
    """A table ready to be set: `head` and every row have as many cells. `notes` go below."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def dated(dossier: Dossier) -> str:
    return f"Données au {dossier.build.built_at:%d/%m/%Y}"


def partial(dossier: Dossier) -> bool:
    """Whether the members known are but a part: what is counted of them is a minimum."""
    return dossier.cpts is not None and dossier.cpts.perimeter == "partiel"


def extent(dossier: Dossier) -> str:
    """« 34 communes, 90 346 habitants »; « au moins » where the perimeter is a part; why where it is not known."""
    if dossier.population is None:
        return "Périmètre inconnu" if dossier.kind == "cpts" else "Aucune commune"
    least = "au moins " if partial(dossier) else ""
    return f"{least}{text.count(len(dossier.codes), 'commune')}, {text.count(dossier.population, 'habitant')}"


def where(dossier: Dossier) -> str:
    """« Saône-et-Loire (71), Bourgogne-Franche-Comté »."""
    places = [text.territory_name(share.level, share.code, share.name) for share in dossier.departements]
    return ", ".join(
        [*places, *(r.name for r in dossier.regions if r.name not in {d.name for d in dossier.departements})]
    )


def status(dossier: Dossier) -> str:
    """« ACI signé (18/10/2022) »; « Projet de territoire » for a draft."""
    if dossier.cpts is None:
        return "Projet de territoire"
    label = catalog.CPTS_STATUS[dossier.cpts.status].label
    when = f" ({text.date(dossier.cpts.status_date)})" if text.known(dossier.cpts.status_date) else ""
    return f"{label[:1].upper()}{label[1:]}{when}"


def by_name(communes: pd.DataFrame) -> pd.DataFrame:
    """Communes in the order of a dictionary: accents, case and hyphens do not count."""
    plain = communes["name"].str.normalize("NFKD").str.replace(r"[\W_]", "", regex=True).str.lower()
    return communes.iloc[plain.argsort(kind="stable")]


def members(dossier: Dossier) -> tuple[str, ...]:
    """The names of the communes, in the order of a dictionary."""
    return tuple(by_name(dossier.communes)["name"])


def alternative(dossier: Dossier) -> str:
    """The map in words."""
    if dossier.communes.empty:
        return f"{extent(dossier)} : aucune carte n'est dessinée, rien n'est deviné."
    largest = dossier.communes.nlargest(3, "population")["name"]
    return f"Carte du territoire : {extent(dossier)} ({where(dossier)}). Communes les plus peuplées : {', '.join(largest)}."


# -- figures ----------------------------------------------------------------------------------------------------------


def keys(dossier: Dossier, brief: bool = False) -> tuple[Key, ...]:
    """The figures told first, without what only the board wants to know when `brief`; none where no commune is known."""
    if dossier.population is None:
        return ()
    least = f"≥{text.HARD}" if partial(dossier) else ""
    known = "communes connues du périmètre, qui en a d'autres" if partial(dossier) else "communes du territoire"
    number = len(dossier.codes)
    found = [
        Key(f"{least}{text.number(number)}", plural(number, "commune"), f"{known}, code officiel géographique de 2026"),
        Key(
            f"{least}{text.number(dossier.population)}", plural(dossier.population, "habitant"),
            f"population municipale {dossier.population_year}, Insee",
        ),
    ]  # fmt: skip
    if dossier.size is not None:
        more = "" if brief else f" ; {_threshold(dossier)}"
        found.append(Key(dossier.size.kind.code, "classe de taille ACI", f"{dossier.size.kind.label}{more}"))
    if (density := figure(dossier, "densite")) is not None and density.own is not None:
        found.append(Key(reading(density.own, density.decimals), "habitants par km²", _against(density)))
    for kind in catalog.DEFAULT_SITE_TYPES:
        row = _counted(dossier, kind)
        if row is not None and row.extent != "inconnu" and row.open:
            more = f"≥{text.HARD}" if row.extent == "partiel" else ""
            listed = "liste partielle" if row.extent == "partiel" else "liste complète"
            word = "ouverte" if kind in ("MSP", "ESP", "PASS") else "ouvert"
            found.append(
                Key(
                    f"{more}{text.number(row.open)}",
                    f"{kind} {plural(row.open, word)}",
                    f"{row.label}, sites recensés, {listed}",
                )
            )
    return tuple(found)


def plural(value: float, word: str) -> str:
    return word if abs(value) < 2 else f"{word}s"


def _threshold(dossier: Dossier) -> str:
    size = dossier.size
    if size.lacking is None:
        return "la plus grande"
    return f"il manque {text.count(size.lacking, 'habitant')} pour {size.next.code}"


def figure(dossier: Dossier, indicator: str) -> Figure | None:
    return next((each for each in dossier.figures if each.indicator == indicator), None)


def reading(value: Value | None, decimals: int) -> str:
    """« ≥ 2,3 », « NS », « – »."""
    if value is None:
        return "–"
    if value.method == "NS":
        return "NS"
    if value.value is None:
        return "–"
    return (
        f"{value.sign}{text.HARD}{text.number(value.value, decimals)}"
        if value.sign
        else text.number(value.value, decimals)
    )


def _against(told: Figure) -> str:
    """« Saône-et-Loire 64,0 ; France 107,9 (2023) »."""
    known = [f"{name} {reading(value, told.decimals)}" for *_, name, value in places(told) if value is not None]
    return f"{' ; '.join(known)} ({told.year})"


def places(told: Figure) -> list[tuple[str, str, str, Value | None]]:
    """The places it is compared with that fit a page: the most inhabited départements, the régions, France."""
    levels = {
        level: [place for place in told.against if place[0] == level] for level in ("departement", "region", "france")
    }
    room = PLACES - len(levels["france"])
    regions = levels["region"][: max(room - len(levels["departement"]), 1)]
    return [*levels["departement"][: room - len(regions)], *regions, *levels["france"]]


def comparisons(dossier: Dossier, names: tuple[str, ...] = ()) -> Grid:
    """Figures of the territory beside larger ones: indicator, unit, date, own value, then the places. `names`: those only."""
    told = [each for each in dossier.figures if not names or each.indicator in names]
    if not told:
        return Grid((), ())
    kept = places(told[0])
    rows = [
        (
            f"{each.label}{f'{text.HARD}*' if each.scope == DEPARTEMENTS else ''}", each.unit, each.year,
            reading(each.own, each.decimals), *(reading(value, each.decimals) for *_, value in places(each)),
        )
        for each in told
    ]  # fmt: skip
    notes = [READING]
    if any(each.scope == DEPARTEMENTS for each in told):
        notes.append(
            "* Publié par département seulement : le territoire reçoit le chiffre du sien, ou des siens en proportion de ses habitants."
        )
    left = len(told[0].against) - len(kept)
    if left:
        notes.append(
            f"{text.count(left, 'territoire de comparaison n’est pas montré', 'territoires de comparaison ne sont pas montrés')} ici."
        )
    return Grid(
        ("Indicateur", "Unité", "Date", "Territoire", *(name for *_, name, _ in kept)), tuple(rows), tuple(notes)
    )


# -- structures -------------------------------------------------------------------------------------------------------


def _counted(dossier: Dossier, kind: str):
    return next((row for row in dossier.site_counts.itertuples() if row.type == kind), None)


def structures(dossier: Dossier) -> Grid:
    """Types looked for here: open, in preparation, places, and how whole the list is."""
    if dossier.population is None:
        return Grid((), (), ("Sans commune connue, aucune structure ne peut être rattachée au territoire.",))
    words = {"complet": "complète", "partiel": "partielle"}
    rows = [
        (f"{row.label} ({row.type})" if row.type not in row.label else row.label, text.number(row.open), text.number(row.preparing), text.number(row.places), words[row.extent])
        for row in dossier.site_counts.itertuples()
        if row.extent in words and row.type not in SEATS
    ]  # fmt: skip
    unknown = [
        row.type for row in dossier.site_counts.itertuples() if row.extent == "inconnu" and row.type not in SEATS
    ]
    notes = ["Une liste partielle donne un minimum : d'autres structures peuvent exister."] if rows else []
    if unknown:
        notes.append(f"Jamais recensés ici, donc inconnus et non absents : {', '.join(unknown)}.")
    return Grid(("Structure", "Ouvertes", "En préparation", "Places", "Liste"), tuple(rows), tuple(notes))


def sites(dossier: Dossier) -> Grid:
    """Each structure inside: its type, name, commune, state and when that was known."""
    rows = [
        (row.type, row.name, row.commune if text.known(row.commune) else "–", catalog.SITE_STATUS[row.status].label, text.date(row.as_of))
        for row in dossier.sites.itertuples()
        if row.type not in SEATS
    ]  # fmt: skip
    return Grid(("Type", "Nom", "Commune", "État", "Connu au"), tuple(rows))


def nearest(dossier: Dossier) -> Grid:
    """The nearest open structure outside of each type, from the nearest commune of the territory."""
    rows = [
        (row.type, row.name, f"{row.commune} ({row.departement_code})", row.origin, text.quantity(row.km, "km", 1), f"≈{text.HARD}{text.quantity(row.minutes, 'min')}")
        for row in dossier.nearest.itertuples()
        if row.type not in SEATS
    ]  # fmt: skip
    notes = ["Distance à vol d'oiseau depuis la mairie.", text.travel()] if rows else []
    return Grid(("Type", "Nom", "Commune", "Depuis", "Distance", "Temps"), tuple(rows), tuple(notes))


def distances(vicinity: Vicinity) -> Grid:
    """How far the inhabitants are from the nearest open structure listed, inside or not."""
    limit = text.quantity(vicinity.far_minutes, "min")
    rows = []
    for row in vicinity.far.itertuples():
        sign = f"≈{text.HARD}" if row.whole else f"≤{text.HARD}"
        share = text.quantity(100 * row.beyond / row.population, "%") if row.population else "–"
        rows.append(
            (row.type, f"{sign}{text.quantity(row.mean_minutes, 'min')}", f"{text.number(row.beyond)} ({share})", row.farthest,
             f"{sign}{text.quantity(row.farthest_km, 'km', 1)}, {text.quantity(row.farthest_minutes, 'min')}")
        )  # fmt: skip
    notes = ["≤ : des structures non recensées peuvent être plus proches.", text.travel()] if rows else []
    return Grid(
        ("Type", "Temps moyen", f"Habitants à plus de {limit}", "Commune la plus loin", "Sa distance, son temps"), tuple(rows), tuple(notes)
    )  # fmt: skip
