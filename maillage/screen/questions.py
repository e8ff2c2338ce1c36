"""What a page asks of the database: the build of its run, and the sentence that stops it when there is none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import streamlit as st

from maillage import settings
from maillage.subjects import secrecy
from maillage.warehouse import REBUILD, Edition, Unavailable, Warehouse

ROOT = Path(__file__).parents[2]
DATABASE = ROOT / "data" / "maillage.duckdb"
PINNED = "_edition"
NO_CONTOURS = f"Les contours de cette base manquent : aucune carte ne peut être dessinée. {REBUILD}"
LOG = logging.getLogger(__name__)


def contours(version: str) -> Path:
    """Where the contours of a build are published."""
    return ROOT / "static" / "geo" / version


@st.cache_resource
def warehouse() -> Warehouse:
    """The one base of this process."""
    return secrecy.warehouse(DATABASE, settings.secrecy()[0])


def edition() -> Edition:
    """The build that this run reads from end to end, with its gestures, its fragments and its downloads.

    A download made later must keep it: it runs where there is no session.
    """
    if PINNED not in st.session_state:
        st.session_state[PINNED] = warehouse().edition()
    return st.session_state[PINNED]


class _Asking:
    """The `Ask` of a page: the answers of the build of its run; the page stops with a sentence when there are none."""

    def __call__(self, query: Callable, *arguments):
        try:
            return edition().ask(query, *arguments)
        except Unavailable as error:
            refuse(error)

    def keep(self, function: Callable, *arguments):
        try:
            return edition().ask.keep(function, *arguments)
        except Unavailable as error:
            refuse(error)


ask = _Asking()


def pin() -> None:
    """Take the build in place for this run. Raises Unavailable with a sentence."""
    st.session_state.pop(PINNED, None)
    edition()


def refuse(error: Unavailable) -> NoReturn:
    """Stop the page with the sentence that says why there is no database; what an operator does about it is logged."""
    LOG.error("%s: %s `make data` rebuilds it.", DATABASE, error)
    st.error(str(error), icon=":material/error:")
    st.stop()
