"""The panel of need beside access."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from maillage import catalog
from maillage.address.gaps import NEEDS, RANKED, GapsChoices
from maillage.language import text
from maillage.methods.need import Thirds
from maillage.records.map_picture import MapWords
from maillage.screen import atlas, binding
from maillage.screen.panels import access, share, shared
from maillage.screen.questions import ask
from maillage.subjects.gaps import need as gap_need
from maillage.subjects.gaps import territory as grounds
from maillage.subjects.gaps.need import Crossed, Unanswerable
from maillage.subjects.gaps.territory import Ground
from maillage.views import bivariate, gaps, help_texts, legend

FIRST = 8  # ranks with their reasons
WEIGHTS = {
    "near": "weight_time",
    "index": "weight_index",
    "densite": "weight_density",
    "evolution_population": "weight_change",
    "mortalite_prematuree_0_64": "weight_mortality",
    "part_75_plus": "weight_age",
}


def panel(ground: Ground, chosen: GapsChoices) -> None:
    """The tab « Besoin et accès »."""
    access.types(chosen)
    left, _ = st.columns([1, 1])
    binding.bind(
        left.selectbox,
        "need",
        chosen,
        "Besoin",
        NEEDS,
        format_func=lambda code: (
            catalog.INDICATOR[code].label
            + ("" if "commune" in catalog.INDICATOR[code].levels else " (par département)")
        ),
    )
    try:
        crossed = ask.keep(gap_need.compose, ground, replace(chosen, place=()))
    except Unanswerable as error:
        shared.unanswered(error, ground.selection)
        return
    left, right = st.columns([1.7, 1], gap="medium")
    with left:
        shared.heading("Besoin et accès, ensemble", help_texts.CROSSED, "besoin")
        label = f"{crossed.need.label} et {crossed.access.label}"
        if crossed.level == gap_need.BY_DEPARTEMENT:
            view = grounds.departements_view(ask, ground, atlas.contours(), label, crossed.painted)
        else:
            view = grounds.view(ask, ground, atlas.contours(), label, crossed.painted, selected=chosen.place)
        with share.place("carte_besoin", label):
            atlas.draw(view, lambda _, code: shared.switch("place", chosen, code), key=f"carte_besoin_{crossed.level}")
            words = MapWords(
                f"{label}, {shared.named(ground)}",
                "Neuf classes : le besoin, puis la difficulté d'accès, en tiers",
                bivariate.LABELS,
                gap_need.credit(ask, crossed, chosen.types),
                catalog.LEVEL[crossed.level].plural,
                "l'un des deux inconnu",
            )
            share.view(view, words, "carte_besoin", shared.inside(ground))
    with right:
        st.html(legend_of(crossed, chosen))
        st.html(legend.notes(crossed.notes))
    level = "residence" if crossed.level == gap_need.BY_COMMUNE else crossed.level
    shared.listed("Tableau de la carte", partial(gap_need.crossing, crossed), "besoin_et_acces", level)
    ranked(ground, chosen)


def legend_of(crossed: Crossed, chosen: GapsChoices) -> str:
    """The nine classes, their limits and how many territories are in each."""
    plural = catalog.LEVEL[crossed.level].plural
    cells = crossed.table["cell"][crossed.table["here"]]
    counts = [int((cells == cell).sum()) for cell in range(9)]
    need_words = limits(crossed.need_thirds, crossed.need.decimals)
    access_words = limits(crossed.access_thirds, crossed.access.decimals)
    if chosen.measure == "indice":
        access_words = access_words[::-1]
    return bivariate.legend(
        counts,
        crossed.need.label,
        crossed.access.label,
        need_words,
        access_words,
        plural,
        int((cells < 0).sum()),
        gap_need.credit(ask, crossed, chosen.types),
    )


def limits(thirds: Thirds, decimals: int) -> list[str]:
    """« moins de 12 », « 12 à 18 », « 18 et plus »."""
    low, high = (text.number(limit, decimals) if limit < float("inf") else "" for limit in thirds.limits)
    if not low:
        return ["", "toutes égales", ""]
    if low == high:
        return [f"moins de {low}", "–", f"{low} et plus"]
    return [f"moins de {low}", f"{low} à {high}", f"{high} et plus"]


def ranked(ground: Ground, chosen: GapsChoices) -> None:
    """The list, its weights, its reasons, and how far a rank moves."""
    shared.heading("Où agir d'abord : le classement et ses raisons", help_texts.RANKING, "classement")
    binding.bind(
        st.segmented_control,
        "ranked",
        chosen,
        "Territoires classés",
        list(RANKED),
        format_func=RANKED.get,
        required=True,
    )
    components = gap_need.components(chosen)
    for column, part in zip(st.columns(len(components)), components, strict=True):
        with column:
            label = part.label[0].upper() + part.label[1:]
            binding.bind(st.slider, WEIGHTS[part.code], chosen, f"Poids : {label}", 0, 10)
    try:
        ranking = ask.keep(gap_need.rank, ground, replace(chosen, place=()))
    except Unanswerable as error:
        st.warning(str(error), icon=":material/info:")
        return
    st.html(gaps.ranking(ranking.table.head(FIRST), ranking.reasons(FIRST), ranking.level))
    what = catalog.LEVEL[ranking.level]
    first = (
        f"Les {min(FIRST, len(ranking.table))} premiers rangs, sur {text.count(len(ranking.table), what.label, what.plural)} ; "
        f"{text.count(ranking.weightings, 'jeu', 'jeux')} de poids essayés autour de ceux-ci."
    )
    st.html(legend.notes([first, *ranking.notes]))
    level = "residence" if ranking.level == gap_need.BY_COMMUNE else ranking.level
    shared.listed("Tout le classement", partial(gap_need.listing, ranking), f"classement_{ranking.level}", level)
