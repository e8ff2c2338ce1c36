"""How figures are made, in words for someone who is no statistician; written from the catalogue and the methods themselves."""

import streamlit as st

from maillage import handbook, ui
from maillage.queries import provenance
from maillage.views import handbook as told

selection = ui.frame(told.TITLE)
st.html(told.page(handbook.handbook(ui.ask), ui.ask(provenance.build)))
