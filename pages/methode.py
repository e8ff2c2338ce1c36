"""How figures are made, in words for someone who is no statistician; written from the catalogue and the methods themselves."""

import streamlit as st

from maillage.queries import provenance
from maillage.screen.frame import frame
from maillage.screen.questions import ask
from maillage.subjects.provenance import method_page
from maillage.views import method_page as page_views

selection = frame(page_views.TITLE)
st.html(page_views.page(method_page.handbook(ask), ask(provenance.build)))
