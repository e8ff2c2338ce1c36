"""How other programs ask the atlas: HTTP, Python, R, GIS, DuckDB, assistants, other sites."""

import streamlit as st

from maillage.exports import qgis
from maillage.screen.frame import frame
from maillage.views import reuse

selection = frame(reuse.TITLE)
st.html(reuse.head())
address = reuse.root(st.context.url or "")
for use in reuse.USES:
    st.subheader(use.title, anchor=False)
    st.caption(use.lead)
    st.code(use.code(address), language=use.language, wrap_lines=True)
    if use.language == "text":
        layers = qgis.layers(f"{address}/api/v1")
        st.download_button(
            "Les couches pour QGIS (QLR)",
            layers,
            "maillage.qlr",
            "application/xml",
            icon=":material/layers:",
            on_click="ignore",
        )
st.link_button("La description complète (OpenAPI)", f"{address}/api/v1/openapi.json", icon=":material/api:")
