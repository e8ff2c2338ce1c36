"""The panel of access: how far, for how many people, and whether a gap survives other settings."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from maillage import catalog
from maillage.address.gaps import MEASURES, SUPPLIES, TYPES, GapsChoices
from maillage.language import text
from maillage.language.classes import ranges
from maillage.methods import catchment
from maillage.methods.catchment import SETTINGS
from maillage.queries import access
from maillage.records.map_picture import MapWords
from maillage.records.map_view import site_types
from maillage.screen import atlas, binding
from maillage.screen.panels import share, shared
from maillage.screen.questions import ask
from maillage.screen.tables import data_table
from maillage.subjects.gaps import access as gap_access
from maillage.subjects.gaps import territory as grounds
from maillage.subjects.gaps.access import Reach
from maillage.subjects.gaps.completeness import Unanswerable
from maillage.subjects.gaps.territory import Ground
from maillage.views import coverage_curve, gaps, help_texts, legend
from maillage.views.chart_frame import Axis

MEANINGS = "  \n".join(f"**{code}** : {catalog.SITE_TYPE[code].label}" for code in TYPES)


def panel(ground: Ground, chosen: GapsChoices) -> None:
    """The tab « Accès »."""
    asked(chosen)
    try:
        reached = ask.keep(gap_access.compose, ground, gap_access.measured(chosen))
    except Unanswerable as error:
        shared.unanswered(error, ground.selection)
        return
    spread = ask.keep(
        gap_access.distribution, reached, replace(gap_access.measured(chosen), threshold=chosen.threshold)
    )
    st.html(gaps.keys(headline(reached, chosen, spread.spreads)))
    left, right = st.columns([1.7, 1], gap="medium")
    with left:
        drawn(ground, chosen, reached)
    with right:
        if chosen.measure == "indice":
            shared.heading("Répartition entre habitants", help_texts.DECILES, "deciles")
            data_table(
                spread.spreads.set_index("Territoire").T.rename_axis(reached.indicator.unit).reset_index(),
                height="content",
            )
        else:
            curve(ground, spread.curves, chosen)
        sturdy(chosen, reached)
    shared.listed("Moyennes et déciles", lambda: spread.spreads, "deciles_acces")
    extent = text.count(len(reached.inside), "commune")
    shared.listed(f"Tableau : {extent}", partial(gap_access.figures, reached), "acces", "residence")


def asked(chosen: GapsChoices) -> None:
    """What is measured, from what, and how."""
    unit = "km" if chosen.measure == "km" else "min"
    types(chosen, f"Seuil ({unit})")
    if chosen.measure == "indice":
        left, right = st.columns(2)
        binding.bind(
            left.selectbox,
            "decay",
            chosen,
            "Décroissance avec le temps",
            list(catchment.DECAY),
            format_func=lambda code: catchment.DECAY[code].label,
        )
        binding.bind(right.selectbox, "supply", chosen, "Ce qu'un site offre", list(SUPPLIES), format_func=SUPPLIES.get)


def types(chosen: GapsChoices, threshold: str = "") -> None:
    """The types and the measure, which two panels share, and the threshold where it is used."""
    left, middle, right = st.columns([1.5, 1.15, 0.9], vertical_alignment="top")
    binding.bind(
        left.multiselect,
        "types",
        chosen,
        "Types de structures (l'un ou l'autre)",
        TYPES,
        placeholder="Choisissez un type",
        help=MEANINGS,
    )
    binding.bind(
        middle.segmented_control, "measure", chosen, "Mesure", list(MEASURES), format_func=MEASURES.get, required=True
    )
    if threshold:
        binding.bind(right.slider, "threshold", chosen, threshold, 5, 60)


def headline(reached: Reach, chosen: GapsChoices, spreads) -> list[tuple[str, str, str]]:
    """The mean, the median, and how many are beyond the threshold."""
    first, what = spreads.iloc[0], reached.indicator
    known = reached.inside
    keys = [
        (f"{reached.sign}{text.quantity(first['Moyenne'], what.unit, what.decimals)}", "en moyenne par habitant", ""),
        (f"{reached.sign}{text.quantity(first['D5'], what.unit, what.decimals)}", "pour l'habitant médian", ""),
    ]
    if chosen.measure == "indice":
        nothing = int(known.loc[known["value"] < 1e-9, "population"].sum())
        return [
            *keys,
            (
                ("au plus " if reached.bound == "+" else "") + text.number(nothing),
                "habitants sans aucun site sous le seuil",
                f"{chosen.threshold} min",
            ),
        ]
    past = int(known.loc[known["value"] > chosen.threshold, "population"].sum())
    unit = "km" if chosen.measure == "km" else "min"
    return [
        *keys,
        (
            f"{reached.sign}{text.number(past)}",
            f"habitants à plus de {chosen.threshold}{text.HARD}{unit}",
            text.quantity(first["Au-delà du seuil (%)"], "%", 1),
        ),
    ]


def drawn(ground: Ground, chosen: GapsChoices, reached: Reach) -> None:
    """The map of minutes to the nearest site."""
    shared.heading(reached.indicator.label, help_texts.ACCESS, "acces")
    view = grounds.view(
        ask,
        ground,
        atlas.contours(),
        reached.indicator.label,
        reached.painted,
        types=chosen.types,
        selected=chosen.place,
    )
    with share.place("carte_acces", reached.indicator.label):
        atlas.draw(view, lambda _, code: shared.switch("place", chosen, code), key="carte_acces")
        codes = [f"distance_{kind.lower()}" for kind in chosen.types]
        kinds = site_types(view)
        st.html(legend.legend(reached.indicator, reached.painted.classes, "commune", *shared.sources(codes), kinds))
        words = MapWords(
            f"{reached.indicator.label}, {shared.named(ground)}",
            f"{', '.join(catalog.SITE_TYPE[kind].label for kind in chosen.types)} ; {reached.indicator.unit}",
            tuple(ranges(reached.painted.classes.breaks, reached.indicator)),
            shared.source(codes),
            "communes",
        )
        share.view(view, words, "carte_acces", shared.inside(ground))
    sentences = reached.notes if chosen.measure == "km" else [*reached.notes, help_texts.travel(ask(access.methods))]
    st.html(legend.notes(sentences))


def credit(chosen: GapsChoices) -> str:
    """Where the lists of structures are from, and their date."""
    return shared.source([f"distance_{kind.lower()}" for kind in chosen.types])


def curve(ground: Ground, lines: coverage_curve.Curves, chosen: GapsChoices) -> None:
    """The share of inhabitants within so many minutes."""
    shared.heading("Qui est au-delà de chaque seuil", help_texts.CURVE, "courbe")
    axis = Axis("Distance", "km") if chosen.measure == "km" else Axis("Temps", "min")
    title = f"Habitants loin de tout site ({', '.join(chosen.types)}) : {shared.named(ground)}"
    shared.curves(lines, axis, chosen.threshold, title, credit(chosen), "courbe_acces")


def sturdy(chosen: GapsChoices, reached: Reach) -> None:
    """« Cet écart tient-il avec d'autres réglages ? »"""
    shared.heading("Cet écart tient-il avec d'autres réglages ?", help_texts.STURDY, "reglages")
    known = reached.inside
    try:  # whatever the measure reached: places far from every site are those that sharing serves worst
        tried = ask.keep(gap_access.sturdiness, chosen.types, chosen.supply, tuple(known["code"].tolist()))
    except Unanswerable as error:
        st.caption(str(error))
        return
    people = known.set_index("code")["population"]
    always = tried[tried["worst_fifth"] == len(SETTINGS)]
    some = tried[(tried["worst_fifth"] > 0) & (tried["worst_fifth"] < len(SETTINGS))]
    last = always[always["highest_rank"] == 1]
    place = tried[tried["code"].isin(chosen.place)]
    for row in place.itertuples():
        name = known.loc[known["code"] == row.code, "name"].iloc[0]
        st.html(gaps.card(name, [catchment.verdict(row.worst_fifth, row.settings), ranks(row, len(tried))]))

    def people_of(rows) -> str:
        return f"{text.count(len(rows), 'commune')} ({text.count(int(people[rows['code']].sum()), 'habitant')})"

    sentences = [
        f"Indice 2SFCA recalculé avec {text.count(len(SETTINGS), 'réglage')}, sur {text.count(len(tried), 'commune')}.",
        f"Toujours dans le cinquième le moins bien desservi : {people_of(always)}"
        + tied(len(last), len(always), people_of(last)),
        f"Parfois, selon le réglage : {people_of(some)}.",
    ]
    if place.empty:
        sentences.append("Cliquez une commune de la carte : la réponse pour elle s'affiche ici.")
    st.html(legend.notes(sentences))


def tied(last: int, always: int, words: str) -> str:
    """Where nobody reaches a site, whatever the setting, there is nothing to rank: say so."""
    if last < 2:
        return "."
    return (
        ", "
        + ("toutes" if last == always else f"dont {words}")
        + " à égalité au dernier rang, faute de site accessible."
    )


def ranks(row, count: int) -> str:
    """Where a commune stands, whatever the setting."""
    moves = f"{row.lowest_rank}" if row.lowest_rank == row.highest_rank else f"{row.lowest_rank} à {row.highest_rank}"
    return f"Rang {moves} sur {text.number(count)} (1 : le moins bien desservi)."
