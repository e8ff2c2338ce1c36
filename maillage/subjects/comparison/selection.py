"""Who is compared: the département looked at, and those set beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from maillage import catalog
from maillage.address.comparison import COMPARABLE, GROUPS, RATIOS, VIEWS, ComparisonChoices
from maillage.address.selection import Selection
from maillage.catalog import recipes
from maillage.catalog.indicators import Indicator
from maillage.language import text
from maillage.language.figures import area, rankable
from maillage.language.text import shortened
from maillage.methods import comparing
from maillage.queries import comparison, indicators, territories
from maillage.subjects.comparison import chance
from maillage.subjects.comparison.figures import Figures, figures
from maillage.warehouse import Ask

MARKED = 12  # départements told apart by colour and shape in a chart: more would be a fog


@dataclass(frozen=True, eq=False)
class Comparison:
    """What the page shows, but for the view: who, what, which year. Keep it, and it is a key."""

    choices: ComparisonChoices
    selection: Selection
    main: Indicator
    beside: tuple[Indicator, ...]  # the others, in the catalogue's order
    offered: tuple[Indicator, ...]  # those this build has
    names: dict[str, str]  # « Ardennes (08) », of every département
    reference: str | None  # the département looked at
    region: str | None  # its région, or the one looked at
    region_name: str
    listed: tuple[str, ...]  # départements compared, the reference first
    marked: tuple[str, ...]  # those marked in charts
    alike: comparing.Neighbours | None
    year: int  # 0: the latest
    years: tuple[int, ...]  # of the main indicator
    threshold: int
    views: tuple[str, ...]  # those that have something to show of the main indicator
    notes: tuple[str, ...]

    @property
    def everyone(self) -> bool:
        """Is every département of the build compared?"""
        return len(self.listed) == len(self.names)


def compose(ask: Ask, selection: Selection, choices: ComparisonChoices, threshold: int) -> Comparison:
    """The comparison that an address asks for, whose territory exists; what it asks in vain is said."""
    known = ask(comparison.known)
    offered = tuple(catalog.INDICATOR[code] for code in COMPARABLE if code in known)
    notes = []
    main = catalog.INDICATOR[selection.indicator]
    if main not in offered:
        asked, main = main, catalog.INDICATOR[catalog.DEFAULT_INDICATOR]
        notes.append(
            f"« {asked.label} » n'a pas de valeur par département dans cette base : « {main.label} » le remplace."
        )
    here = ask(territories.territory, selection.level, selection.code)
    places = ask(territories.departements)
    names = {code: text.territory_name("departement", code, name) for code, name, _, _ in places}
    reference = here.departement_code if here.departement_code in names else None
    alike = None
    if choices.group == "semblables" and reference:
        alike = neighbours(ask, choices, selection.statuses, reference, threshold)
    members, sentences = _members(choices, here.region_code, reference, alike, places, names)
    lead = [reference] if reference else []
    listed = tuple(dict.fromkeys([*lead, *members]))
    marked = tuple(lead) if len(members) == len(names) else listed
    if len(marked) > MARKED:
        notes.append(f"Les {MARKED} premiers des {len(marked)} départements sont repérés dans les graphiques.")
    if main.recipe == recipes.DENSITY:
        gaps = ((names[code], ask(indicators.area_gaps).get(code)) for code in marked[:MARKED])
        notes += filter(None, (area(gap, name) for name, gap in gaps))
    of_main = ask.keep(figures, main.code, selection.statuses, threshold)
    years = of_main.years
    year = choices.year if choices.year in years else 0
    if choices.year and not year:
        notes.append(f"« {main.label} » n'a pas de valeur en {choices.year} : les dernières sont montrées.")
    since = choices.since if choices.since in years else 0
    empty = _empty_views(of_main)
    if choices.view in empty:
        notes.append(f"Pas de vue « {VIEWS[choices.view]} » de cet indicateur. {empty[choices.view]}")
    sound = replace(
        choices,
        view=next(iter(VIEWS)) if choices.view in empty else choices.view,
        year=year,
        since=since,
        departements=tuple(code for code in choices.departements if code in names),
    )
    return Comparison(
        choices=sound,
        selection=replace(selection, indicator=main.code),
        main=main,
        beside=tuple(each for each in offered if each.code in choices.beside and each != main),
        offered=offered,
        names=names,
        reference=reference,
        region=here.region_code,
        region_name={region: name for _, _, region, name in places}.get(here.region_code, ""),
        listed=listed,
        marked=marked[:MARKED],
        alike=alike,
        year=0 if year == max(years, default=0) else year,
        years=years,
        threshold=threshold,
        views=tuple(view for view in VIEWS if view not in empty),
        notes=tuple([*notes, *sentences]),
    )


def _empty_views(of_main: Figures) -> dict[str, str]:
    """The views that would show nothing of an indicator, and why."""
    empty = {}
    if len(of_main.years) < 2:
        known = ", ".join(map(str, of_main.years)) or "aucune"
        empty["evolution"] = f"Il faut deux années (connues dans cette base : {known})."
    if not chance.speaks(of_main):
        empty["hasard"] = chance.why_not(of_main.indicator, of_main.at())
    return empty


def _members(choices: ComparisonChoices, region, reference, alike, places, names) -> tuple[list[str], list[str]]:
    """Codes of the group, in code order (in order of likeness for those alike), and why it is not the one asked for."""
    everyone = list(names)
    if choices.group == "region" and region:
        return [code for code, _, of, _ in places if of == region], []
    if alike is not None:
        return alike.table["code"].tolist(), []
    if choices.group == "choisis":
        unknown = [code for code in choices.departements if code not in names]
        codes = [code for code in choices.departements if code in names]
        sentences = [f"Le département « {shortened(code)} » n'existe pas : laissé de côté." for code in unknown]
        return (codes or everyone), sentences + (
            [] if codes else ["Votre liste est vide : tous les départements sont comparés."]
        )
    if choices.group == "tous":
        return everyone, []
    if choices.group == "semblables" and reference:
        return everyone, ["Aucune variable de ressemblance n'est choisie, ou connue ici : tous sont comparés."]
    what = "une région ou un département" if choices.group == "region" else "un département"
    return everyone, [f"« {GROUPS[choices.group]} » : choisissez {what} à gauche. En attendant, tous sont comparés."]


# -- those alike --------------------------------------------------------------------------------------------------------


def neighbours(
    ask: Ask, choices: ComparisonChoices, statuses: tuple[str, ...], reference: str, threshold: int
) -> comparing.Neighbours | None:
    """The départements nearest to the reference by the variables chosen; None when there is no variable to compare by."""
    known = ask(comparison.known)
    wanted = [code for code in choices.alike if code in known]
    if not wanted:
        return None
    values = pd.DataFrame({code: variable(ask.keep(figures, code, statuses, threshold)) for code in wanted})
    nearest = comparing.neighbours(values, reference, choices.count)
    return nearest if nearest.variables else None


def variable(of: Figures) -> pd.Series:
    """Latest figures by code, as they are compared: the logarithm of a density or of a population."""
    rows = of.at().set_index("code")
    values = rows["value"].where(rankable(rows)).astype(float)
    return np.log(values.where(values > 0)) if of.indicator.code in RATIOS else values


def likeness(ask: Ask, comparison: Comparison) -> pd.DataFrame:
    """Why they are alike: one row per neighbour after the reference, its distance, then each variable and its gap."""
    if comparison.alike is None:
        return pd.DataFrame()
    order = [comparison.reference, *comparison.alike.table["code"]]
    near = comparison.alike.table.set_index("code").reindex(order)
    columns = {
        "Département": [comparison.names[code] for code in order],
        "Distance": near["distance"].fillna(0).round(2).tolist(),
    }
    for code in comparison.alike.variables:
        of = ask.keep(figures, code, comparison.selection.statuses, comparison.threshold)
        values = of.at().set_index("code")["value"].reindex(order)
        columns[f"{of.indicator.label} ({of.indicator.unit})"] = values.round(of.indicator.decimals).tolist()
        columns[f"Écart : {of.indicator.label.lower()}"] = near[code].fillna(0).round(2).tolist()
    return pd.DataFrame(columns)


def likeness_method(comparison: Comparison) -> str:
    """How likeness is measured, in a sentence."""
    words = [
        catalog.INDICATOR[code].label + (" (en logarithme)" if code in RATIOS else "")
        for code in comparison.alike.variables
    ]
    left = (
        f" Non utilisés : {' ; '.join(_named(part) for part in comparison.alike.left_out)}."
        if comparison.alike.left_out
        else ""
    )
    return (
        f"Distance : {comparison.alike.method}, sur {', '.join(words)}. Un écart de 1 vaut un écart type robuste entre "
        f"départements ; 0 est le même chiffre.{left}"
    )


def _named(part: str) -> str:
    code, colon, why = part.partition(" : ")
    return f"{catalog.INDICATOR[code].label}{colon}{why}" if code in catalog.INDICATOR else part
