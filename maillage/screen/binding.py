"""Widgets bound to the address: its choices are their values, and a change of theirs rewrites it.

`Selection` (the choices of every page) and the choices of one page are bound alike, for they are declared alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from maillage import address
from maillage.address.selection import Selection
from maillage.views import legend

T = TypeVar("T")


def current(kind: type[T] = Selection) -> T:
    """These choices, as the address says them now."""
    return address.parse(kind, st.query_params.to_dict())[0]


def read(kind: type[T]) -> T:
    """These choices, as the address says them; what it misspells is written on the page."""
    choices, problems = address.parse(kind, st.query_params.to_dict())
    if problems:
        st.html(legend.notes(problems, alert=True))
    return choices


def write(choices) -> None:
    """Write choices in the address: what a gesture does, before the page runs again. What is not theirs stays."""
    own = address.names(type(choices))
    kept = {name: value for name, value in st.query_params.items() if name not in own}
    st.query_params.from_dict(kept | address.query(choices))


def change(kind: type, **fields) -> None:
    """Change some of these choices in the address, as it is now."""
    write(replace(current(kind), **fields))


def bind(draw: Callable, field: str, choices, *arguments, **options):
    """A widget whose value is always the address's, and whose change rewrites it. Returns what `draw` returns."""
    # A page may have a choice of the same name as one of Selection.
    key = f"{'choix' if isinstance(choices, Selection) else 'propre'}_{field}"
    value = getattr(choices, field)
    st.session_state[key] = list(value) if isinstance(value, tuple) else value
    return draw(*arguments, key=key, on_change=_changed, args=(key, type(choices), field), **options)


def _changed(key: str, kind: type, field: str) -> None:
    value = st.session_state[key]
    change(kind, **{field: tuple(value) if isinstance(value, list) else value})
