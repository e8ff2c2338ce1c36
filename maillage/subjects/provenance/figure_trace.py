"""« D'où vient ce chiffre ? »: what a figure means, how it is made, from which numbers and which file.

`trace(ask, indicator, level, code)` answers for one figure. The numbers of a trace are asked again of the tables that the
build made the figure from: where they do not give it back, a test fails.
"""

from __future__ import annotations

from dataclasses import dataclass

from maillage import catalog
from maillage.catalog import WITHHELD, Indicator, recipes
from maillage.catalog.recipes import LOCAL
from maillage.language import figures, text
from maillage.queries import indicators, territories, traces
from maillage.queries.territories import Territory
from maillage.records.figure import Figure
from maillage.warehouse import Ask

PER_INHABITANT = (recipes.DENSITY, recipes.SITES_RATE, recipes.PUBLISHED_RATE)  # of the population of `territory`


@dataclass(frozen=True)
class FormulaTerm:
    """A number of a formula: what it is, and how many."""

    words: str
    value: float | None
    unit: str = ""
    decimals: int = 0


@dataclass(frozen=True)
class FigureTrace:
    """One figure and all that stands behind it. Its value is None where it is withheld or missing, and `reading` says which."""

    indicator: Indicator
    place: Territory
    figure: Figure
    years: tuple[int, ...]  # that have a figure, the latest first
    reading: str  # « 12,3 % de la population », « au moins … », « NS », « manquant »
    formula: str
    numerator: FormulaTerm | None
    denominator: FormulaTerm | None
    factor: float  # value = factor × numerator ÷ denominator, where there are both
    details: tuple[str, ...]  # what else must be known of this figure
    source: dict  # the columns of `source`

    @property
    def value(self) -> float | None:
        """In the unit of the indicator, None where it is missing or withheld."""
        return self.figure.value

    @property
    def year(self) -> int:
        """The year it is of."""
        return self.figure.year


def trace(
    ask: Ask,
    name: str,
    level: str,
    code: str,
    year: int | None = None,
    statuses: tuple[str, ...] = catalog.DEFAULT_CPTS_STATUSES,
) -> FigureTrace | None:
    """The figure of a territory that exists, one year (none: the latest), and what it is made from; None when there is none.

    `statuses` are those of the CPTS that count in the coverage.
    """
    years, here = ask(traces.figures, level, code).get(name, {}), ask(territories.territory, level, code)
    row = years.get(next(iter(years), None) if year is None else year)
    if row is None:
        return None
    indicator = catalog.INDICATOR[name]
    if indicator.by_status and set(statuses) != set(catalog.DEFAULT_CPTS_STATUSES):
        share = ask(indicators.coverage, statuses, level)
        share = share[share["code"] == code]
        if share.empty:
            return None
        row = row | share.iloc[0][["value", "low", "high", "bound", "basis", "method"]].to_dict()
    secret = row["basis"] == WITHHELD
    numerator, denominator, factor, details = (
        (None, None, 1, ()) if secret else _terms(ask, indicator, here, row, statuses)
    )
    value, low, high = (float(row[key]) if text.known(row[key]) else None for key in ("value", "low", "high"))
    return FigureTrace(
        indicator=indicator,
        place=here,
        figure=Figure(
            value, low, high, row["method"], row["year"], row["bound"], row["basis"], row["vintage"], row["title"]
        ),
        years=tuple(years),
        reading=_reading(indicator, row),
        formula=indicator.recipe.at(level, row["basis"]),
        numerator=numerator,
        denominator=denominator,
        factor=factor,
        details=(*_bounds(row), *details, *_doubts(indicator, here, row), *_area(ask, indicator, here)),
        source={column: row[column] for column in SOURCE_COLUMNS},
    )


SOURCE_COLUMNS = (
    "source_id",
    "title",
    "producer",
    "page",
    "licence",
    "vintage",
    "retrieved_at",
    "sha256",
    "rows",
    "doubts",
)

Terms = tuple[FormulaTerm | None, FormulaTerm | None, float, tuple[str, ...]]


def _terms(ask: Ask, indicator: Indicator, here: Territory, row: dict, statuses: tuple[str, ...]) -> Terms:
    """Numerator, denominator, factor, and what else must be known."""
    name, level, code = indicator.code, here.level, here.code
    people = FormulaTerm(f"Population municipale {here.population_year}", here.population, "habitants")
    match indicator.recipe:
        case recipes.PEOPLE if level not in LOCAL:
            return None, None, 1, (f"Somme de {text.count(ask(traces.communes, level, code), 'commune')}.",)
        case recipes.DENSITY:
            return people, FormulaTerm("Surface des contours, en projection officielle", here.area_km2, "km²", 2), 1, ()
        case recipes.CHANGE:
            return _evolution(ask, here)
        case recipes.COVERED:
            return _coverage(ask, here, statuses)
        case recipes.SITES_RATE if row["events"] is not None:
            return FormulaTerm("Sites ouverts recensés", row["events"], "sites"), people, indicator.per, ()
        case recipes.PUBLISHED_RATE if row["events"] is not None:
            return FormulaTerm(f"Nombre publié, {row['year']}", row["events"]), people, indicator.per, ()
        case recipes.DISTANCE:
            return _distance(ask, indicator, here)
        case recipes.AVERAGED if level in ("region", "france") and row["basis"] == "mean_of_parts":
            return _combined(ask, indicator, here, row["year"])
        case recipes.SUMMED if level in ("region", "france") and row["basis"] not in recipes.SUMMED.given:
            parts = ask(traces.departements, level, code, name, row["year"])
            return None, None, 1, (f"Somme de {text.count(len(parts), 'département')}.",)
    return None, None, 1, ()


def _evolution(ask: Ask, here: Territory) -> Terms:
    first, last = catalog.EVOLUTION
    before, after, both, lacking = ask(traces.change, here.level, here.code, first, last)
    details = [f"Sur {text.count(both, 'commune')}, à contours constants."] if here.level not in LOCAL else []
    if lacking:
        details.append(f"{text.count(lacking, 'commune')} sans l'une des deux populations : laissées de côté.")
    return (
        FormulaTerm(f"Population {last}", after, "habitants"),
        FormulaTerm(f"Population {first}", before, "habitants"),
        1,
        tuple(details),
    )


def _coverage(ask: Ask, here: Territory, statuses: tuple[str, ...]) -> Terms:
    counted = ask(traces.covered, statuses, here.level, here.code)
    if counted is None:
        return None, None, 1, ()
    covered, people, _, exact = counted
    labels = ", ".join(catalog.CPTS_STATUS[status].label for status in statuses)
    details = [f"Statuts de CPTS comptés : {labels}. Une commune de plusieurs CPTS compte une fois."]
    if not exact:
        details.append("Tous les périmètres ne sont pas connus ici : d'autres communes peuvent être couvertes.")
    return (
        FormulaTerm("Habitants des communes membres", covered, "habitants"),
        FormulaTerm("Habitants", people, "habitants"),
        100,
        tuple(details),
    )


def _distance(ask: Ask, indicator: Indicator, here: Territory) -> Terms:
    if here.level in LOCAL:
        nearest = ask(traces.nearest, here.code, indicator.site_type)
        if nearest is None:
            return None, None, 1, ()
        site, where, _, precision, origin = nearest
        start = "la mairie" if origin == "mairie" else "un point intérieur de la commune (mairie inconnue)"
        end = "à son adresse" if precision == "adresse" else "posé sur le point de sa commune"
        return None, None, 1, (f"De {start} à « {site} » ({where}), {end}.",)
    total, people, count = ask(traces.far, here.level, here.code, indicator.site_type)
    return (
        FormulaTerm("Σ distance × habitants", total, "km × habitants"),
        FormulaTerm("Habitants", people, "habitants"),
        1,
        (f"Sur {text.count(count, 'commune')} ; les frontières des départements ne comptent pas.",),
    )


def _combined(ask: Ask, indicator: Indicator, here: Territory, year: int) -> Terms:
    frame = ask(traces.departements, here.level, here.code, indicator.code, year)
    secret = int((frame["basis"] == WITHHELD).sum())
    known = frame.dropna(subset="value")
    lacking = frame[frame["value"].isna() & (frame["basis"] != WITHHELD)]
    details = [
        f"Moyenne de {text.count(len(known) + secret, 'département')}, calculée ici : ce n'est pas un chiffre publié."
    ]
    details += [f"Chiffre de chaque département : {method}." for method in dict.fromkeys(known["method"])]
    if len(lacking):
        details.append(f"Sans valeur à la source, donc laissés de côté : {', '.join(lacking['name'])}.")
    if secret:  # what is shown of the others does not make the sum
        details.append(
            f"{text.count(secret, 'chiffre')} parmi eux ne peut être montré."
            if secret == 1
            else f"{text.count(secret, 'chiffre')} parmi eux ne peuvent être montrés."
        )
        return None, None, 1, tuple(details)
    total = float((known["value"] * known["population"]).sum())
    return (
        FormulaTerm("Σ valeur × habitants", total, "", 0),
        FormulaTerm("Habitants de ces départements", int(known["population"].sum()), "habitants"),
        1,
        tuple(details),
    )


def _reading(indicator: Indicator, row: dict) -> str:
    if row["basis"] == WITHHELD:
        return "NS : retenu par le secret"
    if not text.known(row["value"]):
        return "donnée manquante à la source"
    if indicator.categories:
        return indicator.category(row["value"])
    return figures.BEFORE.get(row["bound"], "") + text.quantity(row["value"], indicator.unit, indicator.decimals)


HIDDEN = "Ce nombre n'est pas montré : il est trop petit pour ne désigner personne, ou il donnerait un tel nombre par différence."


def _bounds(row: dict) -> list[str]:
    if row["basis"] == WITHHELD:
        return [HIDDEN]
    if row["bound"] == "at_least":
        return ["C'est un minimum : ce qui n'a pas été recensé n'y est pas."]
    if row["bound"] == "at_most":
        return ["C'est un maximum : un site plus proche peut ne pas avoir été recensé."]
    return []


def _area(ask: Ask, indicator: Indicator, here: Territory) -> list[str]:
    """How far our area is from the published one, where it is far."""
    if indicator.recipe != recipes.DENSITY or here.level != "departement":
        return []
    return [sentence for sentence in (figures.area(ask(indicators.area_gaps).get(here.code)),) if sentence]


def _doubts(indicator: Indicator, here: Territory, row: dict) -> list[str]:
    doubts = []
    if indicator.rounded and here.level == "departement":
        doubts.append(f"Publié avec {text.count(indicator.decimals, 'décimale')} : il ne se classe pas plus finement.")
    if here.population_year != row["year"] and indicator.recipe in PER_INHABITANT:
        doubts.append(f"La population est celle de {here.population_year}.")
    return doubts
