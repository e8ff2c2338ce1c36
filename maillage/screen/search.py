"""The search by name, written once: a field, then what bears the name, each a button."""

from __future__ import annotations

from collections.abc import Callable, Collection

import streamlit as st

from maillage import catalog
from maillage.language import text
from maillage.queries import territories
from maillage.screen.questions import ask

LEAST = 2  # letters
KINDS = {"cpts": "CPTS", "site": "structure"}


def field(label: str, key: str, placeholder: str) -> str:
    """What is written, "" while it is too short to be looked for."""
    words = st.text_input(label, key=key, placeholder=placeholder, live=True, icon=":material/search:", max_chars=80)
    words = (words or "").strip()
    return words if len(words) >= LEAST else ""


def answers(
    words: str,
    key: str,
    chosen: Callable[[str, str, str], None],
    kinds: Collection[str] = (),
    limit: int = 8,
    below: Callable[[int, str, str], None] | None = None,
) -> None:
    """A button for each answer, that calls `chosen(kind, code, name)`, and what `below(rank, kind, code)` draws under it.

    `kinds` (levels, cpts, site) are what may be chosen; none: all.
    """
    if not words:
        return
    matches = ask(territories.search, words, limit, tuple(kinds))
    if not matches:
        st.caption(f"Rien ne porte le nom « {text.markdown(words)} ». Essayez un autre mot, ou un code Insee.")
    for rank, (kind, code, name, detail) in enumerate(matches):
        what = KINDS.get(kind) or catalog.LEVEL[kind].label
        where = f", {text.markdown(detail)}" if detail else ""
        st.button(
            f"{text.markdown(name)} :small[:gray[{what}{where}]]",
            key=f"{key}_{rank}",
            type="tertiary",
            width="stretch",
            on_click=chosen,
            args=(kind, code, name),
        )
        if below:
            below(rank, kind, code)
