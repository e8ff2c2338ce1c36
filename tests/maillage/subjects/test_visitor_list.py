"""A list that a visitor brings: read aside, within bounds, given back so that a build reads the same."""

import io
import os
import random
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.address.selection import Selection
from maillage.catalog import structure_list
from maillage.language.spreadsheet import csv
from maillage.queries import territories
from maillage.subjects import visitor_list
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.visitor_list import UnusableList
from maillage.views import visitor_list as page_views

LIST = (
    "type;nom;statut;code_commune;commune;code_postal;places;lon;lat;téléphone\n"
    "PASS;PASS A;ouvert;08105;;;;4,7290;49,7530;03 24 00 00 00\n"
    "ESP;=cmd|' /C calc'!A0;en projet;;Sedan;08200;;;;\n"
    "LHSS;LHSS B;ouvert;;Sedanne;08200;6;;;\n"
    "LHSS;<b>C</b> :star:;fermé;13202;;;12;;;\n"
).encode()


@pytest.fixture(scope="module")
def heard() -> list[tuple[float, str]]:
    """Share done and step, as the reading of `brought` says them."""
    return []


@pytest.fixture(scope="module")
def brought(database, heard):
    return visitor_list.read("structures PASS.csv", LIST, database, lambda step, share: heard.append((share, step)))


def test_each_row_is_counted_once(brought):
    assert [brought.count(outcome) for outcome in ("compris", "ambigu", "refuse")] == [3, 0, 1]
    assert len(brought.readings) == 4 and len(brought.understood) == 3
    assert brought.headings == ["Colonnes laissées de côté : téléphone."]


def test_the_model_of_the_page_is_that_of_the_documentation():
    model = Path(__file__).parents[3] / "docs" / "modeles" / "structures.csv"
    assert model.read_bytes().splitlines()[0] == page_views.MODEL.rstrip()


def test_the_page_tells_every_row_in_words(brought):
    rows = page_views.rows(brought)
    assert list(rows["Issue"]) == ["Comprise", "Comprise", "Refusée", "Comprise"]
    assert "Est-ce Sedan (08409)" in rows["En clair"][rows["Issue"] == "Refusée"].iloc[0]
    html = page_views.tally(brought)
    assert "<b>4</b>lignes lues" in html and "<b>1</b>refusée" in html and "téléphone" in html


def test_no_personal_number_is_carried(brought):
    assert "03 24" not in csv(visitor_list.cleaned(brought)).decode()


def test_the_clean_list_is_harmless_and_reads_the_same(brought, database):
    content = csv(visitor_list.cleaned(brought))
    assert b";'=cmd" in content and content.startswith(b"\xef\xbb\xbf")
    again = visitor_list.read(visitor_list.file_name(brought), content, database)
    assert set(again.readings["outcome"]) == {"compris"}
    columns = [column for column in structure_list.COLUMNS if column != "source"]
    pd.testing.assert_frame_equal(
        again.understood[columns].reset_index(drop=True), brought.understood[columns].reset_index(drop=True)
    )


def test_progress_never_goes_back_and_names_what_is_done(brought, heard):
    assert [share for share, _ in heard] == sorted(share for share, _ in heard) and len(heard) >= 3
    assert all(step for _, step in heard) and 0 <= heard[0][0] < heard[-1][0] < 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("image.csv", b"\x89PNG\r\n\x1a\n\0\0\0\r", "ce n'est pas un texte"),
        ("-rf.csv", b"a;b\n1;2\n", "colonne absente"),
        ("../../etc/passwd", b"a;b\n1;2\n", "classeur Excel"),
    ],
)
def test_a_hostile_file_is_one_sentence(database, name, content, words):
    with pytest.raises(UnusableList) as refused:
        visitor_list.read(name, content, database)
    sentence = str(refused.value)
    assert words in sentence and "\n" not in sentence and "/" not in sentence.split("»")[0] and len(sentence) < 1000


def test_a_bomb_is_refused_before_it_bursts(database):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(UnusableList, match="avant de remplir la mémoire"):
        visitor_list.read("bombe.xlsx", content.getvalue(), database)


def test_a_file_too_long_to_read_is_stopped(database, monkeypatch):
    monkeypatch.setattr(visitor_list, "SECONDS", 0.05)
    with pytest.raises(UnusableList, match=r"a dépassé 0\.05 secondes"):
        visitor_list.read("long.csv", LIST, database)


def test_a_process_that_dies_is_told(database, monkeypatch):
    monkeypatch.setattr(visitor_list.sys, "executable", "/bin/false")
    with pytest.raises(UnusableList, match="s'est arrêtée d'elle-même"):
        visitor_list.read("a.csv", LIST, database)


def test_a_reader_who_leaves_stops_the_process(database):
    def leave(step, share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        visitor_list.read("a.csv", LIST, database, leave)
    assert visitor_list._TOGETHER._value == 2  # its place is free again


def test_too_many_megabytes_are_not_even_read(database):
    with pytest.raises(UnusableList, match="30 Mo"):
        visitor_list.read("gros.csv", b"x" * 30_000_001, database)


@given(st.text(max_size=200))
def test_a_file_name_is_tamed(name):
    tame = visitor_list.tame(name)
    assert tame and len(tame) <= 70 and not set(tame) & set("/\\\0\n\"'<>;|&$`")
    brought = visitor_list.Brought(tame, "0" * 64, pd.DataFrame())
    assert visitor_list.file_name(brought).isascii()


# -- left to the operator --------------------------------------------------------------------------------------------


def test_nothing_is_written_unless_the_operator_says_where(brought, monkeypatch, tmp_path):
    monkeypatch.delenv(visitor_list.FOLDER, raising=False)
    assert visitor_list.folder() is None
    with pytest.raises(UnusableList):
        visitor_list.deposit(brought)
    monkeypatch.setenv(visitor_list.FOLDER, str(tmp_path / "absent"))
    assert visitor_list.folder() is None


def test_a_list_is_left_where_the_operator_says(brought, monkeypatch, tmp_path):
    monkeypatch.setenv(visitor_list.FOLDER, str(tmp_path))
    name = visitor_list.deposit(brought)
    assert visitor_list.deposit(brought) == name
    assert [path.name for path in tmp_path.iterdir()] == [name] and name.startswith("structures-pass-")
    assert (tmp_path / name).read_bytes() == csv(visitor_list.cleaned(brought))


def test_a_full_folder_takes_no_more(brought, monkeypatch, tmp_path):
    monkeypatch.setenv(visitor_list.FOLDER, str(tmp_path))
    monkeypatch.setattr(visitor_list, "MOST_DEPOSITED", 1)
    (tmp_path / "other.csv").touch()
    with pytest.raises(UnusableList, match="plein"):
        visitor_list.deposit(brought)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser writes everywhere")
def test_a_folder_that_cannot_be_written_is_told(brought, monkeypatch, tmp_path):
    monkeypatch.setenv(visitor_list.FOLDER, str(tmp_path))
    tmp_path.chmod(0o500)
    with pytest.raises(UnusableList, match="n'a pas pu être écrit"):
        visitor_list.deposit(brought)


# -- on a map --------------------------------------------------------------------------------------------------------


def test_it_stands_on_the_map_flagged_as_the_visitor_s_own(brought, ask):
    view = atlas_map.compose(ask, Selection("departement", "08"), "/geo/")
    with_mine = visitor_list.beside(view, brought, ["08"])
    known, together = view.view.overlays.sites, with_mine.view.overlays.sites
    assert len(together) == len(known) + 2
    assert together["mine"].isin([True]).sum() == 2 and "votre-liste" in together["site_id"].iloc[-1]
    assert with_mine.notes[-1].startswith("Votre liste « structures PASS.csv », non enregistrée : 2")
    assert with_mine.table is view.table
    assert visitor_list.beside(view, None, ["08"]) is view


def test_elsewhere_it_only_says_so(brought, ask):
    view = atlas_map.compose(ask, Selection("departement", "62"), "/geo/")
    with_mine = visitor_list.beside(view, brought, ["62"])
    assert with_mine.view is view.view and "0\u00a0structure" in with_mine.notes[-1]


def test_its_own_map_frames_its_points(brought, ask):
    view = visitor_list.view(ask, brought, "/geo/")
    west, south, east, north = view.base.frame
    assert west < view.overlays.sites["lon"].min() and east > view.overlays.sites["lon"].max()
    assert south < view.overlays.sites["lat"].min() and north > view.overlays.sites["lat"].max()
    (part,) = view.paint.parts
    ardennes = sorted(code for code, *_ in ask(territories.departements)).index("08")
    assert [rank for rank, mark in enumerate(part.marks) if mark != "g"] == [ardennes]
    assert part.values[ardennes] == sum(part.values) == 2  # a closed site is not drawn


def test_thousands_of_sites_are_cut_and_said(brought, ask, monkeypatch):
    monkeypatch.setattr(visitor_list, "MOST_ON_MAP", 1)
    view = atlas_map.compose(ask, Selection("departement", "08"), "/geo/")
    assert "Les 1 premières sont posées" in visitor_list.beside(view, brought, ["08"]).notes[-1]


def test_random_bytes_are_answered(database):
    with pytest.raises(UnusableList):
        visitor_list.read("bruit.xlsx", random.Random(0).randbytes(4000), database)
