"""A territory drawn flat: geometry kept, names apart, everything text."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maillage import catalog
from maillage.methods import plane
from maillage.records.map_picture import Outline
from maillage.views import plan, plan_svg

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "<script>alert(1)</script>&\"'=1+1"
NO_SITES = pd.DataFrame(columns=["commune_code", "type", "status", "precision", "name", "lon", "lat"])


def squares(codes, names=None, population=1000, side=0.1):
    """A row of square communes near Le Creusot, from west to east."""
    return pd.DataFrame(
        {
            "code": codes,
            "name": list(names or codes),
            "population": population,
            "geometry": [
                shapely.box(4.2 + i * side, 46.7, 4.2 + (i + 1) * side, 46.7 + side) for i in range(len(codes))
            ],
        }
    )


def site(kind="MSP", lon=4.25, lat=46.75, **more):
    row = {"commune_code": "71001", "type": kind, "status": "ouvert", "precision": "commune", "name": "Un site"}
    return row | {"lon": lon, "lat": lat} | more


def drawn(members, ground=None, sites=(), **options):
    ground = squares([]) if ground is None else ground
    return plan.plan(members, ground, pd.DataFrame(list(sites)) if sites else NO_SITES, **options)


def surface(rings):
    """The area of a polygon with holes, in square page units."""
    return shapely.Polygon(rings[0], list(rings[1:])).area


def areas(made, role):
    return [area for area in made.areas if area.role == role]


def test_areas_keep_their_size_and_their_place_on_the_page():
    made = drawn(squares(["71001", "71002", "71003"]))
    assert [area.name for area in areas(made, "membre")] == ["71001", "71002", "71003"]
    (outline,) = areas(made, "territoire")
    total = sum(surface(area.rings) for area in areas(made, "membre"))
    assert surface(outline.rings) == pytest.approx(total, rel=1e-6)
    points = np.vstack([ring for area in made.areas for ring in area.rings])
    assert points.min() >= 0 and (points <= (made.width, made.height)).all()
    # North is up, west is left, and a kilometre is what the bar says.
    west, _, east = (area.rings[0] for area in areas(made, "membre"))
    assert west[:, 0].max() < east[:, 0].min()
    real = shapely.transform(
        shapely.box(4.2, 46.7, 4.3, 46.8), lambda xy: plane.lay(["71001"] * len(xy), xy[:, 0], xy[:, 1])
    )
    assert surface([west]) / (made.bar / made.bar_km) ** 2 == pytest.approx(real.area, rel=1e-3)


def test_north_is_up():
    tall = squares(["71001", "71002"])
    tall["geometry"] = [shapely.box(4.2, 46.8, 4.3, 46.9), shapely.box(4.2, 46.7, 4.3, 46.8)]
    north, south = (area.rings[0] for area in areas(drawn(tall), "membre"))
    assert north[:, 1].max() == pytest.approx(south[:, 1].min(), abs=5)  # off its meridian, the projection leans
    assert north[:, 1].min() < south[:, 1].min()


def test_a_hole_stays_a_hole():
    ring = squares(["71001"])
    ring["geometry"] = [shapely.box(4.2, 46.7, 4.5, 46.9).difference(shapely.box(4.3, 46.75, 4.35, 46.8))]
    made = drawn(ring)
    assert len(areas(made, "membre")[0].rings) == len(areas(made, "territoire")[0].rings) == 2
    assert plan_svg.svg(made, "").count('fill-rule="evenodd"') >= 2


def test_the_ground_is_cut_at_the_page():
    made = drawn(squares(["71001"]), ground=squares(["71002"], side=2))
    points = np.vstack([ring for area in areas(made, "voisine") for ring in area.rings])
    assert points.min() >= -1e-6 and (points <= np.array([made.width, made.height]) + 1e-6).all()


def test_what_lies_beyond_the_page_changes_nothing():
    row = squares([f"7100{number}" for number in range(9)])
    members, beside, beyond = row[:1], row[1:2], row[6:]  # the page is about two communes wide
    near = drawn(members, beside)
    assert areas(near, "voisine")
    assert plan_svg.svg(drawn(members, pd.concat([beyond, beside])), "Plan") == plan_svg.svg(near, "Plan")


def test_symbols_at_one_place_are_spread_and_those_off_the_page_left_out():
    made = drawn(squares(["71001"]), sites=[site("MSP"), site("PASS"), site("LHSS"), site("MSP", lon=9.0)])
    assert [mark.kind for mark in made.marks] == ["MSP", "PASS", "LHSS"]
    places = np.array([(mark.x, mark.y) for mark in made.marks])
    gaps = np.linalg.norm(places[:, None] - places[None], axis=2)[np.triu_indices(3, 1)]
    assert gaps.min() > 0.8 * made.symbol
    assert made.kinds == ("MSP", "PASS", "LHSS") and not made.hollow


def test_in_preparation_is_hollow_and_a_known_address_stands_on_a_stem():
    made = drawn(squares(["71001"]), sites=[site(status="en_projet"), site("PASS", precision="adresse")])
    hollow, exact = made.marks
    assert (hollow.hollow, hollow.exact, exact.hollow, exact.exact) == (True, False, False, True)
    assert made.hollow
    groups = ElementTree.fromstring(plan_svg.svg(made, "")).findall(f"{SVG}g")
    assert [len(group.findall(f"{SVG}path")) for group in groups] == [1, 2]
    assert groups[0].find(f"{SVG}path").get("fill") == "#FFFFFF"


def test_a_site_without_a_place_is_not_drawn():
    assert drawn(squares(["71001"]), sites=[site(lon=None, lat=None), site(commune_code=None)]).marks == ()


@pytest.mark.parametrize("kind", [kind.code for kind in catalog.SITE_TYPES])
def test_every_type_has_its_symbol(kind):
    root = ElementTree.fromstring(plan_svg.key(kind))
    assert root.find(f".//{SVG}text").text == catalog.SITE_TYPE[kind].symbol


def boxes(made):
    return [
        plan._box(label.x, label.y, plan.LETTER_WIDTH * label.size * len(label.text), label.size)
        for label in made.labels
    ]


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=30), st.integers(0, 10**6)),
        min_size=1,
        max_size=25,
    ),
    st.lists(st.tuples(st.floats(4.2, 4.7), st.floats(46.7, 46.8)), max_size=15),
)
def test_names_never_meet_a_name_nor_a_symbol(communes, places):
    members = squares([f"71{i:03}" for i in range(len(communes))], side=0.02)
    members["name"], members["population"] = zip(*communes, strict=True)
    made = drawn(members, sites=[site(lon=lon, lat=lat) for lon, lat in places])
    taken = boxes(made) + [plan._box(mark.x, mark.y, made.symbol, made.symbol) for mark in made.marks]
    named = len(made.labels)
    assert not [(i, j) for i in range(named) for j in range(i + 1, len(taken)) if plan._meet(taken[i], taken[j])]
    assert all(left >= 0 and right <= made.width + 1e-6 for left, _, right, _ in boxes(made) if right - left < 900)


def test_the_most_populous_are_named_first():
    members = squares(["71001", "71002", "71003"], ["Petit", "Grand", "Moyen"], [10, 1000, 100])
    assert [label.text for label in drawn(members, names=2).labels] == ["Grand", "Moyen"]


def test_towns_around_are_named_fainter_where_their_people_are_known():
    around = squares(["71009"], ["Autun"])
    around["geometry"] = shapely.box(4.3, 46.7, 4.5, 46.8)
    made = drawn(squares(["71001"]), ground=around)
    assert [(label.text, label.ink) for label in made.labels] == [("71001", plan.INK), ("Autun", plan.FAINT)]
    assert len(drawn(squares(["71001"]), ground=around.drop(columns="population")).labels) == 1


def test_the_limits_of_departements_are_drawn_where_there_are_two():
    borders = pd.DataFrame(
        {
            "code": ["71", "42"],
            "name": ["A", "B"],
            "geometry": [shapely.box(4, 46, 4.25, 47), shapely.box(4.25, 46, 5, 47)],
        }
    )
    assert len(areas(drawn(squares(["71001"]), borders=borders), "departement")) == 2
    assert areas(drawn(squares(["71001"]), borders=borders[:1]), "departement") == []


def test_a_territory_across_the_sea_is_told_apart():
    members = pd.concat([squares(["71001"], population=10), squares(["97401"], ["Les Avirons"], population=5)])
    made = drawn(members)
    assert made.apart == ("Les Avirons",)
    assert [area.name for area in areas(made, "membre")] == ["71001"]


def test_without_a_commune_it_says_what_to_do():
    with pytest.raises(ValueError, match="aucune commune"):
        drawn(squares([]))


def test_strange_names_stay_text():
    members = squares(["71001"], [EVIL])
    root = ElementTree.fromstring(plan_svg.svg(drawn(members, sites=[site(name=EVIL)]), EVIL))
    assert root.find(f"{SVG}title").text == EVIL
    assert EVIL in [text.text for text in root.iter(f"{SVG}text")]
    assert not list(root.iter(f"{SVG}script"))


def test_colours_of_communes():
    made = drawn(squares(["71001", "71002"]), fills={"71002": "#123456"})
    assert [area.fill for area in areas(made, "membre")] == [plan.MEMBER, "#123456"]


def test_what_is_outlined_has_a_line_a_name_and_no_false_edge_at_the_border_of_the_page():
    members, around = squares(["71001", "71002"]), squares(["71001", "71002", "71003", "71004"])[2:]
    outline = Outline(("71002", "71003"), "dashed", "#4B3F8F", "CPTS d'ici")
    made = drawn(members, around, outlines=[outline, Outline(("99999",), "solid", "#000000", "Ailleurs")])
    (side,) = made.sides
    assert side.line == "dashed" and "CPTS d'ici" in [label.text for label in made.labels]
    sheet = ElementTree.fromstring(plan_svg.svg(made, "x"))
    dashed = [path for path in sheet.iter(f"{SVG}path") if path.get("stroke-dasharray")]
    assert len(dashed) == 1 and dashed[0].get("fill") == "none"
    page = np.vstack(side.pieces)
    assert (page >= -0.1).all() and (page <= (made.width + 0.1, made.height + 0.1)).all()


def test_a_site_that_does_not_exist_is_numbered():
    proposals = pd.DataFrame({"lon": [4.25], "lat": [46.75], "symbol": ["1"], "colour": ["#B03A00"]})
    made = drawn(squares(["71001"]), proposals=proposals)
    assert 0 < made.proposals[0].x < made.width
    assert 'fill="#B03A00"' in plan_svg.svg(made, "x")


def test_communes_of_one_colour_are_one_path():
    fills = {"71001": "#111111", "71002": "#222222", "71003": "#111111"}
    sheet = plan_svg.svg(drawn(squares(list(fills)), fills=fills), "x")
    assert sheet.count('fill="#111111"') == sheet.count('fill="#222222"') == 1


def test_a_perimeter_too_narrow_for_its_name_is_not_named():
    members = squares([f"71{n:03}" for n in range(1, 31)])
    outlines = [Outline(("71001",), "solid", "#4B3F8F", "CPTS au nom trop long pour elle")]
    made = drawn(members, outlines=outlines, names=0)
    assert len(made.sides) == 1 and made.labels == ()
