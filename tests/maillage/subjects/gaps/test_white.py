"""White zones of real territories, against adjacency walked by hand."""

from collections import defaultdict

import numpy as np
import pytest

from maillage import catalog
from maillage.address.selection import Selection
from maillage.methods.patches import COVERED, UNKNOWN, WHITE
from maillage.queries import access
from maillage.screen.panels import white as panel
from maillage.subjects.gaps import white as gap_white
from maillage.subjects.gaps.territory import ground

DEFAULT = catalog.DEFAULT_CPTS_STATUSES
BOUCHES = Selection("departement", "13")


@pytest.fixture
def of(ask):
    return lambda selection: gap_white.compose(ask, ground(ask, selection))


@pytest.fixture(scope="module")
def walked(warehouse):
    """The white communes of the country in groups that touch, found by walking."""
    standing = access.standing(warehouse.cursor(), DEFAULT)
    left = set(standing.loc[standing["status"] == WHITE, "code"])
    near = defaultdict(set)
    for row in access.borders(warehouse.cursor()).itertuples():
        near[row.a].add(row.b)
        near[row.b].add(row.a)
    groups = []
    while left:
        todo, group = [left.pop()], set()
        while todo:
            code = todo.pop()
            group.add(code)
            todo += [other for other in near[code] if other in left]
            left -= near[code]
        groups.append(frozenset(group))
    return set(groups)


def test_the_zones_of_the_country_are_those_walked(of, walked):
    page = of(Selection())
    assert {frozenset(zone.codes) for zone in page.zones} == walked
    assert len(walked) > 5


@pytest.mark.parametrize(
    "selection",
    [
        BOUCHES,
        Selection("departement", "06"),
        Selection("region", "93"),
        Selection("departement", "62"),
        Selection("epci", "200054807"),
    ],
)
def test_a_territory_shares_its_people_out(of, selection, cursor):
    page = of(selection)
    total = sum(page.people(state) for state in gap_white.STATES)
    assert total == page.ground.territory.population
    column = f"{selection.level}_code"
    covered = cursor.execute(
        f"""
        SELECT coalesce(sum(population), 0) FROM residence WHERE {column} = ? AND code IN (
            SELECT commune_code FROM cpts_commune JOIN cpts USING (cpts_id) WHERE list_contains(?, status))
        """,
        [selection.code, list(DEFAULT)],
    ).fetchone()[0]
    assert page.people(COVERED) == covered


def test_a_zone_belongs_to_a_territory_it_touches_even_beyond(of, walked):
    page = of(BOUCHES)
    here = set(page.table["code"])
    assert {frozenset(zone.codes) for zone in page.zones} == {group for group in walked if group & here}
    for zone in page.zones:
        assert all(page.table.set_index("code").loc[code, "zone"] == zone.name for code in zone.codes if code in here)


def test_each_neighbour_is_told_with_its_border_and_what_it_would_become(of, cursor):
    page = of(BOUCHES)
    table = gap_white.joins(page)
    members = access.members(cursor, DEFAULT)
    borders = access.borders(cursor)
    both = [(row.a, row.b, row.border_km) for row in borders.itertuples()]
    both += [(b, a, km) for a, b, km in both]
    for zone in page.zones:
        expected = {}
        beside = [(b, km) for a, b, km in both if a in zone.codes]
        for _, group in members.groupby("cpts_id"):
            codes = set(group["commune_code"])
            km = sum(length for b, length in beside if b in codes)
            if km:
                people = int(group["population"].sum()) + zone.population
                expected[group["name"].iloc[0]] = (round(km, 1), people, catalog.size_class(people).code)
        rows = table[table["Zone"] == zone.name]
        assert {
            row["CPTS voisine"]: (row["Frontière commune (km)"], row["Population ensemble"], row["Taille ensemble"])
            for _, row in rows.iterrows()
        } == expected


def test_unknown_is_not_white(of):
    page = of(Selection("departement", "62"))
    assert page.communes(WHITE) == 0 and page.communes(UNKNOWN) > 800
    assert "Inconnu n'est pas blanc" in page.notes[0] and "CPTS du Grand Arras" not in page.notes[0]
    assert "sans la liste de toutes leurs communes" in page.notes[1]
    assert page.zones == () and gap_white.joins(page).empty
    ranks = [gap_white.STATES.index(state) for state in page.table["status"]]
    assert page.painted.marks == "".join("x" if rank == 2 else str(rank) for rank in ranks)


def test_fewer_statuses_more_white(of):
    few = of(Selection("departement", "13", statuses=("aci_signe",)))
    assert few.people(WHITE) == of(BOUCHES).people(WHITE)  # the list does not say who signed: they are unknown
    assert few.people(UNKNOWN) == of(BOUCHES).people(COVERED) and few.people(COVERED) == 0
    signed = of(Selection("departement", "71", statuses=("lettre_intention_validee",)))
    assert signed.people(COVERED) == 0
    none = of(Selection("departement", "13", statuses=()))
    assert none.people(COVERED) == 0 and none.people(WHITE) == none.ground.territory.population
    assert "Aucun statut" in none.notes[0]


def test_the_table_of_communes_puts_what_is_white_first(of):
    table = gap_white.communes(of(BOUCHES))
    assert list(table["CPTS"]) == sorted(table["CPTS"], key=["dans aucune CPTS", "inconnu", "dans une CPTS"].index)
    assert table["Habitants"].sum() == of(BOUCHES).ground.territory.population
    assert set(table.loc[table["CPTS"] == "dans aucune CPTS", "Zone"]) == {zone.name for zone in of(BOUCHES).zones}


def test_a_clicked_commune_finds_its_zone(of):
    page = of(BOUCHES)
    assert page.zone_of(page.zones[0].codes[0]) is page.zones[0]
    assert page.zone_of("13001") is None


def test_colours_are_not_the_same():
    assert len(set(gap_white.COLOURS)) == 2 and np.unique(gap_white.WORDS).size == 3


def test_what_is_published_leads_where_perimeters_are_lacking(of):
    page = of(Selection("departement", "08"))
    people = page.ground.territory.population
    assert (page.published.percent, page.published.year, page.published.averaged) == (63, 2024, False)
    assert page.published.outside == round(people * 0.37, -3) and page.nameless
    first, second, *others = panel.shares(page)
    assert first[0].startswith("63") and "98\u202f000\u00a0habitants sans CPTS, non localisés" in first[2]
    assert second[2].startswith(page.nameless[0])
    assert not any(value == "0" for value, *_ in (first, second, *others))


@pytest.mark.parametrize(
    "selection",
    [
        Selection("departement", "35"),
        Selection("departement", "976"),
        Selection("region", "53"),
        Selection(),
        Selection("region", "93", statuses=("aci_signe",)),
    ],
)
def test_zero_is_never_said_of_an_unknown(of, selection):
    page = of(selection)
    assert page.communes(UNKNOWN) and panel.shares(page)[0][0] != "0"


def test_a_whole_list_leads_with_what_it_says(of):
    assert of(BOUCHES).published is None and "aucune CPTS" in panel.shares(of(BOUCHES))[0][1]
    # The list is whole and does not say who signed: nobody is « dans aucune CPTS ».
    region = of(Selection("region", "93", statuses=("aci_signe",)))
    assert region.published is None and region.people(COVERED) == 0
    assert (
        region.people(WHITE) == of(Selection("region", "93")).people(WHITE) < 0.1 * region.ground.territory.population
    )


def test_where_everybody_is_published_as_covered_no_zero_is_told(of):
    page = of(Selection("departement", "974"))
    assert page.published.outside == 0 and page.communes(UNKNOWN)
    words = " ".join(" ".join(key) for key in panel.shares(page))
    assert "arrondi du chiffre publié" in words and "environ 0" not in words
