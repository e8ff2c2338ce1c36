"""The list of CPTS: what is kept, under which names, with which size."""

from __future__ import annotations

import pytest

from maillage import catalog
from maillage.address.cpts import CptsChoices
from maillage.subjects.cpts import list as cpts_list


@pytest.fixture(scope="module")
def listed(ask):
    def keep(choices=CptsChoices(), statuses=catalog.DEFAULT_CPTS_STATUSES, departements=None):  # noqa: B008, frozen
        return cpts_list.listed(ask, choices, statuses, departements)

    return keep


def test_every_cpts_by_default(ask, listed):
    assert len(listed()) == ask(
        lambda cursor: cursor.execute("SELECT count(*) FROM cpts WHERE status <> 'resilie'").fetchone()[0]
    )


def test_any_of_its_names_finds_a_cpts(listed):
    for words in ("pdlms", "Portes du LUXEMBOURG", "nord meusien", "sedanais-et-meusien"):
        assert list(listed(CptsChoices(words=words))["cpts_id"]) == ["cpts-08-portes-luxembourg-sedanais-meusien"]
    assert listed(CptsChoices(words="zzz")).empty


def test_a_cpts_of_two_departements_is_in_both(listed):
    for departement in ("08", "55"):
        assert "cpts-08-portes-luxembourg-sedanais-meusien" in set(listed(departements=[departement])["cpts_id"])
    elsewhere = listed(departements=["33"])
    assert all("33" in codes for codes in elsewhere["departement_codes"]) and "cpts-08-vouzinois" not in set(
        elsewhere["cpts_id"]
    )


def test_sizes_and_extents(listed):
    frame = listed(CptsChoices(sizes=("T4",)))
    assert "cpts-62-beaumont-artois" in set(frame["cpts_id"]) and set(frame["size"]) == {"T4"}
    partial = listed(CptsChoices(extents=("partiel",)))
    assert {"cpts-62-artois-lys", "cpts-62-beaumont-artois"} <= set(partial["cpts_id"]) and set(
        partial["perimeter"]
    ) == {"partiel"}
    assert set(listed(statuses=("emergence",))["status"]) == {"emergence"}


def test_a_size_says_what_it_rests_on(listed):
    rows = listed().set_index("cpts_id")
    assert tuple(rows.loc["cpts-71-centre-saone-et-loire", ["inhabitants", "size", "basis", "share"]]) == (
        90_346,
        "T3",
        "calculée",
        1,
    )
    lys = rows.loc["cpts-62-artois-lys"]
    assert (lys["inhabitants"], lys["size"], lys["basis"]) == (34_400, "T1", "déclarée")
    assert lys["share"] == pytest.approx(5 / 14)
    assert rows.loc["cpts-08-vouzinois", "basis"] == ""


def test_the_table_says_what_is_known_of_a_perimeter(listed):
    table = cpts_list.table(listed()).set_index("Nom")
    assert table.loc["CPTS Artois Lys", "Périmètre connu"] == "partiel : 5 sur 14"
    assert table.loc["CPTS du Vouzinois", ["Périmètre connu", "Taille"]].tolist() == ["inconnu", ""]
    assert table.loc["CPTS Centre Saône-et-Loire", "Taille"] == "T3 (calculée)"


@pytest.mark.parametrize(
    ("level", "code", "words"),
    [
        ("region", "93", "Liste entière en 01/2026."),
        ("departement", "13", "Liste entière en 01/2026."),
        ("departement", "35", "12 sous contrat publiées au 16/04/2024 : la liste n'est pas exhaustive."),
        ("departement", "08", "CPTS recensées, 3 publiées en 2024 : la liste n'est pas exhaustive."),
        ("departement", "971", "Aucune CPTS recensée, 0 publiée au 20/11/2023 : la liste n'est pas exhaustive."),
        ("departement", "75", "la liste n'est pas exhaustive."),
        ("france", "FR", "852, tous stades, publiées en 05/2026 : la liste n'est pas exhaustive ; entière dans 6"),
    ],
)
def test_the_list_says_whether_it_is_whole(ask, level, code, words):
    sentence = cpts_list.extent(ask, level, code).replace("\u00a0", " ")
    assert words in sentence
