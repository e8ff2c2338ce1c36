"""« L'essentiel » and the spine of a territory, on their page and beside the map."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from maillage import address
from maillage.address.selection import Selection
from maillage.exports import essentials as essentials_file
from maillage.language import names
from maillage.queries import provenance
from maillage.records.essentials import Essentials, Finding
from maillage.screen.panels import share
from maillage.screen.questions import ask
from maillage.screen.tables import data_table
from maillage.subjects.essentials import sheet
from maillage.subjects.territory import territory
from maillage.views import essentials, html, spine
from maillage.warehouse import Ask


def subject(selection: Selection) -> Essentials:
    """The CPTS that is sought, else the territory."""
    if selection.cpts:
        return sheet.of_dossier(ask, territory.of_cpts(ask, selection.cpts))
    return sheet.of_territory(ask, selection.level, selection.code)


def ways(selection: Selection, each: Finding) -> list[tuple[str, str]]:
    """The evidence of a finding: its indicator on the map, and where its figure comes from."""
    if selection.cpts and each.topic == "Coordination":
        return [("La fiche de la CPTS", _address("cpts", selection))]
    if not each.indicator:
        return [("Compléter par une liste", _address("importer", selection))]
    there = replace(selection, indicator=each.indicator)
    return [
        ("Sur la carte", _address("carte", there)),
        ("D'où vient ce chiffre", _address("chiffre", replace(there, cpts=""))),
    ]


def _address(page: str, selection: Selection) -> str:
    return f"./{page}?{urlencode(address.query(selection))}"


def findings(selection: Selection, profile: Essentials) -> None:
    """The five findings, then the page to take away."""
    st.html(essentials.findings(profile, partial(ways, selection)))
    build = ask(provenance.build)
    name = f"maillage_essentiel_{names.slug(profile.name)}.pdf"
    st.download_button(
        "Une page PDF",
        partial(essentials_file.pdf, profile, build["built_at"]),
        name,
        "application/pdf",
        on_click="ignore",
        icon=":material/picture_as_pdf:",
    )


def lines(profile: Essentials) -> None:
    """The spine, and the table behind it."""
    st.subheader("Chiffre par chiffre", anchor=False)
    with share.place("profil", "Chiffre par chiffre"):
        st.html(spine.section(profile, st.context.theme.type == "dark"))
        st.html(html.script("spine.js"), unsafe_allow_javascript=True)
        share.sheet(f"Profil : {profile.name}", "profil", partial(spine.on_sheet, profile))
    with st.expander("Tableau : les mêmes chiffres", key="tableau_profil", on_change="rerun") as box:
        if box.open:
            data_table(essentials.table(profile))


def beside(selection: Selection) -> None:
    """The five sentences beside the map, and the way to the whole."""
    st.html(ask.keep(brief, selection.level, selection.code))
    way = address.query(replace(selection, cpts=""))
    st.page_link("pages/profil.py", label="Le profil, chiffre par chiffre", query_params=way)


def brief(ask: Ask, level: str, code: str) -> str:
    """Those sentences. Kept: every visitor of a territory reads the same."""
    return essentials.brief(sheet.of_territory(ask, level, code))
