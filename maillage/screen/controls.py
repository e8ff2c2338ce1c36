"""The controls that pages share, in the sidebar: search, territory, indicator, structures, CPTS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from maillage import catalog
from maillage.address.selection import MESHES, Selection
from maillage.queries import cpts, indicators, territories
from maillage.screen import binding, search
from maillage.screen.binding import bind
from maillage.screen.questions import ask


def controls(selection: Selection) -> None:
    """The map's controls, in the sidebar."""
    with st.sidebar:
        find()
        place(selection)
        coloured(selection)
        if selection.level == "france":
            bind(
                st.segmented_control,
                "mesh",
                selection,
                "Maille",
                MESHES,
                required=True,
                format_func=lambda mesh: catalog.LEVEL[mesh].plural.capitalize(),
            )
        bind(
            st.pills,
            "types",
            selection,
            "Structures",
            [kind.code for kind in catalog.SITE_TYPES],
            selection_mode="multi",
            format_func=catalog.short,
        )
        bind(st.toggle, "perimeters", selection, "Périmètres des CPTS")
        statuses(selection)
        background(selection)


def statuses(selection: Selection) -> None:
    """Which CPTS count."""
    filtered = set(selection.statuses) != set(catalog.DEFAULT_CPTS_STATUSES)
    with st.expander("Statuts de CPTS retenus", filtered, key="statuts", on_change="rerun") as filters:
        if filters.open:
            status_pills(selection, "Statuts de CPTS", label_visibility="collapsed")
            st.caption("Le filtre vaut pour les contours, les listes et la couverture.")


def status_pills(selection: Selection, label: str, **options) -> None:
    """The statuses of CPTS that the pages keep, any number of them."""
    bind(
        st.pills,
        "statuses",
        selection,
        label,
        [status.code for status in catalog.CPTS_STATUSES],
        selection_mode="multi",
        format_func=lambda code: catalog.CPTS_STATUS[code].label,
        **options,
    )


def background(selection: Selection) -> None:
    """The only thing that is asked of a third party."""
    bind(
        st.toggle,
        "background",
        selection,
        "Fond de carte IGN",
        help="Plan IGN v2, demandé à la Géoplateforme : la seule requête faite à un tiers, et seulement si vous l'activez.",
    )


def coloured(selection: Selection) -> None:
    """Theme, then indicator, among those that this build has figures for: choosing a theme colours its first one."""
    chosen = catalog.INDICATOR[selection.indicator]
    known = ask(indicators.known) | {chosen.code}
    offered = [indicator for indicator in catalog.INDICATORS if indicator.code in known]
    themes = {indicator.group: indicator.code for indicator in reversed(offered)}
    st.session_state["theme"] = chosen.group
    st.selectbox(
        "Thème",
        list(dict.fromkeys(indicator.group for indicator in offered)),
        key="theme",
        on_change=lambda: binding.write(replace(binding.current(), indicator=themes[st.session_state["theme"]])),
    )
    bind(
        st.selectbox,
        "indicator",
        selection,
        "Indicateur coloré",
        [indicator.code for indicator in offered if indicator.group == chosen.group],
        format_func=lambda code: catalog.INDICATOR[code].label,
        help=chosen.definition,
    )


def place(selection: Selection) -> None:
    """Région, then département."""
    known = ask(territories.departements)
    here = ask(territories.territory, selection.level, selection.code)
    regions = dict(ask(territories.regions))
    st.session_state["region"] = here.region_code if here.region_code in regions else None
    pick("Région", regions, "region", "Toute la France", partial(_go, "region"))
    names = {code: f"{code} {name}" for code, name, region, _ in known if here.region_code in (None, region)}
    st.session_state["departement"] = here.departement_code if here.level not in ("region", "france") else None
    pick("Département", names, "departement", "Tous", partial(_go, "departement"))


def pick(
    label: str,
    names: Mapping[str, str],
    key: str,
    placeholder: str,
    change: Callable[[str | None], None] | None = None,
    **options,
) -> str | None:
    """A selector of one code by its name, or of none; `change` is told the code when it changes. Returns the code."""
    on_change = (lambda: change(st.session_state[key])) if change else None
    return st.selectbox(
        label,
        list(names),
        index=None,
        format_func=names.get,
        key=key,
        placeholder=placeholder,
        on_change=on_change,
        **options,
    )


def _go(level: str, code: str | None) -> None:
    """Go to a territory; an emptied selector goes one level up."""
    selection = binding.current()
    if code is not None:
        binding.write(selection.go(level, code))
    elif level == "departement" and (region := st.session_state.get("region")):
        binding.write(selection.go("region", region))
    else:
        binding.write(selection.go("france", "FR"))


def find() -> None:
    """Find a territory, a CPTS or a structure by name."""
    words = search.field("Rechercher", "recherche", "Commune, CPTS, structure…")
    search.answers(words, "trouve", _open)


def _open(kind: str, code: str, name: str) -> None:
    selection = binding.current()
    st.session_state["recherche"] = ""
    if kind == "cpts":
        binding.write(replace(selection.go("departement", ask(cpts.home, code)[0]), cpts=code, perimeters=True))
    elif kind == "site":
        level, _, where = code.partition("-")
        binding.write(selection.go(level, where))
    else:
        binding.write(selection.go(kind, code))
