"""What surrounds a territory, against plain reckonings."""

import numpy as np
import pytest
import shapely

from maillage.exports.typesetting import drawn
from maillage.queries import print_frame as queries
from maillage.records.print_frame import FAR_MINUTES
from maillage.subjects.territory import print_frame, territory


@pytest.fixture(scope="module")
def whole(ask):
    dossier = territory.of_cpts(ask, "cpts-71-centre-saone-et-loire")
    return dossier, print_frame.around(ask, dossier)


def test_neighbours_surround_and_never_overlap(whole):
    dossier, around = whole
    assert not set(around.ground["code"]) & set(dossier.codes)
    ground = shapely.union_all(around.ground["geometry"].to_numpy())
    assert ground.intersection(dossier.contour).area < 1e-6
    # The ring around it is full: no hole between the territory and the edge of the page.
    ring = dossier.contour.buffer(0.02).difference(dossier.contour)
    assert ring.difference(ground.buffer(1e-4)).area < 1e-4


def test_sites_of_the_territory_come_first_and_once(whole):
    dossier, around = whole
    inside = around.sites["commune_code"].isin(dossier.codes)
    assert inside.sum() == dossier.sites["type"].isin(print_frame.PRINTED).sum()
    assert inside.tolist() == sorted(inside.tolist(), reverse=True)


def test_the_page_holds_the_territory(whole):
    west, south, east, north = print_frame.page(whole[0].contour.bounds)
    assert shapely.box(west, south, east, north).contains(whole[0].contour)


def test_far_against_a_plain_reckoning(whole, ask):
    dossier, around = whole
    for row in around.far.itertuples():
        rows = ask(access_rows, dossier.codes, row.type)
        people = np.array([p for *_, p in rows], float)
        minutes = np.array([m for _, _, m, _ in rows])
        assert row.population == people.sum() == dossier.population
        assert row.mean_minutes == pytest.approx((people * minutes).sum() / people.sum())
        assert row.beyond == people[minutes > FAR_MINUTES].sum()
        assert row.communes_beyond == (minutes > FAR_MINUTES).sum()
        assert row.farthest_minutes == minutes.max()
        assert row.farthest == rows[int(minutes.argmax())][0]
        assert row.whole == (ask(extents, "71")[row.type] == "complet")


def access_rows(cursor, codes, kind):
    return cursor.execute(
        """
        SELECT t.name, a.distance_km, a.minutes, t.population FROM access a
        JOIN territory t ON t.code = a.commune_code AND t.level IN ('commune', 'arrondissement_municipal')
        WHERE a.site_type = ? AND a.commune_code IN (SELECT unnest(?)) ORDER BY t.code
        """,
        [kind, list(codes)],
    ).fetchall()


def extents(cursor, departement):
    """What is known of each list in a département, by type."""
    query = "SELECT subject, extent FROM inventory WHERE departement_code = ?"
    return dict(cursor.execute(query, [departement]).fetchall())


def test_nothing_is_said_of_types_that_nobody_listed(whole, ask):
    known = {kind for kind, extent in ask(extents, "71").items() if extent != "inconnu"}
    assert (
        set(whole[1].far["type"]) == known & set(print_frame.PRINTED) and {"MSP", "CDS"} <= known and "ESP" not in known
    )


def test_an_unknown_perimeter_has_no_surroundings(ask):
    around = print_frame.around(ask, territory.of_cpts(ask, "cpts-08-vouzinois"))
    assert around.bounds is None and around.ground.empty and around.far.empty


def test_over_the_sea_the_most_populous_part_is_shown(ask):
    dossier = territory.dossier(ask, ["71153", "97411"])
    around = print_frame.around(ask, dossier)
    assert around.apart == ("Le Creusot",)
    assert around.ground["code"].str.startswith("974").all()
    assert drawn(dossier, around).apart == ("Le Creusot",)


@pytest.mark.parametrize(("code", "departement"), [("08105", "08"), ("2A004", "2A"), ("97411", "974")])
def test_departement_of_a_commune(code, departement):
    assert print_frame.departement_of(code) == departement


def test_departements_in_code_order(cursor):
    rows = queries.departements(cursor, ("71", "08"))
    assert list(rows["code"]) == ["08", "71"] and list(rows["name"]) == ["Ardennes", "Saône-et-Loire"]
