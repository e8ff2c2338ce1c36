"""The atlas, which `streamlit run app.py` imports for what stands around the pages, then runs at the bare address."""

import streamlit as st

if __name__ == "__main__":  # the home; with any choice in the address, the map
    from maillage.screen.panels import home, map_page

    if home.wanted():
        home.page()
    else:
        map_page.page()
else:
    from maillage.screen.server import application

    app = st.App(__file__, **application.around(st.get_option("server.baseUrlPath") or ""))
