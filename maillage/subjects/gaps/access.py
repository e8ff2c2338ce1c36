"""Access: how far the nearest structure is, for how many people, and how much of it each place may claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from maillage import catalog
from maillage.address.gaps import GapsChoices
from maillage.catalog.indicators import COMMUNES, Indicator
from maillage.language import text
from maillage.methods import catchment, plane, reach
from maillage.methods.catchment import DECAY, SETTINGS, Setting
from maillage.queries import access, territories
from maillage.subjects.gaps.completeness import COMPLETE, Completeness, Unanswerable, completeness, unanswered
from maillage.subjects.gaps.territory import Ground, Painted, aligned, paint
from maillage.warehouse import Ask

BREAKS = (5, 10, 15, 20, 30)
COLUMN = {"minutes": "minutes", "km": "distance_km"}
NO_TYPE = "Aucun type de structure n'est choisi : choisissez-en au moins un."
READING = {"-": "maximum", "+": "minimum", "~": "environ", " ": ""}
FARTHEST = 60  # minutes or km, on the curve


def indicator(chosen: GapsChoices) -> Indicator:
    """What is measured, named and unit'd like an indicator of the catalogue."""
    kinds = " ou ".join(chosen.types)
    if chosen.measure == "indice":
        what = "places" if chosen.supply == "places" else "sites"
        return Indicator(
            "indice",
            f"Indice d'accès (2SFCA) : {kinds}",
            f"{what} pour 100 000 habitants",
            1,
            "",
            "YlGnBu",
            COMMUNES,
            "",
        )
    if chosen.measure == "km":
        return Indicator("km", f"Distance au site le plus proche : {kinds}", "km", 1, "", "Purples", COMMUNES, "")
    return Indicator(
        "minutes", f"Temps estimé jusqu'au site le plus proche : {kinds}", "min", 0, "", "Purples", COMMUNES, ""
    )


@dataclass(frozen=True)
class Supply:
    """The sites that count in an index, laid flat."""

    sites: pd.DataFrame
    points: np.ndarray
    amount: np.ndarray
    unknown_places: int  # sites left out because their places are unknown


def supply(ask: Ask, types: tuple[str, ...], unit: str) -> Supply:
    """The open sites of these types that are on the map; in places, those whose places are known."""
    sites = ask(access.supply, types)
    unknown = int(sites["places"].isna().sum()) if unit == "places" else 0
    if unit == "places":
        sites = sites.dropna(subset="places").reset_index(drop=True)
    amount = sites["places"].to_numpy(float) if unit == "places" else np.ones(len(sites))
    points = plane.lay(sites["departement_code"], sites["lon"], sites["lat"]) if len(sites) else np.empty((0, 2))
    return Supply(sites, points, amount, unknown)


@dataclass(frozen=True)
class CountryPlane:
    """Every commune laid flat, and the pairs with sites that no setting goes beyond."""

    points: np.ndarray
    population: np.ndarray


def country(ask: Ask) -> CountryPlane:
    """Every inhabited commune of the country: its point, in km, and its inhabitants."""
    homes = ask(access.residences)
    points = plane.lay(homes["code"], homes["lon"], homes["lat"])
    return CountryPlane(points, homes["population"].to_numpy(float))


def index(ask: Ask, types: tuple[str, ...], unit: str, decay: str, minutes: float) -> np.ndarray:
    """The 2SFCA of every commune of the country, in code order. Raises Unanswerable when nothing can be shared."""
    offered = _offered(ask, types, unit)
    here = ask.keep(country)
    setting = Setting(DECAY[decay], float(minutes))
    pairs = plane.pairs(here.points, offered.points, catalog.TRAVEL.km(setting.minutes))
    claims = catchment.weights(
        pairs, catalog.TRAVEL.minutes(pairs.km), (len(here.points), len(offered.points)), setting
    )
    return catchment.two_step(here.population, offered.amount, claims).per_100k


def _offered(ask: Ask, types: tuple[str, ...], unit: str) -> Supply:
    offered = ask.keep(supply, types, unit)
    if not len(offered.sites):
        kinds = " ni ".join(map(catalog.short, types))
        if offered.unknown_places:
            raise Unanswerable(
                f"Aucun site {kinds} n'a de nombre de places connu : comptez les sites plutôt que leurs places."
            )
        raise Unanswerable(
            f"Aucun site {kinds} ouvert n'est placé sur la carte : choisissez un autre type, ou importez une liste locale."
        )
    return offered


def indices(ask: Ask, types: tuple[str, ...], unit: str) -> np.ndarray:
    """The 2SFCA of every commune of the country, in code order, by every setting (n, k): no territory changes it."""
    offered, here = _offered(ask, types, unit), ask.keep(country)
    widest = max(setting.minutes for setting in SETTINGS)
    pairs = plane.pairs(here.points, offered.points, catalog.TRAVEL.km(widest))
    return catchment.indices(here.population, offered.amount, pairs, catalog.TRAVEL.minutes(pairs.km), SETTINGS)


def sturdiness(ask: Ask, types: tuple[str, ...], unit: str, codes: tuple[str, ...]) -> pd.DataFrame:
    """Does a gap survive other settings? One row per commune of `codes`, which are compared with one another.

    Columns: code, then those of `catchment.ranked`.
    """
    homes = ask(access.residences)["code"]
    among = pd.Index(codes).get_indexer(homes) >= 0
    return catchment.ranked(ask.keep(indices, types, unit)[among]).assign(code=homes.to_numpy()[among])


# -- what the page tells --------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Reach:
    """Access of the communes of a territory to the types chosen."""

    ground: Ground
    indicator: Indicator
    table: pd.DataFrame  # ground.places with value, known, minutes, distance_km, type, site, commune, method
    bound: (
        str  # « - » where values are a most, « + » where they are a least, « ~ » where they are estimates, « » if exact
    )
    painted: Painted
    lists: Completeness
    notes: list[str]

    @property
    def inside(self) -> pd.DataFrame:
        """The communes of the territory whose access is known, one row each."""
        return self.table[self.ground.inside & self.table["known"].to_numpy()]

    @property
    def sign(self) -> str:
        """What stands before its figures: « ≤ », « ≥ », « environ », or nothing."""
        return {"-": f"≤{text.HARD}", "+": f"≥{text.HARD}", "~": "environ ", " ": ""}[self.bound]


def compose(ask: Ask, ground: Ground, chosen: GapsChoices) -> Reach:
    """Raises Unanswerable with a sentence when the types chosen say nothing here."""
    if not chosen.types:
        raise Unanswerable(NO_TYPE)
    what = indicator(chosen)
    lists = completeness(ask, ground, chosen.types)
    listed = ask(access.listed, chosen.types)
    near = aligned(ground, ask(access.nearest, chosen.types, COLUMN.get(chosen.measure, "minutes")))
    table = pd.concat([ground.places, near.drop(columns="code")], axis=1)
    looked = table["departement_code"].isin(listed["departement_code"]).to_numpy()
    if not (looked & ground.inside).any():
        raise Unanswerable(unanswered(lists))
    if chosen.measure == "indice":
        value = aligned(ground, country_values(ask, chosen)[["code", "value"]])["value"].to_numpy()
    else:
        value = table[COLUMN[chosen.measure]].to_numpy(float)
    value = np.where(looked, value, np.nan)
    table = table.assign(value=value, known=looked & ~np.isnan(value))
    whole = exhaustive(ask, listed)
    # Minutes are an estimate: they bound nothing, whatever the list.
    bound = " " if whole else {"indice": "+", "km": "-", "minutes": "~"}[chosen.measure]
    breaks = index_breaks(value) if chosen.measure == "indice" else BREAKS
    painted = paint(value, what, breaks, bound.replace("~", " "))
    return Reach(ground, what, table, bound, painted, lists, notes(ask, ground, chosen, table, lists, whole))


def exhaustive(ask: Ask, listed: pd.DataFrame) -> bool:
    """Whether every département has its whole list: access has no border, so one that lacks it leaves a doubt around."""
    everywhere = {code for code, *_ in ask(territories.departements)}
    return everywhere <= set(listed.loc[listed["complete"], "departement_code"])


def index_breaks(values: np.ndarray) -> tuple[float, ...]:
    """Zero apart, then fifths of the places that have some, at two figures."""
    some = values[np.isfinite(values) & (values >= 0.05)]
    if not len(some):
        return (0.1,)
    fifths = np.quantile(some, (0.25, 0.5, 0.75))
    rounded = [float(f"{limit:.2g}") for limit in fifths]
    return tuple(dict.fromkeys([0.1, *(limit for limit in rounded if limit > 0.1)]))


def notes(
    ask: Ask, ground: Ground, chosen: GapsChoices, table: pd.DataFrame, lists: Completeness, whole: bool
) -> list[str]:
    """What is not known, and how far the figures may be trusted."""
    sentences = []
    if counts := lists.counts():
        sentences.append(f"{counts[0].upper()}{counts[1:]}.")
    silent = table[ground.inside & ~table["known"].to_numpy()]
    if len(silent):
        others = sorted(set(silent["departement_code"]) & set(lists.silent))
        where = f" ({', '.join(others)})" if 0 < len(others) <= 12 else ""
        sentences.append(
            f"Hors du calcul, faute de recensement{where} : {text.count(len(silent), 'commune')}, "
            f"{text.count(silent['population'].sum(), 'habitant')}."
        )
    if not whole:
        around = "" if lists.state != COMPLETE else " des départements voisins"
        sentences.append(
            {
                "indice": f"La liste des structures{around} n'est pas exhaustive : un indice est un minimum (≥).",
                "km": f"La liste des structures{around} n'est pas exhaustive : une distance est un maximum (≤).",
                "minutes": f"La liste des structures{around} n'est pas exhaustive, et un temps est une estimation : lire « environ ».",
            }[chosen.measure]
        )
    everywhere = ask(access.inventories, chosen.types)
    missing = [kind for kind in chosen.types if not everywhere.loc[everywhere["subject"] == kind, "placed"].any()]
    if missing:
        sentences.append(f"Aucun site placé nulle part pour : {', '.join(missing)}. Ces types ne comptent pas.")
    if chosen.measure == "indice" and chosen.supply == "places":
        unknown = ask.keep(supply, chosen.types, "places").unknown_places
        if unknown:
            sites = text.count(unknown, "site laissé", "sites laissés")
            sentences.append(f"{sites} de côté : leur nombre de places n'est pas connu.")
    if lost := ask(access.unplaced, chosen.types, ground.reach):
        sentences.append(
            f"{text.count(lost, 'site ouvert connu', 'sites ouverts connus')} sans commune : hors du calcul."
        )
    return sentences


# -- how it is spread over people -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ComparedAccess:
    """A territory, its région and France, as far as structures were listed there."""

    name: str
    values: np.ndarray
    population: np.ndarray


def compared(ask: Ask, reached: Reach, chosen: GapsChoices) -> list[ComparedAccess]:
    """The territory, then what it is compared with where more is listed than in the territory itself."""
    known = reached.inside
    here, seen = reached.ground.territory, {extent(known)}
    rows = [_compared(here.name, known, len(known) == reached.ground.inside.sum())]
    wider = [] if here.level == "france" else [("france", "FR")]
    if here.level in ("departement", "epci") and here.region_code:
        wider.insert(0, ("region", here.region_code))
    if here.level == "epci":
        wider.insert(0, ("departement", here.departement_code))
    values = ask.keep(country_values, measured(chosen))
    for level, code in wider:
        territory = ask(territories.territory, level, code)
        there = values if level == "france" else values[values[f"{level}_code"] == code]
        listed = there[there["known"]]
        if listed.empty or extent(listed) in seen:
            continue
        seen.add(extent(listed))
        rows.append(_compared(territory.name, listed, len(listed) == len(there)))
    return rows


def extent(listed: pd.DataFrame) -> tuple:
    """What tells two sets of communes apart without reading each: territories are whole, and their communes in code order."""
    codes = listed["code"]
    return len(codes), *codes.iloc[:1], *codes.iloc[-1:], int(listed["population"].sum())


def _compared(name: str, listed: pd.DataFrame, whole: bool) -> ComparedAccess:
    if not whole:
        count = listed["departement_code"].nunique()
        name += f", {text.count(count, 'département recensé', 'départements recensés')}"
    return ComparedAccess(name, listed["value"].to_numpy(float), listed["population"].to_numpy(float))


def measured(chosen: GapsChoices) -> GapsChoices:
    """The choices that a figure of a commune depends on, whatever else is chosen: the same for all who read it."""
    asked = GapsChoices(types=chosen.types, measure=chosen.measure)
    if chosen.measure != "indice":
        return asked
    return replace(asked, supply=chosen.supply, decay=chosen.decay, threshold=chosen.threshold)


def country_values(ask: Ask, chosen: GapsChoices) -> pd.DataFrame:
    """The measure of every commune of the country, in code order.

    Columns: code, departement_code, region_code, epci_code, population, value, known. Raises Unanswerable for an index
    that nothing can be shared in.
    """
    homes = ask(access.residences)[["code", "departement_code", "region_code", "epci_code", "population"]]
    looked = homes["departement_code"].isin(ask(access.listed, chosen.types)["departement_code"])
    if chosen.measure == "indice":
        value = ask.keep(index, chosen.types, chosen.supply, chosen.decay, chosen.threshold)
    else:
        column = COLUMN[chosen.measure]
        value = (
            ask(access.nearest, chosen.types, column).set_index("code")[column].reindex(homes["code"]).to_numpy(float)
        )
    return homes.assign(value=value, known=looked & ~np.isnan(value))


@dataclass(frozen=True)
class Distribution:
    """How access is spread over the inhabitants of a territory, and of what it is compared with."""

    curves: Mapping[str, tuple[np.ndarray, np.ndarray]]  # name → thresholds, share (%) of inhabitants beyond
    spreads: pd.DataFrame


def distribution(ask: Ask, reached: Reach, chosen: GapsChoices) -> Distribution:
    """Of access that is known, by the choices that it was measured with."""
    rows = compared(ask, reached, chosen)
    return Distribution(curves(rows), spreads(rows, chosen, reached.indicator.decimals))


def curves(rows: Sequence[ComparedAccess]) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
    """Share (%) of inhabitants beyond each threshold, by territory."""
    at = np.arange(0, FARTHEST + 0.5, 0.5)
    return {row.name: (at, reach.beyond(row.values, row.population, at)) for row in rows}


def spreads(rows: Sequence[ComparedAccess], chosen: GapsChoices, decimals: int) -> pd.DataFrame:
    """Means and deciles over inhabitants, one row a territory, with French headings."""
    table = []
    for row in rows:
        spread = reach.spread(row.values, row.population)
        line = {"Territoire": row.name, "Habitants": spread.population, "Moyenne": round(spread.mean, decimals)}
        line |= {f"D{rank}": round(float(value), decimals) for rank, value in enumerate(spread.deciles, 1)}
        if chosen.measure != "indice":
            past = reach.beyond(row.values, row.population, [chosen.threshold])[0]
            line |= {"Le plus loin": round(spread.farthest, decimals), "Au-delà du seuil (%)": round(float(past), 1)}
        table.append(line)
    return pd.DataFrame(table)


def figures(reached: Reach) -> pd.DataFrame:
    """The table under the map, with French headings, the least well served first."""
    what, table = reached.indicator, reached.inside
    ascending = what.code == "indice"
    table = table.sort_values(["value", "code"], ascending=[ascending, True])
    reading = READING[reached.bound]
    return pd.DataFrame(
        {
            "Commune": table["name"],
            f"{what.label} ({what.unit})": table["value"].round(what.decimals),
            "Lecture": reading,
            "Temps (min)": table["minutes"].round(0),
            "Distance (km)": table["distance_km"].round(1),
            "Site le plus proche": table["site"],
            "Type": table["type"],
            "Commune du site": table["commune"],
            "Habitants": table["population"],
            "Département": table["departement_code"],
            "Code": table["code"],
            "Méthode du temps": table["method"],
        }
    )
