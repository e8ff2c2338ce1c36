"""The atlas's peer: the page one writes from the tutorials of Streamlit, geopandas and folium, on the same communes.

It never imports the atlas. Two things are not as in the tutorials, for want of a network, and both favour it: Leaflet
comes from the folder `static/` beside this script, and there is no background map.
"""

from pathlib import Path

import folium
import geopandas as gpd
import pandas as pd
import streamlit as st
from branca.utilities import color_brewer
from streamlit_folium import st_folium

HERE = Path(__file__).parent
SNAPSHOT = HERE / "data" / "snapshot"
INDICATORS = {"Densité": "densite", "Population": "population", "Superficie": "surface"}


@st.cache_data
def load():
    communes = gpd.read_parquet(SNAPSHOT / "communes.parquet")
    communes = communes[communes["level"] == "commune"]
    communes["surface"] = (communes.to_crs(2154).area / 1e6).round(1)
    communes["densite"] = (communes["population"].astype(float) / communes["surface"]).round(1)
    return communes, pd.read_parquet(SNAPSHOT / "departements.parquet")


st.set_page_config(page_title="Communes", layout="wide")
communes, departements = load()
names = departements["name"].tolist()
name = st.selectbox("Département", names, index=names.index("Pas-de-Calais"))
indicator = INDICATORS[st.selectbox("Indicateur", list(INDICATORS))]

code = departements.loc[departements["name"] == name, "code"].item()
table = communes[communes["departement_code"] == code]
table = table[["code", "name", indicator, "geometry"]].dropna(subset=[indicator])
quantiles = table[indicator].quantile([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6]).to_numpy()
colours = color_brewer("YlGnBu", 6)


def style(feature):
    rank = int(quantiles.searchsorted(feature["properties"][indicator], side="right"))
    return {"fillColor": colours[rank], "color": "white", "weight": 0.6, "fillOpacity": 0.8}


west, south, east, north = table.total_bounds
m = folium.Map(location=[(south + north) / 2, (west + east) / 2], zoom_start=8, tiles=None)
m.default_js = [("leaflet", "/app/static/leaflet/leaflet.js")]
m.default_css = [("leaflet", "/app/static/leaflet/leaflet.css")]
folium.GeoJson(
    table,
    style_function=style,
    tooltip=folium.GeoJsonTooltip(fields=["name", indicator], aliases=["Commune", "Valeur"]),
).add_to(m)
st_folium(m)
