"""How the lists that people dropped were read: what was not, then every line that deserves a word."""

from __future__ import annotations

import streamlit as st

from maillage.queries import news
from maillage.screen.questions import ask
from maillage.screen.tables import listing
from maillage.views import news as views


def draw() -> None:
    """Counts, what nobody read or what stays doubtful, and the table of lines."""
    rows = ask(news.rows)
    st.html(views.tally(rows))
    if unread := views.unread(ask(news.unread)):
        st.html(unread)
    listing(views.readings(rows), "lecture", "Source", "Lecture", "Motif")
