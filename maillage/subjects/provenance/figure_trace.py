"""« D'où vient ce chiffre ? »: what a figure means, how it is made, from which numbers and which file.

`trace(ask, indicator, level, code)` answers for one figure; `formula` says it for an indicator at a level. The numbers of a
trace are asked again of the tables that the build made the figure from: where they do not give it back, a test fails.
"""

from __future__ import annotations

from dataclasses import dataclass

from maillage import catalog
from maillage.catalog import COVERAGE, PUBLISHED, WITHHELD, Indicator
from maillage.language import figures, text
from maillage.queries import indicators, territories, traces
from maillage.queries.territories import Territory
from maillage.warehouse import Ask

LOCAL = ("commune", "arrondissement_municipal")


@dataclass(frozen=True)
class Term:
    """A number of a formula: what it is, and how many."""

    words: str
    value: float | None
    unit: str = ""
    decimals: int = 0


@dataclass(frozen=True)
class Trace:
    """One figure and all that stands behind it. `value` is None where it is withheld or missing, and `reading` says which."""

    indicator: Indicator
    place: Territory
    year: int
    years: tuple[int, ...]  # that have a figure, the latest first
    value: float | None
    reading: str  # « 12,3 % de la population », « au moins … », « NS », « manquant »
    formula: str
    numerator: Term | None
    denominator: Term | None
    factor: float  # value = factor × numerator ÷ denominator, where there are both
    details: tuple[str, ...]  # what else must be known of this figure
    method: str  # as the build wrote it
    source: dict  # the columns of `source`


def formula(indicator: Indicator, level: str) -> str:
    """How an indicator is made at a level, in words."""
    first, last = catalog.EVOLUTION
    code, local = indicator.code, level in LOCAL
    if code == "population":
        return "Somme des communes" if level not in LOCAL else "Lue telle quelle"
    if code == "densite":
        return "Population municipale ÷ surface des contours"
    if code == "evolution_population":
        return f"100 × ((population {last} ÷ population {first}) puissance 1/{last - first} − 1)"
    if code == COVERAGE:
        return "100 × habitants des communes membres d'une CPTS ÷ habitants"
    if code in ("msp_publiees_100k", "cds_pluripro_100k"):
        return "100 000 × nombre publié ÷ population municipale"
    if code.startswith("structures_"):
        return "100 000 × sites ouverts recensés ÷ population municipale"
    if code.startswith("distance_"):
        return (
            "Distance à vol d'oiseau de la mairie au site ouvert et recensé le plus proche"
            if local
            else "Σ (distance de chaque commune × ses habitants) ÷ Σ habitants"
        )
    if indicator.combine and level in ("region", "france"):
        return (
            "Somme des départements"
            if indicator.combine == "sum"
            else "Σ (valeur de chaque département × ses habitants) ÷ Σ habitants"
        )
    if indicator.categories:
        return "Classement publié, repris tel quel : il n'a pas de moyenne"
    if indicator.tier == "live" and not local and "commune" in indicator.levels:
        return "Moyenne des communes, pondérée par la population du même fichier"
    return "Chiffre publié, repris tel quel"


def trace(
    ask: Ask,
    name: str,
    level: str,
    code: str,
    year: int | None = None,
    statuses: tuple[str, ...] = catalog.DEFAULT_CPTS_STATUSES,
) -> Trace | None:
    """The figure of a territory that exists, one year (none: the latest), and what it is made from; None when there is none.

    `statuses` are those of the CPTS that count in the coverage.
    """
    row, here = ask(traces.figure, name, level, code, year), ask(territories.territory, level, code)
    if row is None:
        return None
    row = dict(row)
    indicator = catalog.INDICATOR[name]
    if name == COVERAGE and set(statuses) != set(catalog.DEFAULT_CPTS_STATUSES):
        told = ask(indicators.coverage, statuses, level)
        told = told[told["code"] == code]
        if told.empty:
            return None
        row |= told.iloc[0][["value", "low", "high", "bound", "basis", "method"]].to_dict()
    numerator, denominator, factor, details = _terms(ask, indicator, here, row, statuses)
    value = float(row["value"]) if text.known(row["value"]) else None
    return Trace(
        indicator=indicator,
        place=here,
        year=row["year"],
        years=ask(traces.known, level, code)[name],
        value=value,
        reading=_reading(indicator, row),
        formula=formula(indicator, level),
        numerator=numerator,
        denominator=denominator,
        factor=factor,
        details=(*_bounds(row), *details, *_doubts(indicator, here, row)),
        method=row["method"],
        source={column: row[column] for column in SOURCE_COLUMNS},
    )


SOURCE_COLUMNS = (
    "source_id", "title", "producer", "page", "licence", "vintage", "retrieved_at", "sha256", "rows", "doubts",
)  # fmt: skip

Terms = tuple[Term | None, Term | None, float, tuple[str, ...]]


def _terms(ask: Ask, indicator: Indicator, here: Territory, row: dict, statuses: tuple[str, ...]) -> Terms:
    """Numerator, denominator, factor, and what else must be known."""
    name, level, code = indicator.code, here.level, here.code
    people = Term(f"Population municipale {here.population_year}", here.population, "habitants")
    if name == "population":
        total = ask(traces.communes, level, code)
        return None, None, 1, () if level in LOCAL else (f"Somme de {text.count(total, 'commune')}.",)
    if name == "densite":
        return people, Term("Surface des contours, en projection officielle", here.area_km2, "km²", 2), 1, ()
    if name == "evolution_population":
        return _evolution(ask, here)
    if name == COVERAGE:
        return _coverage(ask, here, statuses)
    if row["events"] is not None and (name.startswith("structures_") or name.endswith("_100k")):
        what = "Sites ouverts recensés" if name.startswith("structures_") else f"Nombre publié, {row['year']}"
        return Term(what, row["events"], "sites" if name.startswith("structures_") else ""), people, 100_000, ()
    if name.startswith("distance_"):
        return _distance(ask, indicator, here)
    if indicator.combine and level in ("region", "france") and row["basis"] == "mean_of_parts":
        return _combined(ask, indicator, here, row["year"])
    if indicator.combine == "sum" and level in ("region", "france"):
        known = ask(traces.departements, level, code, name, row["year"])
        return None, None, 1, (f"Somme de {text.count(len(known), 'département')}.",)
    return None, None, 1, ()


def _evolution(ask: Ask, here: Territory) -> Terms:
    first, last = catalog.EVOLUTION
    before, after, both, lacking = ask(traces.change, here.level, here.code, first, last)
    details = [f"Sur {text.count(both, 'commune')}, à contours constants."] if here.level not in LOCAL else []
    if lacking:
        details.append(f"{text.count(lacking, 'commune')} sans l'une des deux populations : laissées de côté.")
    return (
        Term(f"Population {last}", after, "habitants"), Term(f"Population {first}", before, "habitants"), 1, tuple(details),
    )  # fmt: skip


def _coverage(ask: Ask, here: Territory, statuses: tuple[str, ...]) -> Terms:
    found = ask(traces.covered, statuses, here.level, here.code)
    if found is None:
        return None, None, 1, ()
    covered, people, _, exact = found
    labels = ", ".join(catalog.CPTS_STATUS[status].label for status in statuses)
    details = [f"Statuts de CPTS comptés : {labels}. Une commune de plusieurs CPTS compte une fois."]
    if not exact:
        details.append("Tous les périmètres ne sont pas connus ici : d'autres communes peuvent être couvertes.")
    return (
        Term("Habitants des communes membres", covered, "habitants"),
        Term("Habitants", people, "habitants"),
        100,
        tuple(details),
    )


def _distance(ask: Ask, indicator: Indicator, here: Territory) -> Terms:
    if here.level in LOCAL:
        found = ask(traces.nearest, here.code, indicator.site_type)
        if found is None:
            return None, None, 1, ()
        site, where, _, precision, origin = found
        start = "la mairie" if origin == "mairie" else "un point intérieur de la commune (mairie inconnue)"
        end = "à son adresse" if precision == "adresse" else "posé sur le point de sa commune"
        return None, None, 1, (f"De {start} à « {site} » ({where}), {end}.",)
    total, people, count = ask(traces.far, here.level, here.code, indicator.site_type)
    return (
        Term("Σ distance × habitants", total, "km × habitants"), Term("Habitants", people, "habitants"), 1,
        (f"Sur {text.count(count, 'commune')} ; les frontières des départements ne comptent pas.",),
    )  # fmt: skip


def _combined(ask: Ask, indicator: Indicator, here: Territory, year: int) -> Terms:
    frame = ask(traces.departements, here.level, here.code, indicator.code, year)
    known = frame.dropna(subset="value")
    lacking = frame[frame["value"].isna()]
    details = [f"Moyenne de {text.count(len(known), 'département')}, calculée ici : ce n'est pas un chiffre publié."]
    details += [f"Chiffre de chaque département : {method}." for method in dict.fromkeys(known["method"])]
    if len(lacking):
        details.append(f"Sans valeur à la source, donc laissés de côté : {', '.join(lacking['name'])}.")
    total = float((known["value"] * known["population"]).sum())
    return (
        Term("Σ valeur × habitants", total, "", 0), Term("Habitants de ces départements", int(known["population"].sum()), "habitants"),
        1, tuple(details),
    )  # fmt: skip


def _reading(indicator: Indicator, row: dict) -> str:
    if row["method"] == WITHHELD:
        return "NS : retenu par le secret"
    if not text.known(row["value"]):
        return "donnée manquante à la source"
    if indicator.categories:
        return indicator.category(row["value"])
    return figures.BEFORE.get(row["bound"], "") + text.quantity(row["value"], indicator.unit, indicator.decimals)


def _bounds(row: dict) -> list[str]:
    if row["method"] == WITHHELD:
        return ["La source ne publie pas ce nombre : il est trop petit pour ne désigner personne."]
    if row["bound"] == "at_least":
        return ["C'est un minimum : ce qui n'a pas été recensé n'y est pas."]
    if row["bound"] == "at_most":
        return ["C'est un maximum : un site plus proche peut ne pas avoir été recensé."]
    return []


def _doubts(indicator: Indicator, here: Territory, row: dict) -> list[str]:
    said = []
    if indicator.code in PUBLISHED and here.level == "departement":
        said.append(f"Publié avec {text.count(indicator.decimals, 'décimale')} : il ne se classe pas plus finement.")
    if here.population_year != row["year"] and (indicator.code == "densite" or indicator.code.endswith("_100k")):
        said.append(f"La population est celle de {here.population_year}.")
    return said
