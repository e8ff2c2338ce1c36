"""Drafts: what they start from, their file, two versions side by side."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from maillage import catalog
from maillage.exports import territory as files
from maillage.language import text
from maillage.queries import territories
from maillage.subjects.territory import draft, territory

GEOD = Geod(ellps="GRS80")


@pytest.fixture(scope="module")
def dossier(ask):
    return territory.dossier(ask, ("08409", "08053", "08191"), name="Pays sedanais")


def test_a_start_from_an_epci_a_cpts_a_departement_a_city(ask):
    assert len(draft.members(ask, "epci", "247100290")) == 34
    assert len(draft.members(ask, "cpts", "cpts-86-pays-chatelleraudais")) == 49
    assert len(draft.members(ask, "departement", "08")) == 447
    assert draft.members(ask, "commune", "08409") == ("08409",)
    assert len(draft.members(ask, "commune", "13055")) == 16
    assert draft.members(ask, "cpts", "cpts-08-vouzinois") == ()


def test_what_can_be_started_from_is_found(ask):
    kinds = [kind for kind, *_ in ask(territories.search, "sedan", 6, draft.STARTS)]
    assert "commune" in kinds and "site" not in kinds
    assert ask(territories.search, "pdlms", 6, draft.STARTS)[0][:2] == (
        "cpts",
        "cpts-08-portes-luxembourg-sedanais-meusien",
    )


def test_communes_within_a_time_are_those_near_enough(ask):
    near = set(draft.within(ask, "08409", 15))
    towns = ask(
        lambda cursor: cursor.execute("SELECT code, lon, lat FROM territory WHERE level = 'commune'").fetchall()
    )
    lon, lat = next((lon, lat) for code, lon, lat in towns if code == "08409")
    limit = catalog.TRAVEL.km(15)
    for code, x, y in towns:
        if abs(x - lon) < 0.6 and abs(y - lat) < 0.4:
            km = GEOD.inv(lon, lat, x, y)[2] / 1000
            if abs(km - limit) > 0.02:
                assert (code in near) == (km < limit)
    assert "08409" in near and len(near) > 10
    assert draft.within(ask, "99999", 15) == ()


def test_a_city_is_as_near_as_the_nearest_of_its_arrondissements(ask):
    near = draft.within(ask, "69123", 5)
    assert {f"6938{n}" for n in range(1, 10)} <= set(near)


def test_a_file_gives_its_draft_back(dossier):
    content = draft.to_file(dossier, date(2026, 11, 22))
    assert draft.from_file(content) == ("Pays sedanais", dossier.codes)
    written = json.loads(content)
    assert written["date"] == "2026-11-22" and written["construction"] == dossier.build.version
    assert {"code": "08409", "nom": "Sedan"} in written["communes"]
    assert draft.from_file(b"\xef\xbb\xbf" + content)[1] == dossier.codes


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"format": "maillage-territoire"}',
        b"[" * 100_000,
        b"08409\n08053",
        b'{"format": "maillage-territoire", "communes": [{"code": 8409}]}',
        b'{"format": "maillage-territoire", "communes": 3}',
        json.dumps({"format": "maillage-territoire", "communes": [{"code": f"{n:05d}"} for n in range(1600)]}).encode(),
        b" " * 300_000,
    ],
)
def test_another_file_is_a_sentence(content):
    with pytest.raises(ValueError, match=r"^Ce fichier .*\.$"):
        draft.from_file(content)


@given(st.binary(max_size=300))
def test_any_file_is_a_draft_or_a_sentence(content):
    try:
        draft.from_file(content)
    except ValueError as error:
        assert str(error).startswith("Ce fichier")


def test_two_versions_side_by_side(ask, dossier):
    other = territory.dossier(ask, ("08409", "08105"), name="Autre")
    comparison = draft.compare(dossier, other)
    common, ours, theirs = comparison.communes
    assert common.note == "Sedan" and theirs.note == "Charleville-Mézières" and ours.value == "2\u00a0communes"
    assert set(ours.note.split(" et ")) == {"Bazeilles", "Givonne"}
    rows = {label: cells for label, _, *cells in comparison.grid.rows}
    assert rows["Communes"] == ["3", "2", "−1"]
    assert rows["Population municipale"][1] == text.number(other.population)
    assert rows["Morceaux"][:2] == [str(len(dossier.pieces)), "2"]
    assert not any("Mortalité" in label for label in rows)  # the same département: nothing to compare


# -- files for others --------------------------------------------------------------------------------------------------------------


def test_a_geopackage_opens_with_its_layers(dossier, tmp_path):
    import geopandas as gpd
    import pyogrio

    path = tmp_path / "essai.gpkg"
    path.write_bytes(files.geopackage(dossier))
    assert {name for name, _ in pyogrio.list_layers(path)} == {"communes", "contour", "structures", "sources"}
    communes = gpd.read_file(path, layer="communes")
    assert sorted(communes["code"]) == list(dossier.codes) and communes.crs.to_epsg() == 4326
    assert communes["population"].sum() == dossier.population
    contour = gpd.read_file(path, layer="contour")
    assert contour["nom"][0] == "Pays sedanais" and contour.geometry[0].equals(dossier.contour)
    assert len(gpd.read_file(path, layer="structures")) == dossier.sites["lon"].notna().sum()


def test_a_geojson_says_its_name_and_its_sources(dossier):
    document = json.loads(files.geojson(dossier))
    assert document["type"] == "FeatureCollection" and document["name"] == "Pays sedanais" and document["sources"]
    assert [feature["properties"]["code"] for feature in document["features"]] == list(dossier.codes)


def test_formulas_stay_text_in_a_csv(ask):
    from dataclasses import replace

    plain = territory.dossier(ask, ("08409",), name='=HYPERLINK("http://x")')
    hostile = replace(plain, communes=plain.communes.assign(name="@SUM(A1)"))
    content = files.csv(hostile).decode("utf-8-sig")
    assert "'@SUM(A1)" in content and "'=HYPERLINK" in content
    assert ";=" not in content and not content.startswith("=")


def test_nothing_to_draw_is_a_sentence(ask):
    with pytest.raises(ValueError, match="aucune commune"):
        files.geopackage(territory.dossier(ask, ()))
