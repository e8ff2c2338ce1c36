from __future__ import annotations

import pytest

from etl.network.content import RefusedFile
from etl.network.datagouv import Resource, name_of, newest


def dataset(*names: str) -> dict:
    return {"resources": [{"url": f"https://static.data.gouv.fr/r/{name}"} for name in names]}


@pytest.mark.parametrize(
    ("names", "latest"),
    [
        (["f-202512.json.gz", "f-202601.json.gz", "f-202511.json.gz"], "f-202601.json.gz"),
        (["f-2026-08.csv", "f-2026-09.csv"], "f-2026-09.csv"),
        (["f-stock-20260512.csv", "f-stock-20260413.csv", "f-stock-202603.csv"], "f-stock-20260512.csv"),
        (["f-202607-v202512.json", "f-202608.json"], "f-202608.json"),  # the first month of the name counts
        (["f-202613.csv", "f-202601.csv"], "f-202601.csv"),  # 13 is no month
        (["f-9202612.csv", "f-202601.csv"], "f-202601.csv"),  # nor is a piece of a longer number a date
        (["f-sans-date.csv", "f-201901.csv"], "f-201901.csv"),
        (["f-sans-date.csv"], "f-sans-date.csv"),
    ],
)
def test_the_month_in_the_name_decides(names, latest):
    assert newest(dataset(*names), r"^f-").name == latest
    assert newest(dataset(*reversed(names)), r"^f-").name == latest


def test_a_month_is_looked_for_in_what_the_pattern_matches_first():
    names = ["lot-203001-structures-202608.gz", "lot-202001-structures-202609.gz", "structures-202912.txt"]
    assert newest(dataset(*names), r"structures-\d{6}\.gz").name == names[1]


def test_what_the_catalogue_says_is_kept_when_it_can_be_held_against_a_file():
    resource = {
        "url": "https://a.fr/x?y=1",
        "title": "f.csv",
        "filesize": 12,
        "checksum": {"type": "SHA1", "value": "A" * 40},
    }
    assert newest({"resources": [resource]}, "f") == Resource(resource["url"], "f.csv", 12, ("sha1", "a" * 40))
    for checksum in (
        None,
        {},
        {"type": None, "value": None},
        {"type": "sha1", "value": "a" * 39},
        {"type": "crc", "value": "a"},
        [],
    ):
        assert newest({"resources": [resource | {"checksum": checksum}]}, "f").checksum is None
    for size in (None, 0, -1, "12", True):
        assert newest({"resources": [resource | {"filesize": size}]}, "f").size is None


@pytest.mark.parametrize("document", [None, [], {}, {"resources": None}, {"resources": {"href": "x"}}, "resources", 3])
def test_another_shape_is_a_sentence(document):
    with pytest.raises(RefusedFile, match="n'a pas la forme attendue"):
        newest(document, "f")


def test_the_name_of_a_file_is_the_end_of_its_address():
    assert name_of("https://a.fr/b/grille%20de%20densit%C3%A9.xlsx?x=/1") == "grille de densité.xlsx"
    assert name_of("https://a.fr/geoserver/GCS/ows?service=WFS") == "ows"
    assert name_of("https://a.fr/b/") == "b"
