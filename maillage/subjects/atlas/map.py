"""What the map page shows for a selection: questions asked, answers drawn, nothing of the screen.

`ask(question, *arguments)` is how a question reaches the database; the page gives a cached one, a test a plain one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from maillage import catalog
from maillage.address.selection import Selection
from maillage.catalog import PUBLISHED, WITHHELD
from maillage.language import text
from maillage.language.text import shortened
from maillage.methods.classes import classify
from maillage.queries import cpts, indicators, sites, territories
from maillage.records.map_view import (
    LEVELS,
    Classes,
    MapView,
    Overlays,
    Paint,
    Part,
    cpts_statuses,
    crowded,
    site_types,
)
from maillage.subjects import map_composer
from maillage.warehouse import Ask

MOST_NAMED = 6  # sites named in a note


@dataclass(frozen=True)
class Scene:
    """The map of a selection, its legend's classes, the table of the same figures, and what must be said."""

    selection: Selection
    territory: territories.Territory
    mesh: str  # the level that is coloured
    view: MapView
    table: pd.DataFrame  # as `queries.indicators` gives the figures of territories
    when: str  # the year of the figures, and where it differs
    notes: list[str]


def resolve(ask: Ask, selection: Selection) -> tuple[Selection, list[str]]:
    """The selection with a territory and a CPTS that exist, and a sentence for what was replaced."""
    problems = []
    if selection.level == "commune" and ask(territories.territory, "arrondissement_municipal", selection.code):
        selection = selection.go("arrondissement_municipal", selection.code)
    if ask(territories.territory, selection.level, selection.code) is None:
        level, code = catalog.LEVEL[selection.level].label, shortened(selection.code)
        moved = ask(territories.successor, selection.code) if selection.level == "commune" else None
        if moved:
            problems.append(f"La commune {code} fait aujourd'hui partie de {moved[1]} ({moved[0]}), qui est affichée.")
            selection = selection.go("commune", moved[0])
        else:
            article = "L'" if level[0] in "aeiouyéèê" else ("Le " if selection.level == "departement" else "La ")
            problems.append(
                f"{article}{level} « {code} » n'existe pas : la France est affichée. Choisissez un territoire à gauche."
            )
            selection = selection.go("france", "FR")
    if selection.cpts:
        home = ask(cpts.home, selection.cpts)
        if home is None:
            problems.append(f"La CPTS « {shortened(selection.cpts)} » n'existe pas : laissée de côté.")
            selection = replace(selection, cpts="")
        elif home[1] not in selection.statuses:
            status = catalog.CPTS_STATUS[home[1]]
            problems.append(f"Le statut de cette CPTS, « {status.label} », est ajouté aux statuts retenus.")
            selection = replace(selection, statuses=(*selection.statuses, status.code))
    return selection, problems


def compose(ask: Ask, selection: Selection, contours: str) -> Scene:
    """The scene of a selection whose territory exists. `contours` is the address of this build's contours."""
    indicator = catalog.INDICATOR[selection.indicator]
    level, code = selection.level, selection.code
    here = ask(territories.territory, level, code)
    reach = ask(territories.reach, level, code)
    whole = level == "france"

    by_commune = "commune" in indicator.levels and (
        not whole or selection.mesh == "commune" or "departement" not in indicator.levels
    )
    mesh = "commune" if by_commune else "departement"
    statuses = selection.statuses if indicator.by_status else None
    coloured = ask.keep(colouring, indicator.code, mesh, reach if by_commune and not whole else None, statuses)
    parts = coloured.parts
    if not by_commune and not whole:  # the same colours, on contours that lie where they are
        parts = [replace(part, file="departements") for part in parts]

    label = f"Carte : {indicator.label}, {here.name}. Le tableau sous la carte donne les mêmes valeurs."
    view = map_composer.compose(
        ask,
        selection,
        map_composer.base(ask, selection, here, mesh, contours, label, reach),
        Paint(parts, coloured.classes, indicator.unit, indicator.decimals, indicator.categories),
        reach,
        types=selection.types,
        perimeters=selection.perimeters,
        selected=selected(ask, selection, mesh, reach),
        focus=selection.cpts,
    )
    placed = view.overlays.sites
    sentences = notes(ask, selection, mesh, reach, view.overlays, coloured.classes)
    if crowded(view):
        sentences.append(
            f"{text.count(len(placed), 'structure')} : un point chacune, de la couleur de son type, puis un symbole en agrandissant. "
            "Leurs fiches s'ouvrent dans un département, ou avec moins de types."
        )
    return Scene(selection, here, mesh, view, coloured.table, coloured.when, sentences)


@dataclass(frozen=True)
class Colouring:
    """Figures of a mesh, cut in classes, as the contours' files want them."""

    table: pd.DataFrame
    classes: Classes
    parts: list[Part]
    when: str  # as `vintage`


def colouring(
    ask: Ask, name: str, mesh: str, departements: list[str] | None, statuses: tuple[str, ...] | None
) -> Colouring:
    """An indicator over the communes of some départements (none: the country), or over all départements of the country.

    Kept, so that it is shared by all readers, wherever they look.
    """
    indicator = catalog.INDICATOR[name]
    if mesh == "commune":
        table = ask(indicators.by_residence, name, statuses, departements)
    else:
        table = ask(indicators.by_departement, name, statuses)
    breaks = indicator.limits or ask(indicators.scale, name, mesh)[0]
    # As shown, so that « 20,0 » is never found in « moins de 20 ».
    rounded = table["value"].round(indicator.decimals)
    marks, classes = classify(rounded, breaks, indicator.palette, table["basis"] == WITHHELD)
    if departements is None:
        parts = [part(f"{mesh}s-france", mesh, table, marks, indicator)]
    else:
        parts = []
        for departement in departements:
            rows = np.flatnonzero(table["departement_code"].to_numpy() == departement)
            cut = "".join(marks[row] for row in rows)
            parts.append(part(f"communes-{departement}", mesh, table.iloc[rows], cut, indicator))
    return Colouring(table, classes, parts, vintage(ask, indicator, table))


def vintage(ask: Ask, indicator: catalog.Indicator, table: pd.DataFrame) -> str:
    """« 2023 », or « 2023 (Mayotte : 2017) » where a few départements have another year. What rests on lists of
    structures or CPTS has their dates."""
    known = table.loc[table["year"].notna(), ["year", "departement_code"]]
    if known.empty:
        return "absentes ici"
    if indicator.surveyed:
        lists = dict.fromkeys(vintage for *_, vintage in ask(indicators.sources, indicator.code))
        return text.dated(f"recensées : {' ; '.join(lists)}")
    year = int(known["year"].mode()[0])
    other = known[known["year"] != year].groupby("year")["departement_code"].unique()
    names = {code: name for code, name, _, _ in ask(territories.departements)}
    apart = [f"{', '.join(names[code] for code in codes)} : {int(when)}" for when, codes in other.items()]
    return f"{year} ({' ; '.join(apart)})" if apart else str(year)


def part(file: str, level: str, table: pd.DataFrame, marks: str, indicator: catalog.Indicator) -> Part:
    """The values, marks and bounds of one level of a map, as the browser takes them."""
    numbers = table["value"].round(indicator.decimals).astype(float).tolist()
    bounds = np.select([table["bound"] == "at_least", table["bound"] == "at_most"], [b"+", b"-"], b" ")
    ranks = "".join(np.where(table["level"] == LEVELS[1], "1", "0")) if level == LEVELS[0] else ""
    return Part(
        file,
        level,
        marks,
        [None if number != number else number for number in numbers],
        bounds.tobytes().decode(),
        ranks,
    )


def selected(ask: Ask, selection: Selection, mesh: str, reach: list[str]) -> tuple[str, ...]:
    """Contours to outline: the commune chosen, the members of an intercommunalité, or the départements looked at."""
    if mesh == "departement":
        return () if selection.level == "france" else tuple(reach)
    if selection.level in ("commune", "arrondissement_municipal", "epci"):
        return tuple(ask(territories.members, selection.level, selection.code))
    return ()


def notes(ask, selection, mesh, reach, overlays, classes) -> list[str]:
    """What the reader must know to read this map rightly: why a layer is empty, what is not known."""
    sentences = []
    indicator = catalog.INDICATOR[selection.indicator]
    if mesh == "departement" and (selection.level != "france" or selection.mesh == "commune"):
        sentences.append(
            f"« {indicator.label} » n'est connu que par département : la valeur n'est pas répartie entre les communes."
        )
    if mesh == "commune" and selection.level == "france" and selection.mesh != "commune":
        sentences.append(f"« {indicator.label} » n'est connu que par commune : un niveau n'a pas de moyenne.")
    if mesh == "departement" and selection.level != "france":
        sentences.append("La légende et le tableau comptent tous les départements de France.")
    if indicator.by_status:
        chosen = ", ".join(catalog.CPTS_STATUS[status].label for status in selection.statuses) or "aucun"
        sentences.append(
            f"Statuts de CPTS comptés : {chosen}. Rapporté à la population municipale 2023 (Mayotte : 2017)."
        )
    if classes.missing and classes.missing == sum(classes.counts) + classes.missing:
        sentences.append(unknown_layer(indicator, anywhere=bool(ask(indicators.sources, indicator.code))))
    if selection.level != "france":
        sentences += empty_types(
            ask(sites.counts, *territory_of_sites(selection, reach)).set_index("type"), selection.types, overlays
        )
        if selection.perimeters:
            whole, partly = ask(cpts.survey, reach)
            if whole + partly == 0:
                sentences.append(
                    "Aucun périmètre de CPTS n'est connu ici : l'absence de contour ne veut pas dire l'absence de CPTS."
                )
    return sentences + unlocated(overlays.unlocated)


def empty_types(counted: pd.DataFrame, types: tuple[str, ...], overlays: Overlays) -> list[str]:
    """Why some of the types asked for have no site here: never looked for, or known without a commune."""
    drawn = {
        kind for rows in (overlays.sites, overlays.unlocated) if rows is not None for kind in rows["type"].unique()
    }
    absent = [kind for kind in types if kind not in drawn]
    nowhere = [kind for kind in absent if counted.loc[kind, "unplaced"] == 0]
    none = [kind for kind in nowhere if counted.loc[kind, "whole"] == counted.loc[kind, "departements"]]
    unknown = [kind for kind in nowhere if kind not in none]
    sentences = []
    if none:
        sentences.append(f"Aucun site ici, d'après un recensement complet : {', '.join(map(catalog.short, none))}.")
    if unknown:
        sentences.append(
            f"Aucun site recensé ici : {', '.join(map(catalog.short, unknown))}. C'est une inconnue, pas un zéro : il manque ici une liste "
            f"complète ({' ; '.join(catalog.SITE_TYPE[kind].label for kind in unknown)})."
        )
    for kind in absent:
        if sites_without := int(counted.loc[kind, "unplaced"]):
            plural = "s" if sites_without > 1 else ""
            sentences.append(
                f"{text.count(sites_without, 'site')} {kind} sans commune connue : compté{plural} dans le profil, non "
                f"placé{plural} sur la carte."
            )
    return sentences


def unlocated(rows: pd.DataFrame | None) -> list[str]:
    """What stands in a city nobody knows where: how many of each type, and their names where they are few."""
    if rows is None:
        return []
    sentences = []
    for city, here in rows.groupby("commune", sort=False):
        names = list(here["name"])
        kinds = ", ".join(
            f"{text.number(count)} {catalog.short(kind)}"
            for kind, count in here["type"].value_counts(sort=False).items()
        )
        listed = f" : {' ; '.join(names)}" if len(names) <= MOST_NAMED else ""
        sentences.append(
            f"À {city}, lieu inconnu dans la ville : {kinds}, hors de la carte et compté{'s' if len(names) > 1 else ''} "
            f"dans le profil{listed}."
        )
    return sentences


NOT_LOADED = {
    "live": "le fichier officiel dont il vient n'a pas encore été lu",
    "local": "il vient d'un export qui n'est pas publié et n'a pas été apporté ici",
}


def unknown_layer(indicator: catalog.Indicator, anywhere: bool) -> str:
    """Why nothing is coloured here; `anywhere`, whether the database has a value of it at all."""
    if not anywhere and indicator.tier in NOT_LOADED:
        return f"« {indicator.label} » n'est pas dans cette base : {NOT_LOADED[indicator.tier]}."
    if indicator.site_type:
        return f"Aucun site {indicator.site_type} ouvert n'est placé ici : la distance n'est pas calculée."
    if indicator.by_status:
        return (
            "Aucun périmètre de CPTS n'est connu ici au statut choisi : la couverture par commune est une inconnue, pas un zéro. "
            "La part publiée par la DITP existe par département."
        )
    return "Aucune valeur n'est connue ici pour cet indicateur."


def territory_of_sites(selection: Selection, reach: list[str]) -> tuple[str, str]:
    """Structures are looked at within the département of a commune."""
    if selection.level in ("commune", "arrondissement_municipal"):
        return "departement", reach[0]
    return selection.level, selection.code


def source(ask: Ask, indicator: str) -> str:
    """Who produced an indicator: a published figure names its producer in its method."""
    titles = ask(indicators.sources, indicator)
    if indicator in PUBLISHED and (latest := ask(indicators.latest_method, indicator)):
        return latest[1]
    return " ; ".join(dict.fromkeys(producer for _, producer, _ in titles))


def drawn(scene: Scene) -> tuple[list[str], list[str]]:
    """Site types and CPTS statuses really on the map, for its legend."""
    return site_types(scene.view), cpts_statuses(scene.view)


def extent(scene: Scene) -> str:
    """How many territories the map colours: « 447 communes », « 118 communes, 16 arrondissements municipaux »."""
    counts = scene.table["level"].value_counts()
    return ", ".join(
        text.count(int(counts[level.code]), level.label, level.plural)
        for level in catalog.LEVELS
        if level.code in counts
    )


def trail(ask: Ask, scene: Scene) -> list[str]:
    """Names from France down to the territory."""
    return way(ask, scene.territory)


def way(ask: Ask, here: territories.Territory) -> list[str]:
    """Names from France to a territory: France, Grand Est, Ardennes (08), Sedan."""
    names = ["France"]
    if here.region_code:
        names.append(ask(territories.territory, "region", here.region_code).name)
    if here.departement_code:
        departement = ask(territories.territory, "departement", here.departement_code)
        names.append(text.territory_name("departement", departement.code, departement.name))
    if here.level in ("epci", "commune", "arrondissement_municipal"):
        names.append(here.name)
    return names
