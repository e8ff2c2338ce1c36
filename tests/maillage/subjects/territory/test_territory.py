"""A dossier: the CPTS the project began with, figures against a plain count, nothing invented where nothing is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from maillage import catalog
from maillage.queries import communes
from maillage.subjects.territory import territory

GEOD = Geod(ellps="GRS80")
CENTRE = "cpts-71-centre-saone-et-loire"


@pytest.fixture(scope="module")
def cpts(ask):
    return lambda cpts_id: territory.of_cpts(ask, cpts_id)


@pytest.fixture(scope="module")
def draft(ask):
    return lambda *codes, **more: territory.dossier(ask, codes, **more)


def figure(dossier, name):
    return next(figure for figure in dossier.figures if figure.indicator == name)


# -- the CPTS of the founding documents (METHODS.md) --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cpts_id", "communes", "people", "size"),
    [(CENTRE, 34, 90_346, "T3"), ("cpts-86-pays-chatelleraudais", 49, 88_720, "T3")],
)
def test_whole_perimeters_are_counted(cpts, cpts_id, communes, people, size):
    dossier = cpts(cpts_id)
    assert (len(dossier.codes), dossier.population, dossier.size.kind.code) == (communes, people, size)
    assert dossier.cpts.declared_size.code == size and len(dossier.cpts.differences) == 1


@pytest.mark.parametrize(
    ("cpts_id", "declared", "people", "professionals", "size", "known"),
    [
        ("cpts-62-artois-lys", 14, 34_400, 33, "T1", 5),
        ("cpts-62-beaumont-artois", 22, 178_000, 111, "T4", 14),
        ("cpts-62-grand-arras", 32, 103_500, 31, "T3", 0),
    ],
)
def test_partial_and_unknown_perimeters_are_declared_and_not_guessed(
    cpts, cpts_id, declared, people, professionals, size, known
):
    dossier = cpts(cpts_id)
    facts = dossier.cpts
    assert (facts.declared_communes, facts.declared_population, facts.declared_professionals) == (
        declared,
        people,
        professionals,
    )
    assert facts.declared_size.code == size and dossier.size is None
    assert len(dossier.codes) == known
    assert dossier.population is None if not known else dossier.population < people
    assert facts.perimeter in facts.differences[0].lower() and "devin" in facts.differences[0]
    if known:
        assert figure(dossier, "population").own.bound == "at_least"


def test_two_names_and_two_departements(cpts):
    dossier = cpts("cpts-08-portes-luxembourg-sedanais-meusien")
    assert "CPTS PDLMS" in dossier.cpts.aliases and "CPTS Portes du Luxembourg et Nord meusien" in dossier.cpts.aliases
    assert [share.code for share in dossier.departements] == ["08", "55"]
    assert dossier.cpts.declared_population == 70_000 and dossier.cpts.declared_size.code == "T2"
    assert dossier.population is None and dossier.contour is None and dossier.codes == ()
    assert [event.deduced for event in dossier.cpts.events] == [False, False, True]
    assert figure(dossier, "densite").own is None and figure(dossier, "densite").against[0][3].value == pytest.approx(
        50.6, abs=0.1
    )


def test_the_change_since_what_was_declared_is_explained(cpts):
    (sentence,) = cpts(CENTRE).cpts.differences
    assert (
        "94\u202f159 déclarés (chiffre de 2020) contre 91\u202f612" in sentence and "−2,7" in sentence
    )  # its own year first
    assert sentence.index("91\u202f612") < sentence.index("90\u202f346")


def test_every_cpts_has_a_dossier(ask, cpts):
    ids = ask(
        lambda cursor: [
            cpts_id
            for (cpts_id,) in cursor.execute(
                "SELECT cpts_id FROM cpts WHERE source_id = 'cpts' OR hash(cpts_id) % 9 = 0"
            ).fetchall()
        ]
    )
    for cpts_id in ids:
        dossier = cpts(cpts_id)
        assert (dossier.population is None) == (dossier.cpts.perimeter == "inconnu") == (not dossier.codes)
        assert dossier.cpts.differences or dossier.cpts.declared_population == dossier.population


def test_no_such_cpts(ask):
    assert territory.of_cpts(ask, "cpts-nulle-part") is None


# -- figures -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "code"), [("departement", "2A"), ("region", "94")])
@pytest.mark.parametrize("name", ["population", "densite", "evolution_population"])
def test_a_whole_departement_or_region_has_its_own_figures(cursor, draft, level, code, name):
    codes = cursor.execute(f"SELECT code FROM residence WHERE {level}_code = ?", [code]).fetchall()
    whole = figure(draft(*(commune for (commune,) in codes)), name)
    beside = {(place, its): value for place, its, _, value in whole.against}
    assert whole.own.value == pytest.approx(beside[level, code].value)


def test_departemental_figures_are_shared_out_and_say_so(draft):
    dossier = draft("08409", "55029", "55545")  # Sedan; Bar-le-Duc, Verdun
    line = figure(dossier, "mortalite_prematuree_0_64")
    people = dict(zip(dossier.communes["code"], dossier.communes["population"], strict=True))
    ardennes = people["08409"] / dossier.population
    values = {code: value.value for _, code, _, value in line.against}
    assert line.scope == "departements" and line.own.basis == "mean_of_parts" and "pondérée" in line.own.note
    assert line.own.value == pytest.approx(ardennes * values["08"] + (1 - ardennes) * values["55"])
    assert "non" not in line.own.note[:3] and "département" in figure(draft("08409"), "part_75_plus").own.note


def test_coverage_is_known_where_every_cpts_is_listed(draft):
    whole, none = figure(draft("13001"), "couverture_cpts"), figure(draft("08409"), "couverture_cpts")
    assert whole.own.bound == "exact" and whole.own.value in (0, 100)
    assert none.own is None


def test_coverage_follows_the_statuses(ask):
    codes = territory.of_cpts(ask, CENTRE).codes
    dossier = territory.dossier(ask, codes, statuses=("emergence",))
    assert dossier.overlaps == ()
    assert not [each for each in dossier.figures if each.indicator == "couverture_cpts" and each.own]


def test_sizes_fall_on_the_side_we_said():
    at = {people: territory.size(people) for people in (0, 39_999, 40_000, 79_999, 80_000, 174_999, 175_000, 900_000)}
    assert [size.kind.code for size in at.values()] == ["T1", "T1", "T2", "T2", "T3", "T3", "T4", "T4"]
    assert (at[39_999].lacking, at[39_999].spare, at[40_000].spare, at[80_000].lacking) == (1, None, 0, 95_000)
    assert at[900_000].lacking is None and at[900_000].spare == 725_000


# -- shape, around --------------------------------------------------------------------------------------------------------------------


def test_pieces_are_those_of_the_contours(ask, draft):
    """Against contours compared two by two: a border is where they share a line."""
    every = ask(
        lambda cursor: cursor.execute(
            "SELECT code FROM residence WHERE departement_code = '08' ORDER BY hash(code) LIMIT 120"
        ).fetchall()
    )
    dossier = draft(*(code for (code,) in every))
    shapes = dossier.communes["geometry"].to_numpy()
    label = np.arange(len(shapes))
    for i, j in zip(*np.triu_indices(len(shapes), 1), strict=True):
        if shapely.length(shapely.intersection(shapes[i], shapes[j])) > 0 and label[i] != label[j]:
            label[label == label[j]] = label[i]
    expected = {tuple(codes) for _, codes in dossier.communes.groupby(label)["code"]}
    assert {piece.codes for piece in dossier.pieces} == {tuple(sorted(codes)) for codes in expected}


def test_a_surrounded_commune_is_an_enclave_and_left_alone(ask, draft):
    dossier = draft(*ask(communes.neighbours)["08136"])  # those around Daigny
    assert set(dossier.enclaves["code"]) == {"08136"}
    assert (
        set(dossier.orphans.unsure["code"]) == {"08136"} and dossier.orphans.sure.empty
    )  # not every CPTS is listed there


def test_an_orphan_is_sure_where_every_cpts_is_listed(ask, draft, table_of_members):
    white = ask(
        lambda cursor: [
            c
            for (c,) in cursor.execute(
                "SELECT code FROM residence WHERE departement_code IN ('04', '05', '83') AND code NOT IN (SELECT commune_code FROM cpts_commune)"
            ).fetchall()
        ]
    )
    graph = ask(communes.neighbours)
    inland = {"04", "05", "13", "83", "84"}
    code = next(code for code in white if {near[:2] for near in graph.get(code, ["x"])} <= inland)
    dossier = draft(*graph[code])
    assert code in set(dossier.orphans.sure["code"]) and dossier.cpts_listed
    for row in dossier.orphans.sure.itertuples():
        assert row.code not in table_of_members
        assert set(graph[row.code]) <= set(dossier.codes) | table_of_members


@pytest.fixture(scope="module")
def table_of_members(ask):
    return ask(lambda cursor: {c for (c,) in cursor.execute("SELECT commune_code FROM cpts_commune").fetchall()})


def test_overlaps_are_the_communes_in_common(cpts, draft):
    centre = cpts(CENTRE)
    assert centre.overlaps == ()  # its own communes are not
    dossier = draft(*centre.codes[:5], "71076")
    (overlap,) = dossier.overlaps
    assert (overlap.cpts_id, overlap.codes) == (CENTRE, centre.codes[:5])
    assert overlap.population == dossier.communes.set_index("code").loc[list(centre.codes[:5]), "population"].sum()


# -- structures -------------------------------------------------------------------------------------------------------------------------


def test_sites_are_those_of_the_communes(ask, draft):
    dossier = draft("08409", "08105")
    expected = ask(
        lambda cursor: cursor.execute(
            "SELECT count(*) FROM site WHERE commune_code IN ('08409', '08105') AND status <> 'ferme'"
        ).fetchone()[0]
    )
    assert len(dossier.sites) == expected > 0
    assert dossier.site_counts["open"].sum() + dossier.site_counts["preparing"].sum() == expected
    assert set(dossier.sites["commune_code"]) <= {"08409", "08105"}


def test_unknown_is_not_zero(draft):
    dossier = draft("33063")
    extents = dossier.site_counts.set_index("type")["extent"]  # nobody looked for ESP in Gironde
    assert extents["ESP"] == "inconnu" and extents["CDS"] == "complet"
    assert "ESP" not in set(dossier.nearest["type"]) and "CDS" in set(dossier.nearest["type"])


def test_the_nearest_outside_is_the_least_of_all_distances(ask, draft):
    dossier = draft("08409", "08053")
    every = ask(
        lambda cursor: cursor.execute(
            "SELECT site_id, lon, lat FROM site WHERE type = 'MSP' AND status = 'ouvert' AND lon IS NOT NULL"
        ).fetchdf()
    )
    outside = every[~every["site_id"].isin(dossier.sites["site_id"])]
    km = min(
        GEOD.inv(town.lon, town.lat, site.lon, site.lat)[2] / 1000
        for town in dossier.communes.itertuples()
        for site in outside.itertuples()
    )
    row = dossier.nearest.set_index("type").loc["MSP"]
    assert row["km"] == pytest.approx(km, rel=2e-3)
    assert row["minutes"] == pytest.approx(catalog.TRAVEL.minutes(row["km"]))
    assert row["origin"] in set(dossier.communes["name"])


# -- what is said -----------------------------------------------------------------------------------------------------------------------


def test_codes_of_nowhere_are_left_aside_and_told(draft):
    dossier = draft("08409", "99999", "13055")
    assert dossier.codes == ("08409",)
    assert any("99999" in note and "13055" in note for note in dossier.notes)


def test_nothing_is_a_draft_too(draft):
    dossier = draft()
    assert (dossier.population, dossier.size, dossier.contour, dossier.figures[0].own) == (None, None, None, None)
    assert dossier.pieces == () and dossier.sites.empty and dossier.nearest.empty and dossier.enclaves.empty


def test_overseas_is_measured_in_its_own_plane(draft):
    dossier = draft("97611", "97608")
    assert dossier.population_year == 2017 and any("Mayotte" in note for note in dossier.notes)
    assert [place[:2] for place in dossier.figures[0].against] == [("departement", "976"), ("france", "FR")]


def test_every_source_used_is_listed(cpts):
    dossier = cpts(CENTRE)
    titles = set(dossier.sources["title"])
    assert {title for figure in dossier.figures for title in figure.source.split(" ; ")} <= titles
    assert set(dossier.sites["source"]) | {dossier.cpts.source} <= titles
    assert dossier.sources.notna().all(axis=None) or dossier.sources["retrieved_at"].isna().any()
    assert dossier.build.version


def test_a_dossier_does_not_change_what_is_shared(ask):
    first = territory.of_cpts(ask, CENTRE)
    again = territory.of_cpts(ask, CENTRE)
    pd.testing.assert_frame_equal(first.communes, again.communes)
    assert first.figures == again.figures


def test_a_territory_says_that_the_area_of_its_département_is_far_from_the_published_one(ask):
    notes = territory.dossier(ask, ["38185"]).notes
    assert any(note.startswith("Isère : surface mesurée") for note in notes)
    assert not any("surface mesurée" in note for note in territory.dossier(ask, ["08105"]).notes)
