"""Figures of any set of communes, beside those of its départements, its régions and France."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from maillage import catalog
from maillage.catalog import WITHHELD, recipes
from maillage.catalog.indicators import TERRITORY
from maillage.language import text
from maillage.queries import communes, indicators
from maillage.records.figure import COMMUNES, DEPARTEMENTS, Figure, IndicatorLine
from maillage.subjects.atlas.profile import refiltered
from maillage.warehouse import Ask

HERE = tuple(kind.code for kind in catalog.SITE_TYPES if kind.code in (*catalog.DEFAULT_SITE_TYPES, "CDS"))

# Made of the members' own numbers, or of the figures of communes; any other is known by département only.
COUNTED = (recipes.PEOPLE, recipes.DENSITY, recipes.CHANGE, recipes.COVERED, recipes.SITES_RATE)
AVERAGED = (recipes.BY_COMMUNE, recipes.DISTANCE)


def figures(
    ask: Ask,
    members: pd.DataFrame,
    places: Sequence[tuple[str, str, str]],
    shares: dict[str, float],
    statuses: tuple[str, ...],
    counts: pd.DataFrame,
    standing: pd.DataFrame,
    partial: bool = False,
) -> tuple[IndicatorLine, ...]:
    """Every figure that is known of the territory or of a place it is compared with.

    `places` are (level, code, name) in the order of the columns; `shares` the part (0 to 1) of the inhabitants in each
    département; `counts` the sites by type, as in a dossier; `standing` what is known of CPTS in the
    members at least; `partial`, that only a part of the members is known.
    """
    wanted = [(level, code) for level, code, _ in places]
    answer = ask(indicators.profile, wanted, list(catalog.in_document(TERRITORY)))
    if set(statuses) != set(catalog.DEFAULT_CPTS_STATUSES):
        answer = refiltered(ask, answer, statuses)
    known: dict[tuple[str, str, str], object] = {(r.indicator, r.level, r.code): r for r in answer.itertuples()}
    own, origins = _own(ask, members, counts, standing, partial)
    lines = []
    for name in catalog.in_document(TERRITORY):
        cells = [known.get((name, level, code)) for level, code, _ in places]
        values = [None if cell is None else _value(cell) for cell in cells]
        mine, scope = own.get(name), COMMUNES
        if mine is None and catalog.INDICATOR[name].recipe not in (*COUNTED, *AVERAGED):
            scope = DEPARTEMENTS
            mine = _shared({code: known.get((name, "departement", code)) for code in shares}, shares)
        if mine is None and not any(values):
            continue
        if mine is not None and name in origins:
            mine = replace(mine, source=origins[name][0], as_of=origins[name][1])
        indicator = catalog.INDICATOR[name]
        against = tuple((*place, value) for place, value in zip(places, values, strict=True))
        rows = [cell for cell in cells if cell is not None]
        lines.append(
            IndicatorLine(
                name,
                indicator.label,
                indicator.unit,
                indicator.decimals,
                scope,
                mine,
                against,
                _when(indicator, rows, mine, origins.get(name, ("", ""))[1]),
                " ; ".join(
                    dict.fromkeys(filter(None, [origins.get(name, ("", ""))[0], *(row.source for row in rows)]))
                ),
            )
        )
    return tuple(lines)


def _value(cell) -> Figure:
    return Figure(
        _number(cell.value),
        _number(cell.low),
        _number(cell.high),
        cell.method,
        int(cell.year),
        cell.bound,
        cell.basis,
        cell.vintage,
        cell.source,
    )


def _secret(cells) -> Figure:
    return Figure(None, note="retenu par le secret", year=max(int(cell.year) for cell in cells), basis=WITHHELD)


def _least(short: bool) -> str:
    """The bound of a count that may not be whole."""
    return "at_least" if short else "exact"


def _number(value) -> float | None:
    return float(value) if text.known(value) else None


# -- computed from the members --------------------------------------------------------------------------------------------------


def _own(ask: Ask, members: pd.DataFrame, counts: pd.DataFrame, standing: pd.DataFrame, partial: bool):
    """The territory's own values by indicator; and (source, vintage) of those that have no place to take them from."""
    if members.empty:
        return {}, {}
    codes, people, year = (
        tuple(members["code"]),
        int(members["population"].sum()),
        int(members["population_year"].max()),
    )
    plain = {"low": None, "high": None, "year": year}
    area = float(members["area_km2"].sum())
    values = {
        "population": Figure(
            people,
            people if partial else None,
            None,
            "minimum : communes connues du périmètre" if partial else "somme des populations municipales légales",
            year,
            _least(partial),
            "published",
        ),
        "densite": Figure(people / area, note="population municipale ÷ surface des contours, sommées", **plain),
        "evolution_population": _change(members["before"], members["after"]),
    }
    covered = _coverage(standing[standing["code"].isin(codes)], people, year)
    values |= {each.code: covered for each in catalog.INDICATORS if each.recipe == recipes.COVERED}
    for row in counts[counts["type"].isin(HERE)].itertuples():
        short = row.extent == "partiel"
        if row.extent == "inconnu" or not people or (short and not row.open):  # « at least none » says nothing
            continue
        rate = row.open * 100_000 / people
        method = "minimum : sites ouverts recensés, liste non exhaustive" if short else "sites ouverts"
        values[f"structures_{row.type.lower()}_100k"] = Figure(
            rate, rate if short else None, None, method, year, _least(short)
        )
    origins = {}
    for name in _averaged(ask):
        mean = _mean(ask(communes.by_commune, name), members, catalog.INDICATOR[name].recipe == recipes.DISTANCE)
        if mean is not None:
            values[name], origins[name] = mean
    return {name: value for name, value in values.items() if value is not None}, origins


def _averaged(ask: Ask) -> tuple[str, ...]:
    known = ask(indicators.known)
    wanted = (catalog.INDICATOR[name] for name in catalog.in_document(TERRITORY))
    return tuple(each.code for each in wanted if each.recipe in AVERAGED and each.code in known)


def _mean(known: pd.DataFrame, members: pd.DataFrame, far: bool) -> tuple[Figure, tuple[str, str]] | None:
    """The mean over inhabitants, and its (source, vintage); nothing when it is unknown in an inhabited commune."""
    lived = members[members["population"] > 0]
    here = known.reindex(lived["code"])
    if here["withheld"].eq(True).any():  # one of them is left out by whoever adds a commune: no mean at all
        secret = here[here["withheld"].eq(True)]
        return _secret(secret.itertuples()), (
            " ; ".join(secret["source"].unique()),
            " ; ".join(secret["vintage"].unique()),
        )
    if lived.empty or here["value"].isna().any():
        return None
    value = float(np.average(here["value"], weights=lived["population"]))
    bounded = far and not here["exact"].all()
    method = "moyenne des communes pondérée par la population, calculée ici"
    figure = Figure(
        value,
        None,
        value if bounded else None,
        method + " ; maximum : liste non exhaustive" * bounded,
        int(here["year"].max()),
        "at_most" if bounded else "exact",
        "mean_of_parts",
    )
    return figure, (" ; ".join(here["source"].unique()), " ; ".join(here["vintage"].unique()))


def _change(first_year: pd.Series, last_year: pd.Series) -> Figure | None:
    """The mean yearly change over the communes whose two populations are known."""
    both = first_year.notna() & last_year.notna()
    before, after, lacking = first_year[both].sum(), last_year[both].sum(), int((~both).sum())
    if not before or not after:
        return None
    first, last = catalog.EVOLUTION
    without = f", sans les communes dont une population est inconnue ({lacking})" if lacking else ""
    yearly = 100 * ((after / before) ** (1 / (last - first)) - 1)
    return Figure(yearly, None, None, f"variation annuelle moyenne de {first} à {last}{without}", last)


def _coverage(standing: pd.DataFrame, people: int, year: int) -> Figure | None:
    """Nothing where no commune is known to be in a CPTS and some perimeters are not known."""
    exact = bool((standing["covered"] | standing["listed"]).all())
    covered = int(standing.loc[standing["covered"], "population"].sum())
    if not people or not (exact or standing["covered"].any()):
        return None
    share = 100 * covered / people
    return Figure(
        share,
        None if exact else share,
        None,
        "communes membres de CPTS" if exact else "minimum : périmètres connus seulement",
        year,
        _least(not exact),
    )


# -- known by département only --------------------------------------------------------------------------------------------------


def _shared(cells: dict[str, object], shares: dict[str, float]) -> Figure | None:
    """The figures of the départements in proportion of the territory's inhabitants; nothing when one is missing, withheld when
    one is."""
    if not shares or any(cell is None for cell in cells.values()):
        return None
    if any(cell.basis == WITHHELD for cell in cells.values()):
        return _secret(cells.values())
    if not all(text.known(cell.value) for cell in cells.values()):
        return None
    value = sum(cells[code].value * share for code, share in shares.items())
    year = max(int(cell.year) for cell in cells.values())
    origin = {
        "as_of": " ; ".join(dict.fromkeys(cell.vintage for cell in cells.values())),
        "source": " ; ".join(dict.fromkeys(cell.source for cell in cells.values())),
    }
    if len(shares) == 1:
        (code,) = shares
        return Figure(
            value,
            None,
            None,
            f"chiffre du département ({code}), qui n'est pas propre au territoire",
            year,
            basis="published",
            **origin,
        )
    parts = ", ".join(f"{code} : {text.number(100 * share)} %" for code, share in shares.items())
    method = f"moyenne des chiffres des départements ({parts}), pondérée par les habitants du territoire, calculée ici"
    return Figure(value, None, None, method, year, basis="mean_of_parts", **origin)


def _when(indicator: catalog.Indicator, rows: list, mine: Figure | None, vintage: str) -> str:
    """« 2023 », « 2017–2023 » when places differ; the dates of the lists it rests on."""
    if indicator.surveyed:
        dates = [vintage, *(row.vintage for row in rows)]
        lists = dict.fromkeys(date.removesuffix(", date à chaque ligne") for date in dates if date)
        return text.dated(f"recensement {' ; '.join(lists)}") if lists else "recensement embarqué"
    years = sorted({int(row.year) for row in rows} | ({mine.year} if mine and mine.year else set()))
    return "–".join(map(str, dict.fromkeys((years[0], years[-1])))) if years else ""
