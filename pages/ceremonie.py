"""A signing: the presentation on the screen, and the files to take away. What is typed here is kept nowhere else."""

import streamlit as st

from maillage.address.draft import Draft
from maillage.exports import colophon
from maillage.screen import binding
from maillage.screen.frame import frame
from maillage.screen.panels import ceremony
from maillage.screen.questions import ask
from maillage.subjects.territory import print_frame, wording
from maillage.views import legend

selection = frame("Cérémonie")
chosen = binding.read(Draft)
told = ceremony.subject(selection, chosen)

if told is None:
    st.html(legend.title(["Présenter et signer", "Cérémonie"]))
    if selection.cpts:
        st.html(legend.notes([f"Aucune CPTS ne porte l'identifiant « {selection.cpts} » dans cette base."], alert=True))
    ceremony.chooser(selection)
    st.stop()

st.html(legend.title(["Cérémonie", told.name]))
st.caption(f"{wording.extent(told)} · {wording.where(told)} · {wording.dated(told)}")
ceremony.ways(selection, chosen)
around = print_frame.around(ask, told)
if sentences := colophon.warnings(told, around.apart):
    st.html(legend.notes(sentences, alert=True))

form, shown = st.columns([1, 1.7], gap="medium")
with form:
    held = ceremony.typed()
with shown:
    st.subheader("La présentation", anchor=False)
    ceremony.preview(told, around, held)
    ceremony.files(told, around, held)
