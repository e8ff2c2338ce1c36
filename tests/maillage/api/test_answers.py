"""Formats, pages, and copies that their readers keep."""

import io

import geopandas as gpd
import pandas as pd
import pytest

VALUES = "/indicators/densite/values"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv"),
        ("text/html,application/geo+json;q=0.9,*/*;q=0.1", "application/geo+json"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("text/*", "text/csv"),
    ],
)
def test_the_format_is_what_the_asker_accepts(client, accept, media):
    answer = client.get(VALUES, params={"limit": 2}, headers={"accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == media


def test_a_format_asked_by_name_comes_first_and_one_that_is_not_there_is_said(client):
    assert client.get(VALUES, params={"format": "csv"}, headers={"accept": "application/json"}).text.startswith(
        "\ufeff"
    )
    assert client.get(VALUES, headers={"accept": "image/png"}).status_code == 406
    assert client.get(VALUES, headers={"accept": "text/csv;q=0"}).status_code == 406


def test_the_four_formats_say_the_same(get):
    rows = pd.DataFrame(get(VALUES).json()["items"])
    csv = pd.read_csv(io.BytesIO(get(VALUES, format="csv").content), sep=";", decimal=",", dtype={"code": str})
    parquet = pd.read_parquet(io.BytesIO(get(VALUES, format="parquet").content))
    shapes = gpd.read_file(io.BytesIO(get(VALUES, format="geojson").content))
    assert len(rows) == 101
    for other in (csv, parquet, shapes):
        assert other["code"].tolist() == rows["code"].tolist()
        assert other["value"].tolist() == pytest.approx(rows["value"].tolist())
        assert {"unit", "year", "as_of", "source", "basis", "bound", "note"} <= set(other.columns)
    assert (
        shapes.crs.to_epsg() == 4326 and shapes.geometry.is_valid.all() and len(shapes.dropna(subset="geometry")) == 101
    )


def test_pages_follow_one_another_and_miss_nothing(client, get):
    whole = [row["code"] for row in get("/territories", level="departement").json()["items"]]
    codes, answer = [], get("/territories", level="departement", limit=40)
    while True:
        body = answer.json()
        codes += [row["code"] for row in body["items"]]
        following = [link["href"] for link in body["links"] if link["rel"] == "next"]
        assert answer.headers["x-total-count"] == "101"
        if not following:
            break
        assert f'<{following[0]}>; rel="next"' in answer.headers["link"]
        answer = client.get(following[0])
    assert codes == whole and len(codes) == 101
    assert get("/territories", level="departement", offset=5_000).json()["items"] == []


def test_a_copy_holds_as_long_as_the_build(client, warehouse):
    first = client.get(VALUES)
    assert warehouse.version in first.headers["etag"] and "accept" in first.headers["vary"].lower()
    again = client.get(VALUES, headers={"if-none-match": f'"other", {first.headers["etag"]}'})
    assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == first.headers["etag"]
    assert client.get(VALUES, headers={"if-none-match": 'W/"other"'}).status_code == 200
    other = client.get(VALUES, params={"format": "csv"}, headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200 and other.headers["etag"] != first.headers["etag"]


def test_answers_are_packed(client):
    packed = client.get("/indicators", headers={"accept-encoding": "gzip"})
    assert (
        packed.headers["content-encoding"] == "gzip" and int(packed.headers["content-length"]) < len(packed.content) / 4
    )
    assert "content-encoding" not in client.get("/indicators", headers={"accept-encoding": "identity"}).headers


def test_a_table_for_spreadsheets_runs_nothing(get):
    text = get("/structures", format="csv", limit=50_000).content.decode("utf-8-sig")
    table = pd.read_csv(io.StringIO(text), sep=";", decimal=",", dtype=str)
    names = table["name"].dropna()
    assert len(table) > 1_000 and not names.str.match(r"^[=+\-@\t]").any()


def test_missing_is_null_and_numbers_are_whole(get):
    row = get("/structures", within="departement-08").json()["items"][0]
    assert row["places"] is None or isinstance(row["places"], int)
    assert "NaN" not in get("/cpts").text
