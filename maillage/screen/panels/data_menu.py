"""The rooms of the page « Données », and the links from each to the others."""

from __future__ import annotations

import streamlit as st

from maillage import address
from maillage.address.selection import Selection

ROOMS = (
    ("pages/donnees.py", "Sources et sens", ":material/menu_book:"),
    ("pages/chiffre.py", "D'où vient ce chiffre ?", ":material/account_tree:"),
    ("pages/qualite.py", "Qualité", ":material/rule:"),
    ("pages/importer.py", "Importer une liste", ":material/upload_file:"),
    ("pages/telecharger.py", "Télécharger et citer", ":material/download:"),
)


def links(selection: Selection, here: str) -> None:
    """A line of links; the room where the reader stands is no link."""
    with st.container(horizontal=True, gap="small", key="salles"):
        for page, label, icon in ROOMS:
            st.page_link(
                page, label=label, icon=icon, query_params=address.query(selection), disabled=page == f"pages/{here}.py"
            )
