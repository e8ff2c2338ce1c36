"""A signing: the presentation on the screen, and the files to take away. What is typed stays in the browser of whoever types it."""

import streamlit as st

from maillage.address.draft import Draft
from maillage.exports import colophon
from maillage.language import text
from maillage.screen import binding
from maillage.screen.frame import frame
from maillage.screen.panels import ceremony, ceremony_form
from maillage.screen.questions import ask
from maillage.subjects.territory import print_frame, wording
from maillage.views import legend

selection = frame("Cérémonie")
chosen = binding.read(Draft)
territory = ceremony.subject(selection, chosen)

if territory is None:
    st.html(legend.title(["Présenter et signer", "Cérémonie"]))
    if selection.cpts:
        st.html(legend.notes([f"Aucune CPTS ne porte l'identifiant « {selection.cpts} » dans cette base."], alert=True))
    ceremony.chooser(selection)
    st.stop()

st.html(legend.title(["Cérémonie", territory.name]))
words = wording.extent(territory), wording.where(territory), wording.dated(territory)
st.caption(text.markdown(" · ".join(words)))
ceremony.ways(selection, chosen)
around = print_frame.around(ask, territory)
if sentences := colophon.warnings(territory, around.apart):
    st.html(legend.notes(sentences, alert=True))

form, preview = st.columns([1, 1.7], gap="medium")
with form:
    texts = ceremony_form.form(selection, chosen)
with preview:
    st.subheader("La présentation", anchor=False)
    ceremony.preview(selection, territory, around, texts)
    ceremony.files(territory, around, texts)
