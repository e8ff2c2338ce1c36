"""The panel of white zones."""

from __future__ import annotations

from functools import partial

import streamlit as st

from maillage.address.gaps import Choices
from maillage.language import text
from maillage.methods.patches import COVERED, UNKNOWN, WHITE, Patch
from maillage.records.map_view import cpts_statuses
from maillage.screen import ui
from maillage.screen.panels import shared
from maillage.subjects.gaps import territory as grounds
from maillage.subjects.gaps import white as gap_white
from maillage.subjects.gaps.territory import Ground
from maillage.views import gaps, help_texts, legend

SHOWN = 4  # zones told in words


def panel(ground: Ground, chosen: Choices) -> None:
    found = gap_white.compose(ui.ask, ground)
    st.html(gaps.keys(shares(found)))
    left, right = st.columns([1.7, 1], gap="medium")
    zone = found.zone_of(chosen.place[0]) if chosen.place else None
    outlined = zone.codes if zone else chosen.place
    with left:
        shared.heading("Communes et CPTS", help_texts.WHITE, "blanches")
        view = grounds.view(
            ui.ask, ground, ui.contours(), "communes dans une CPTS, hors CPTS ou inconnues", found.painted, perimeters=True,
            selected=outlined,
        )  # fmt: skip
        ui.atlas(view, lambda _, code: shared.switch("place", chosen, code), key="carte_blanches")
        source = f"{shared.credit(('couverture_cpts',))} · statuts comptés : {gap_white.statuses_told(ground.selection.statuses)}"
        drawn = cpts_statuses(view)
        st.html(
            gaps.words_legend(
                "Communes", gap_white.WORDS, found.painted.classes, "inconnu : liste des CPTS incomplète", source, drawn
            )
        )
        if found.notes:
            st.html(legend.notes(found.notes))
    with right:
        told(found, zone, chosen)
    if found.zones:
        extent = text.count(len(found.zones), "zone blanche", "zones blanches")
        shared.listed(f"{extent} et leurs CPTS voisines", partial(gap_white.joins, found), "zones_blanches")
    table = partial(gap_white.communes, found)
    shared.listed(f"Tableau : {text.count(len(found.table), 'commune')}", table, "communes_cpts", "residence")


def shares(found: gap_white.White) -> list[tuple[str, str, str]]:
    """Inhabitants in no CPTS, in one, unknown."""
    total = int(found.table["population"].sum())
    return [
        (
            text.number(found.people(state)),
            label,
            f"{text.quantity(100 * found.people(state) / total, '%', 1) if total else '–'}, "
            f"{text.count(found.communes(state), 'commune')}",
        )
        for state, label in (
            (WHITE, "habitants dans aucune CPTS"),
            (COVERED, "habitants dans une CPTS"),
            (UNKNOWN, "habitants pour qui on ne sait pas"),
        )
    ]


def told(found: gap_white.White, zone: Patch | None, chosen: Choices) -> None:
    """The zones, and the one that was clicked."""
    shared.heading("Zones d'un seul tenant", help_texts.JOINS, "zones")
    if chosen.place and zone is None:
        st.caption("La commune choisie n'est pas dans une zone blanche. Cliquez une commune colorée en orange.")
    if not found.zones:
        unknown = found.communes(UNKNOWN)
        st.info(
            "Aucune zone blanche avérée ici : toutes les communes connues sont dans une CPTS, ou la liste des CPTS est "
            "incomplète." if unknown else "Aucune commune hors CPTS ici, aux statuts retenus."
        )  # fmt: skip
        return
    shown = [zone] if zone else found.zones[:SHOWN]
    st.html("".join(gaps.card(f"Zone de {each.name}", lines(found, each)) for each in shown))
    if len(found.zones) > len(shown):
        st.caption(
            f"{text.count(len(found.zones), 'zone')} en tout : cliquez-en une sur la carte, ou ouvrez leur liste."
        )


def lines(found: gap_white.White, zone: Patch) -> list[str]:
    """What can be said of a zone in a few sentences."""
    said = [f"{text.count(len(zone.codes), 'commune')}, {text.count(zone.population, 'habitant')}."]
    for option in zone.options:
        name, perimeter = found.cpts[option.cpts_id]
        grows = (
            f"taille {option.size.code}"
            if option.size == option.size_before
            else f"de la taille {option.size_before.code} à {option.size.code}"
        )
        least = "au moins " if perimeter != "complet" else ""
        said.append(
            f"Avec {name} : {text.quantity(option.border_km, 'km', 1)} de frontière commune ; {least}"
            f"{text.count(option.population, 'habitant')} ensemble, {grows}."
        )
    if not zone.options:
        said.append("Elle ne touche aucune CPTS connue aux statuts retenus.")
    if zone.unknown_border_km:
        said.append(
            f"{text.quantity(zone.unknown_border_km, 'km', 1)} de frontière avec des communes dont on ne sait rien : d'autres CPTS "
            "peuvent la toucher."
        )
    return said
