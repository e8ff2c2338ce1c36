"""Access of real territories, against loops; what cannot be answered is a sentence."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from maillage import catalog
from maillage.address.gaps import GapsChoices
from maillage.address.selection import Selection
from maillage.methods import plane
from maillage.subjects.gaps import access as gap_access
from maillage.subjects.gaps.access import Unanswerable
from maillage.subjects.gaps.territory import ground

NORTH = Selection("departement", "62")


@pytest.fixture
def ask(ask_partial):
    """Lists that are not whole: the bounds are what most of this file is about (whole ones: test_completeness)."""
    return ask_partial


@pytest.fixture
def cursor(partial_lists):
    return partial_lists.cursor()


@pytest.fixture
def of(ask):
    return lambda selection=NORTH, **chosen: gap_access.compose(ask, ground(ask, selection), GapsChoices(**chosen))


@pytest.mark.parametrize(("measure", "column"), [("minutes", "minutes"), ("km", "distance_km")])
def test_the_value_is_that_of_the_nearest_of_the_types(of, cursor, measure, column):
    page = of(types=("MSP", "CDS"), measure=measure)
    expected = dict(
        cursor.execute(
            f"SELECT commune_code, min({column}) FROM access WHERE site_type IN ('MSP', 'CDS') GROUP BY 1"
        ).fetchall()
    )
    assert len(page.inside) == 887
    for row in page.inside.itertuples():
        assert row.value == expected[row.code]
    assert (page.bound, page.sign[:1]) == {"km": ("-", "≤"), "minutes": ("~", "e")}[measure]  # « environ »: no bound


def test_two_types_are_never_farther_than_one(of):
    one, two = of(types=("MSP",)), of(types=("MSP", "CDS"))
    assert (two.table["value"] <= one.table["value"] + 1e-12).all()
    assert (two.table["value"] < one.table["value"]).any()


def test_only_départements_where_somebody_looked_count(of):
    page = of(Selection("region", "32"))
    assert set(page.inside["departement_code"]) == {"59", "62"}
    silent = page.table[~page.table["departement_code"].isin(["59", "62"])]
    assert silent["value"].isna().all()
    assert "Hors du calcul" in page.notes[1] and "02, 60, 80" in page.notes[1]


@pytest.mark.parametrize(
    ("selection", "chosen", "words"),
    [
        (Selection("departement", "13"), {}, "pas un zéro"),
        (Selection("departement", "974"), {"types": ("ESS",)}, "importez une liste locale"),
        (Selection("departement", "08"), {"types": ("ESS",)}, "aucun nombre officiel"),
        (NORTH, {"types": ()}, "au moins un"),
        (NORTH, {"measure": "indice", "supply": "places"}, "comptez les sites"),
    ],
)
def test_what_cannot_be_answered_is_a_sentence_that_says_what_to_do(of, selection, chosen, words):
    with pytest.raises(Unanswerable) as refusal:
        of(selection, **chosen)
    assert words in str(refusal.value) and str(refusal.value).endswith((".", ")"))


def test_a_type_without_any_site_beside_one_that_has_some_is_said(of):
    assert any("ne comptent pas" in note and "ESS" in note for note in of(types=("MSP", "ESS")).notes)


def test_a_list_under_half_of_what_is_published_answers_nothing(of):
    with pytest.raises(Unanswerable, match=r"publiés fin 2023, .* seulement localisés"):
        of(Selection("departement", "71"), types=("CDS",))


def test_a_whole_national_list_is_exact(ask):
    everywhere = [code for code, *_ in ask(gap_access.territories.departements)]
    whole = pd.DataFrame({"departement_code": everywhere, "types": [["MSP"]] * len(everywhere), "complete": True})
    assert gap_access.exhaustive(ask, whole)
    assert not gap_access.exhaustive(ask, whole.iloc[1:])
    assert not gap_access.exhaustive(ask, whole.assign(complete=[False, *[True] * (len(everywhere) - 1)]))


# -- the index ------------------------------------------------------------------------------------------------------


def test_the_index_shares_out_the_supply_of_the_country(ask):
    index = gap_access.index(ask, ("MSP", "CDS"), "sites", "paliers", 15)
    country, supply = gap_access.country(ask), gap_access.supply(ask, ("MSP", "CDS"), "sites")
    reached = np.unique(plane.pairs(country.points, supply.points, catalog.TRAVEL.km(15)).site)
    assert len(reached) > 0.99 * len(supply.sites)  # a few islands have a site and no town hall near
    assert (country.population * index).sum() / 1e5 == pytest.approx(len(reached))


def test_the_index_of_a_commune_by_hand(of, cursor):
    page = of(Selection("departement", "08"), measure="indice", decay="binaire", threshold=10)
    homes = cursor.execute(
        "SELECT r.code, r.population, t.lon, t.lat FROM residence r JOIN territory t USING (level, code) "
        "WHERE r.departement_code IN ('02', '08', '51', '55')"
    ).fetchall()
    sites = cursor.execute(
        "SELECT departement_code, lon, lat FROM site WHERE type = 'MSP' AND status = 'ouvert' AND lon IS NOT NULL"
    ).fetchall()
    spots = plane.lay([c for c, *_ in homes], [h[2] for h in homes], [h[3] for h in homes])
    near = (
        catalog.TRAVEL.minutes(
            plane.distances(spots, plane.lay([s[0] for s in sites], [s[1] for s in sites], [s[2] for s in sites]))
        )
        <= 10
    )
    here = [row for row, home in enumerate(homes) if home[0].startswith("08")]
    demand = np.array([home[1] for home in homes]) @ near
    for row in here[::20]:
        expected = sum(1e5 / demand[site] for site in np.flatnonzero(near[row]))
        assert page.table.set_index("code")["value"][homes[row][0]] == pytest.approx(expected)


def test_the_index_is_a_minimum_and_its_classes_set_nothing_apart(of):
    page = of(measure="indice")
    assert page.bound == "+" and page.painted.classes.breaks[0] == 0.1
    assert list(page.painted.classes.breaks) == sorted(set(page.painted.classes.breaks))
    nothing = int((page.table["value"].round(1) < 0.1).sum())
    assert page.painted.classes.counts[0] == nothing


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [0.0, 3.0], [1e-9, 5.0, 5.0, 5.0], [np.nan, 2.0, 7.0, 90.0]])
def test_breaks_grow(values):
    breaks = gap_access.index_breaks(np.array(values, float))
    assert breaks[0] == 0.1 and list(breaks) == sorted(set(breaks))


def test_sturdiness_is_told_for_the_communes_of_the_territory_only(ask):
    here = ground(ask, Selection("departement", "08"))
    codes = tuple(here.places["code"])
    tried = ask.keep(
        gap_access.sturdiness, ("CDS",), "sites", codes
    )  # fewer than MSP: many communes have none in reach
    assert list(tried["code"]) == list(codes)
    assert (tried["settings"] == 16).all() and tried["highest_rank"].max() <= len(codes)
    # A commune that no setting gives anything is last in all of them.
    nothing = tried[tried["highest_rank"] == 1]
    assert len(nothing) > 10 and (nothing["worst_fifth"] == 16).all()


# -- spread over people ---------------------------------------------------------------------------------------------


def test_what_no_territory_changes_is_computed_once(ask):
    """Access of the country, by every setting or by one, is the same for all who read it."""
    kept, computed = {}, []

    class Once:
        def __call__(self, query, *arguments):
            return ask(query, *arguments)

        def keep(self, function, *arguments):
            key = (function, *arguments)
            if key not in kept:
                computed.append(function)
                kept[key] = function(self, *arguments)
            return kept[key]

    once = Once()
    for code in ("08", "62"):
        here, chosen = ground(once, Selection("departement", code)), GapsChoices(types=("CDS",), threshold=20)
        reached = gap_access.compose(once, here, gap_access.measured(chosen))
        gap_access.distribution(once, reached, chosen)
        once.keep(gap_access.sturdiness, chosen.types, chosen.supply, tuple(reached.inside["code"]))
    assert [computed.count(each) for each in (gap_access.country_values, gap_access.indices)] == [1, 1]
    assert computed.count(gap_access.sturdiness) == 2


def test_choices_that_change_no_figure_are_left_out_of_what_is_measured():
    chosen = GapsChoices(types=("CDS",), place=("08409",), threshold=40, sites=9)
    assert gap_access.measured(chosen) == gap_access.measured(GapsChoices(types=("CDS",)))
    assert gap_access.measured(replace(chosen, measure="indice")).threshold == 40


def test_a_territory_beside_its_région_and_france(of, ask):
    chosen = GapsChoices()
    rows = gap_access.compared(ask, of(), chosen)
    assert [row.name for row in rows] == [
        "Pas-de-Calais",
        "Hauts-de-France, 2\u00a0départements recensés",
        "France, 5\u00a0départements recensés",
    ]
    assert [int(row.population.sum()) for row in rows] == sorted(int(row.population.sum()) for row in rows)
    assert (
        len(gap_access.compared(ask, of(Selection("departement", "08")), chosen)) == 2
    )  # Grand Est lists nothing more
    assert [row.name for row in gap_access.compared(ask, of(Selection()), chosen)] == [
        "France, 5\u00a0départements recensés"
    ]
    inner = gap_access.compared(ask, of(Selection("epci", "247100290")), chosen)
    assert [row.name.split(",")[0] for row in inner] == ["CU Le Creusot Montceau-les-Mines", "Saône-et-Loire", "France"]


def test_the_curve_is_the_share_of_people_beyond(of, ask):
    page = of()
    (thresholds, shares), *_ = gap_access.curves(gap_access.compared(ask, page, GapsChoices())).values()
    people = page.inside["population"]
    for threshold, share in list(zip(thresholds, shares, strict=True))[::13]:
        beyond = people[page.inside["value"] > threshold].sum()
        assert share == pytest.approx(100 * beyond / people.sum())
    assert (np.diff(shares) <= 1e-12).all()


def test_deciles_are_of_people(of, ask):
    page = of()
    table = gap_access.spreads(gap_access.compared(ask, page, GapsChoices()), GapsChoices(), 1)
    first = table.iloc[0]
    people, value = page.inside["population"], page.inside["value"]
    assert first["Moyenne"] == round(float((people * value).sum() / people.sum()), 1)
    below = people[value.round(1) <= first["D5"]].sum() / people.sum()
    assert below >= 0.5
    assert first["Au-delà du seuil (%)"] == round(100 * people[value > 15].sum() / people.sum(), 1)


def test_the_table_puts_the_farthest_first(of):
    table = gap_access.figures(of(types=("MSP",), measure="km"))
    assert table["Distance (km)"].is_monotonic_decreasing
    assert set(table["Lecture"]) == {"maximum"} and len(table) == 887
    low_first = gap_access.figures(of(measure="indice"))
    assert low_first.iloc[:, 1].is_monotonic_increasing and set(low_first["Lecture"]) == {"minimum"}
