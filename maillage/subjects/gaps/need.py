"""Need beside access: two figures on one map, and a ranked list with its reasons and its doubts.

A figure is used at the level it is given: what is known by département is drawn and ranked by département.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from maillage import catalog
from maillage.address.gaps import GapsChoices
from maillage.catalog.bivariate import COLOURS
from maillage.catalog.indicators import Indicator
from maillage.language import text
from maillage.methods import need
from maillage.methods.need import CLASSES, Component, Thirds
from maillage.queries import access, indicators
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.gaps import access as gap_access
from maillage.subjects.gaps.completeness import COMPLETE, COMPLETING, Completeness, Unanswerable, completeness
from maillage.subjects.gaps.territory import Ground, Painted, aligned, paint_words
from maillage.warehouse import Ask

BY_COMMUNE = "commune"
BY_DEPARTEMENT = "departement"
LOW_TO_HIGH = ("faible", "moyen", "fort")
EASY_TO_HARD = ("facile", "moyen", "difficile")
WORDS = tuple(f"besoin {need}, accès {access}" for need in LOW_TO_HIGH for access in EASY_TO_HARD)


@dataclass(frozen=True)
class Crossed:
    """Two figures of each place, cut in three each."""

    ground: Ground
    level: str  # commune or departement: what a row of the table is
    need: Indicator
    access: Indicator
    table: pd.DataFrame  # code, name, departement_code, population, need, access, cell (0–8, −1 where one is unknown)
    need_thirds: Thirds
    access_thirds: Thirds  # of the figure as it stands; `cell` has the hardest access last
    painted: Painted
    bound: str
    notes: list[str]


def mesh(chosen: GapsChoices) -> str:
    """The finest level at which the need chosen is known."""
    return BY_COMMUNE if "commune" in catalog.INDICATOR[chosen.need].levels else BY_DEPARTEMENT


def compose(ask: Ask, ground: Ground, chosen: GapsChoices) -> Crossed:
    """Raises Unanswerable with a sentence when there is nothing to cross."""
    reached = ask.keep(gap_access.compose, ground, gap_access.measured(chosen))
    what = catalog.INDICATOR[chosen.need]
    level = mesh(chosen)
    if level == BY_COMMUNE:
        figures = aligned(ground, ask(access.figures, "residence", (chosen.need,))[["code", chosen.need]])
        table = ground.places[["code", "name", "departement_code", "population"]].assign(
            need=figures[chosen.need], access=reached.table["value"].where(reached.table["known"]), here=ground.inside
        )
    else:
        table = by_departement(ask, chosen)
    counted = table["here"].to_numpy()
    try:
        need_thirds = need.thirds(table["need"].where(counted).to_numpy(float))
        access_thirds = need.thirds(table["access"].where(counted).to_numpy(float))
    except ValueError as error:
        raise Unanswerable(str(error)) from error
    table = table.assign(cell=cells(need_thirds, access_thirds, best_is_high=chosen.measure == "indice"))
    painted = paint_words(table["cell"].to_numpy(), WORDS, COLOURS)
    sentences = [*caveats(what, level, table, need_thirds, access_thirds), *reached.notes]
    return Crossed(
        ground, level, what, reached.indicator, table, need_thirds, access_thirds, painted, reached.bound, sentences
    )


def credit(ask: Ask, crossed: Crossed, types: Sequence[str]) -> str:
    """Where each of the two figures comes from, and of when: « Besoin : …, 2023. Accès : … »."""
    latest = ask(indicators.latest_method, crossed.need.code)
    origin = _dated(atlas_map.source(ask, crossed.need.code), str(latest[0]) if latest else "")
    rows = [row for kind in types for row in ask(indicators.sources, f"distance_{kind.lower()}")]
    lists = " ; ".join(dict.fromkeys(_dated(title, vintage) for title, _, vintage in rows))
    return f"Besoin : {origin}. Accès : {lists or 'aucune liste'}."


def _dated(title: str, when: str) -> str:
    """A title and its date, once: many titles hold it."""
    return f"{title}, {when}" if when and when[:4] not in title else title


def cells(need_thirds: Thirds, access_thirds: Thirds, best_is_high: bool) -> np.ndarray:
    """3 × need + hardness of access, −1 where either is unknown. With an index, the least access is the hardest."""
    if best_is_high:
        classes = access_thirds.classes
        access_thirds = replace(
            access_thirds, classes=np.where(classes == need.MISSING, classes, CLASSES - 1 - classes)
        )
    return need.bivariate(need_thirds, access_thirds)


def by_departement(ask: Ask, chosen: GapsChoices) -> pd.DataFrame:
    """Every département with the need, and access averaged over its inhabitants where all its communes have one."""
    frame = ask(access.figures, "departement", (chosen.need,))
    means = averaged(ask.keep(gap_access.country_values, gap_access.measured(chosen)), "departement_code")
    return pd.DataFrame(
        {
            "code": frame["code"],
            "name": frame["name"],
            "departement_code": frame["code"],
            "population": frame["population"],
            "need": frame[chosen.need],
            "access": frame["code"].map(means),
            "here": True,
        }
    )


def averaged(values: pd.DataFrame, by: str) -> pd.Series:
    """Means over inhabitants, by territory; none where a commune with inhabitants has no figure."""
    lived = values[values["population"] > 0]
    known = lived.groupby(by)["known"].all()
    total = (lived["value"].where(lived["known"]) * lived["population"]).groupby(lived[by]).sum(min_count=1)
    return (total / lived.groupby(by)["population"].sum())[known[known].index]


def caveats(what: Indicator, level: str, table: pd.DataFrame, need_thirds: Thirds, access_thirds: Thirds) -> list[str]:
    """What the reader must know of this crossing before believing it."""
    sentences = []
    if level == BY_DEPARTEMENT:
        known = int((table["cell"] >= 0).sum())
        sentences.append(
            f"« {what.label} » n'est connu que par département : la carte est dessinée par département, rien n'est réparti entre "
            f"les communes. Les tiers comparent les {known} départements où l'accès est recensé."
        )
    for thirds, name in ((need_thirds, "le besoin"), (access_thirds, "l'accès")):
        if not thirds.even:
            sentences.append(f"Beaucoup de valeurs égales pour {name} : les trois classes sont de tailles inégales.")
    return sentences


# -- the ranked list ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ranked:
    """Territories of a level, in order of need."""

    level: str
    components: tuple[Component, ...]
    table: pd.DataFrame  # code, name, population, figures, score, rank, lowest, highest; the greatest need first
    standing: pd.DataFrame  # need.scores of the same rows
    weightings: int
    notes: list[str]

    def reasons(self, most: int | None = None) -> list[str]:
        """Why the first rows rank where they do: a sentence each."""
        plural = catalog.LEVEL[self.level].plural
        return [
            need.reasons(row, self.components, plural, by_people=self.level != BY_DEPARTEMENT)
            for row in self.standing.head(most or len(self.table)).to_dict("records")
        ]


def components(chosen: GapsChoices) -> tuple[Component, ...]:
    """What counts, and how much, at the level ranked."""
    kinds = " ou ".join(chosen.types)
    far = f"la distance au site {kinds}" if chosen.measure == "km" else f"le temps jusqu'au site {kinds}"
    near = (
        Component("near", far, True, chosen.weight_time),
        Component("index", f"l'indice d'accès {kinds}", False, chosen.weight_index),
    )
    if chosen.ranked == BY_DEPARTEMENT:
        return (
            *near,
            Component("mortalite_prematuree_0_64", "la mortalité prématurée", True, chosen.weight_mortality),
            Component("part_75_plus", "la part des 75 ans et plus", True, chosen.weight_age),
        )
    return (
        *near,
        Component("densite", "la densité d'habitants", True, chosen.weight_density),
        Component("evolution_population", "la hausse de la population", True, chosen.weight_change),
    )


def rank(ask: Ask, ground: Ground, chosen: GapsChoices) -> Ranked:
    """Raises Unanswerable with a sentence when nothing weighs or nothing is known."""
    if not chosen.types:
        raise Unanswerable(gap_access.NO_TYPE)
    refuse_partial(ask, ground, chosen)
    parts = components(chosen)
    names = tuple(part.code for part in parts if part.code in catalog.INDICATOR)
    level = "residence" if chosen.ranked == BY_COMMUNE else chosen.ranked
    table = ask(access.figures, level, names).copy()
    sentences = []
    measures = {"near": replace(chosen, measure="km" if chosen.measure == "km" else "minutes")}
    measures["index"] = replace(chosen, measure="indice")
    for code, asked in measures.items():
        try:
            values = ask.keep(gap_access.country_values, gap_access.measured(asked))
        except Unanswerable as error:
            sentences.append(f"{error} L'indice ne compte pas dans le classement.")
            parts = tuple(part for part in parts if part.code != code)
            continue
        if chosen.ranked == BY_COMMUNE:
            figures = values.set_index("code")["value"].where(values.set_index("code")["known"])
        else:
            figures = averaged(values, f"{chosen.ranked}_code")
        table[code] = table["code"].map(figures)
    table = table[among(ground, chosen, table)].reset_index(drop=True)
    return order(table, parts, chosen.ranked, sentences)


def refuse_partial(ask: Ask, ground: Ground, chosen: GapsChoices) -> None:
    """Raise Unanswerable where a list is not whole: a bound is never ranked."""
    if chosen.ranked == BY_DEPARTEMENT:
        rows = ask(access.inventories, chosen.types)
        usable = rows[rows["usable"]]
        lists = Completeness(chosen.types, usable.reset_index(drop=True))
    else:
        lists = completeness(ask, ground, chosen.types)
    if lists.state != COMPLETE:
        counts = lists.counts() or "aucune liste suffisante"
        raise Unanswerable(
            f"Pas de classement ici : {counts}. Un rang tiré d'une liste incomplète changerait avec elle. {COMPLETING}"
        )


def among(ground: Ground, chosen: GapsChoices, table: pd.DataFrame) -> pd.Series:
    """What is ranked: the communes of the territory, the intercommunalités that have one of them, all départements."""
    if chosen.ranked == BY_DEPARTEMENT:
        return table["near"].notna()
    here = ground.places[ground.inside]
    return table["code"].isin(here["code" if chosen.ranked == BY_COMMUNE else "epci_code"].dropna().unique())


def order(table: pd.DataFrame, parts: tuple[Component, ...], level: str, sentences: list[str]) -> Ranked:
    """The ranks of places by need, access and people: 1 is where to act first."""
    if table.empty:
        raise Unanswerable("Rien à classer ici : choisissez un territoire où ces structures sont recensées.")
    standing = need.scores(table, parts)
    try:
        people = None if level == BY_DEPARTEMENT else table["population"].to_numpy(float)
        result, moved = need.composite(standing, parts, people), need.rank_range(standing, parts, people=people)
    except ValueError as error:
        raise Unanswerable(str(error)) from error
    if result["rank"].isna().all():
        raise Unanswerable(f"Rien à classer ici : il manque {result['missing'].iloc[0]}. Mettez son poids à zéro.")
    full = pd.concat([table, result.assign(lowest=moved["lowest"], highest=moved["highest"])], axis=1)
    ranked = full[full["rank"].notna()].sort_values(["rank", "code"])
    lost = full[full["rank"].isna()]
    if len(lost):
        sentences = [
            *sentences,
            f"Hors du classement, faute de chiffre : {text.number(len(lost))} ({lost['missing'].mode()[0]}).",
        ]
    count = int(moved["weightings"].iloc[0])
    return Ranked(level, parts, ranked.reset_index(drop=True), standing.loc[ranked.index], count, sentences)


def listing(ranked: Ranked) -> pd.DataFrame:
    """The ranked list, with French headings."""
    table = ranked.table
    heads = {"near": "Temps ou distance", "index": "Indice 2SFCA"} | {
        part.code: f"{catalog.INDICATOR[part.code].label} ({catalog.INDICATOR[part.code].unit})"
        for part in ranked.components
        if part.code in catalog.INDICATOR
    }
    figures = {heads[part.code]: table[part.code].astype(float).round(2) for part in ranked.components}
    return pd.DataFrame(
        {
            "Rang": table["rank"],
            catalog.LEVEL[ranked.level].label.capitalize(): table["name"],
            "Pourquoi": ranked.reasons(),
            "Score (0 à 100)": table["score"].round(1),
            "Habitants concernés": table["concerned"].round().astype(int),
            "Rang le plus haut": table["lowest"],
            "Rang le plus bas": table["highest"],
            "Habitants": table["population"],
            **figures,
            "Code": table["code"],
        }
    )


def crossing(crossed: Crossed) -> pd.DataFrame:
    """The table under the bivariate map, the double gap first, with French headings."""
    table = crossed.table[crossed.table["here"] & (crossed.table["cell"] >= 0)]
    table = table.sort_values(["cell", "population"], ascending=[False, False])
    return pd.DataFrame(
        {
            catalog.LEVEL[crossed.level].label.capitalize(): table["name"],
            "Classe": table["cell"].map(dict(enumerate(WORDS))),
            f"{crossed.need.label} ({crossed.need.unit})": table["need"].round(crossed.need.decimals),
            f"{crossed.access.label} ({crossed.access.unit})": table["access"].round(crossed.access.decimals),
            "Lecture de l'accès": gap_access.READING[crossed.bound],
            "Habitants": table["population"],
            "Département": table["departement_code"],
            "Code": table["code"],
        }
    )
