"""The panel of white zones."""

from __future__ import annotations

from functools import partial

import streamlit as st

from maillage.address.gaps import GapsChoices
from maillage.language import text
from maillage.methods.patches import COVERED, UNKNOWN, WHITE, Patch
from maillage.records.map_picture import MapWords
from maillage.records.map_view import cpts_statuses
from maillage.screen import atlas
from maillage.screen.panels import share, shared
from maillage.screen.questions import ask
from maillage.subjects.gaps import territory as grounds
from maillage.subjects.gaps import white as gap_white
from maillage.subjects.gaps.territory import Ground
from maillage.views import gaps, help_texts, legend

IN_WORDS = 4  # zones


def panel(ground: Ground, chosen: GapsChoices) -> None:
    """The tab « Zones blanches »."""
    white = ask.keep(gap_white.compose, ground)
    st.html(gaps.keys(shares(white)))
    left, right = st.columns([1.7, 1], gap="medium")
    zone = white.zone_of(chosen.place[0]) if chosen.place else None
    outlined = zone.codes if zone else chosen.place
    with left:
        shared.heading("Communes et CPTS", help_texts.WHITE, "blanches")
        view = grounds.view(
            ask,
            ground,
            atlas.contours(),
            "communes dans une CPTS, hors CPTS ou inconnues",
            white.painted,
            perimeters=True,
            selected=outlined,
        )
        with share.place("carte_blanches", "Communes et CPTS"):
            atlas.draw(view, lambda _, code: shared.switch("place", chosen, code), key="carte_blanches")
            near = () if ground.whole else ground.reach
            source = f"{shared.credit(('couverture_cpts',), near)} · statuts comptés : {gap_white.status_labels(ground.selection.statuses)}"
            drawn = cpts_statuses(view)
            st.html(
                gaps.words_legend(
                    "Communes",
                    gap_white.WORDS,
                    white.painted.classes,
                    "inconnu : liste des CPTS incomplète",
                    source,
                    drawn,
                )
            )
            words = MapWords(
                f"Communes dans une CPTS ou hors CPTS : {shared.named(ground)}",
                f"Statuts comptés : {gap_white.status_labels(ground.selection.statuses)}",
                gap_white.WORDS,
                shared.source(("couverture_cpts",), near),
                "communes",
                "inconnu : liste des CPTS incomplète",
            )
            share.view(view, words, "carte_blanches", shared.inside(ground))
        if white.notes:
            st.html(legend.notes(white.notes))
        if white.communes(UNKNOWN):
            shared.completing(ground.selection)
    with right:
        zones_in_words(white, zone, chosen)
    if white.zones:
        extent = text.count(len(white.zones), "zone blanche", "zones blanches")
        shared.listed(f"{extent} et leurs CPTS voisines", partial(gap_white.joins, white), "zones_blanches")
    table = partial(gap_white.communes, white)
    shared.listed(f"Tableau : {text.count(len(white.table), 'commune')}", table, "communes_cpts", "residence")


def shares(white: gap_white.White) -> list[tuple[str, str, str]]:
    """Inhabitants in no CPTS, in one, unknown.

    Where perimeters are lacking, what is published and the CPTS known by name come first, and no zero is said of an unknown.
    """
    total = int(white.table["population"].sum())
    unknown = white.people(UNKNOWN)
    keys = [] if white.published is None else lead(white)
    return [
        *keys,
        *(
            (
                text.number(white.people(state)),
                label,
                f"{text.quantity(100 * white.people(state) / total, '%', 1) if total else '–'}, "
                f"{text.count(white.communes(state), 'commune')}",
            )
            for state, label in (
                (WHITE, "habitants dans aucune CPTS"),
                (COVERED, "habitants dans une CPTS"),
                (UNKNOWN, "habitants pour qui on ne sait pas"),
            )
            if white.people(state) or not unknown
        ),
    ]


def lead(white: gap_white.White) -> list[tuple[str, str, str]]:
    """« 63 % couverts en 2024 : environ 98 000 habitants sans CPTS, non localisés », and the CPTS known by name."""
    published = white.published
    keys = [
        (
            f"{'≈' + text.HARD if published.averaged else ''}{text.quantity(published.percent, '%', 0)}",
            f"des habitants couverts en {published.year}"
            + (", moyenne calculée ici" if published.averaged else ", chiffre publié"),
            f"environ {text.count(published.outside, 'habitant')} sans CPTS, non localisés"
            if published.outside
            else "tous, à l'arrondi du chiffre publié",
        )
    ]
    if white.nameless:
        keys.append(
            (
                text.number(len(white.nameless)),
                "CPTS connues, sans toutes leurs communes"
                if len(white.nameless) > 1
                else "CPTS connue, sans toutes ses communes",
                text.enumeration(white.nameless, gap_white.NAMED),
            )
        )
    return keys


def without_zone(white: gap_white.White) -> str:
    """Why no zone is drawn. What is published of everybody is not doubted because perimeters are unknown."""
    if not white.communes(UNKNOWN):
        return "Aucune commune hors CPTS ici, aux statuts retenus."
    why = "les communes des CPTS d'ici ne sont pas toutes connues, ou leur statut ne l'est pas."
    if white.published and not white.published.outside:
        return (
            f"Tous les habitants sont couverts d'après le chiffre publié, à l'arrondi ; la carte en dit moins : {why}"
        )
    return f"Des habitants peuvent n'avoir aucune CPTS, mais on ne sait pas où : {why}"


def zones_in_words(white: gap_white.White, zone: Patch | None, chosen: GapsChoices) -> None:
    """The zones, and the one that was clicked."""
    shared.heading("Zones d'un seul tenant", help_texts.JOINS, "zones")
    if chosen.place and zone is None:
        st.caption("La commune choisie n'est pas dans une zone blanche. Cliquez une commune colorée en orange.")
    if not white.zones:
        st.info(without_zone(white))
        return
    described = [zone] if zone else white.zones[:IN_WORDS]
    st.html("".join(gaps.card(f"Zone de {each.name}", lines(white, each)) for each in described))
    if len(white.zones) > len(described):
        st.caption(
            f"{text.count(len(white.zones), 'zone')} en tout : cliquez-en une sur la carte, ou ouvrez leur liste."
        )


def lines(white: gap_white.White, zone: Patch) -> list[str]:
    """What can be sentences of a zone in a few sentences."""
    sentences = [f"{text.count(len(zone.codes), 'commune')}, {text.count(zone.population, 'habitant')}."]
    for option in zone.options:
        name, perimeter = white.cpts[option.cpts_id]
        grows = (
            f"taille {option.size.code}"
            if option.size == option.size_before
            else f"de la taille {option.size_before.code} à {option.size.code}"
        )
        least = "au moins " if perimeter != "complet" else ""
        sentences.append(
            f"Avec {name} : {text.quantity(option.border_km, 'km', 1)} de frontière commune ; {least}"
            f"{text.count(option.population, 'habitant')} ensemble, {grows}."
        )
    if not zone.options:
        sentences.append("Elle ne touche aucune CPTS connue aux statuts retenus.")
    if zone.unknown_border_km:
        sentences.append(
            f"{text.quantity(zone.unknown_border_km, 'km', 1)} de frontière avec des communes dont on ne sait rien : d'autres CPTS "
            "peuvent la toucher."
        )
    return sentences
