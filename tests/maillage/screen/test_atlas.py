"""The map as it is sent: what is the same for every view is worked out once, by streamlit-folium itself."""

import pytest
import streamlit as st
import streamlit_folium

from maillage.address.selection import Selection
from maillage.screen import atlas, served
from maillage.subjects.atlas import map as atlas_map
from maillage.views.map import leaflet as maps


@pytest.fixture
def sent(monkeypatch):
    """What the component is called with, each time."""
    calls = []
    monkeypatch.setattr(atlas, "_component_func", lambda **arguments: calls.append(arguments))
    return calls


def views(ask):
    return [
        atlas_map.compose(ask, Selection("departement", "08", indicator=name), "/app/static/geo/x/").view
        for name in ("densite", "population")
    ]


def test_it_is_what_streamlit_folium_sends(ask, sent, monkeypatch):
    theirs = []
    monkeypatch.setattr(streamlit_folium, "_component_func", lambda **arguments: theirs.append(arguments))
    for view in views(ask):
        atlas.draw(view)
        leaflet, fingerprint = served.published()
        streamlit_folium.st_folium(
            maps.base_map("/app/static/", leaflet, fingerprint),
            key="carte",
            height=500,
            use_container_width=True,
            returned_objects=[],
            feature_group_to_add=maps.layer(maps.packed(view).ground),
        )
    for ours, other in zip(sent, theirs, strict=True):
        assert callable(ours.pop("on_change")) and callable(other.pop("on_change"))
        assert ours.pop("key") == f"plan_{other.pop('key')[:12]}"
        assert ours.pop("id") and other.pop("id")  # drawn by lot, and nothing to the page
        written = {name: part.split() if isinstance(part, str) else part for name, part in ours.items()}
        assert written == {name: part.split() if isinstance(part, str) else part for name, part in other.items()}
    assert sent[0]["feature_group"] != sent[1]["feature_group"]


def test_a_packed_view_is_the_view(ask, sent):
    view, _ = views(ask)
    atlas.draw(view)
    atlas.draw(maps.packed(view))
    one, two = ({name: part for name, part in call.items() if name != "on_change"} for call in sent)
    assert one == two


def test_a_click_goes_where_the_page_says(ask, sent):
    view, _ = views(ask)
    gone = []
    atlas.draw(view, lambda level, code: gone.append((level, code)), key="autre")
    st.session_state[sent[0]["key"]] = {"level": "commune", "code": "08105"}
    sent[0]["on_change"]()
    assert gone == [("commune", "08105")]
    st.session_state[sent[0]["key"]] = {"level": "commune", "code": "<script>"}
    sent[0]["on_change"]()
    assert len(gone) == 1
