"""Where what browsers load from us is, wherever the atlas is published."""

import re

import pytest
import streamlit as st

from maillage.screen import served


@pytest.mark.parametrize(
    ("base", "folder"), [("", "/app/static/"), ("atlas", "/atlas/app/static/"), ("/a/b/", "/a/b/app/static/")]
)
def test_the_folder_is_under_the_path_of_the_atlas(monkeypatch, base, folder):
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": base}.get)
    assert served.folder() == folder
    assert re.fullmatch(re.escape(folder) + r"page\.css\?[0-9a-f]{8}", served.address("page.css"))
