"""The profile beside the map, drawn from the answers of the real database."""

from dataclasses import replace

import pandas as pd
import pytest

from maillage.address.selection import Selection
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import profile as atlas_profile
from maillage.views.profile import headline, profile

PLACES = [
    ("france", "FR"),
    ("region", "44"),
    ("region", "93"),
    ("departement", "08"),
    ("departement", "75"),
    ("departement", "976"),
    ("epci", "247100290"),
    ("commune", "08409"),
    ("commune", "13055"),
    ("commune", "71153"),
    ("arrondissement_municipal", "13214"),
]


@pytest.fixture
def data(ask):
    def answer(level, code, **more):
        return atlas_profile.profile(ask, atlas_map.compose(ask, Selection(level, code, **more), "/geo/"))

    return answer


@pytest.mark.parametrize(("level", "code"), PLACES)
def test_every_place_has_a_profile(data, read, level, code):
    page = read(headline(data(level, code)) + profile(data(level, code)))
    assert page.closed
    assert "nan" not in page.text.lower().split() and "None" not in page.text
    assert "habitants" in page.text and "km²" in page.text
    assert page.tags.count("table") == 1


def test_a_departement_is_set_against_its_region_and_france(data, read):
    page = read(profile(data("departement", "08")))
    for word in ("Ardennes", "Grand Est", "France", "265 893", "Densité de population", "Mortalité prématurée"):
        assert word in page.text, word


def test_the_headline_tells_the_indicator_on_the_map(data, read):
    words = read(headline(data("departement", "08", indicator="taux_pauvrete"))).text
    for word in ("Taux de pauvreté", "Ardennes", "Grand Est", "France", "265 893 habitants"):
        assert word in words, word
    assert "Densité" not in words


def test_a_minimum_and_a_maximum_are_marked(data, read):
    assert "≥" in read(headline(data("departement", "71", indicator="couverture_cpts"))).text
    assert "≤" in read(headline(data("departement", "71", indicator="distance_lhss"))).text
    assert not {"≥", "≤"} & set(read(headline(data("departement", "71"))).text)


def test_the_profile_does_not_change_with_the_indicator(data):
    one, two = (profile(data("departement", "71", indicator=name)) for name in ("densite", "distance_msp"))
    assert one == two


def test_a_cpts_is_told_whole(data, read):
    fragment = profile(data("departement", "71", cpts="cpts-71-centre-saone-et-loire"))
    words = read(fragment).text
    assert "CPTS Centre Saône-et-Loire" in words and "34 communes" in words and "T3" in words


def test_a_cpts_of_unknown_perimeter_says_so(data, read):
    words = read(profile(data("departement", "71", cpts="cpts-71-chalonnais"))).text
    assert "Périmètre inconnu" in words


def test_no_structure_known_is_not_zero(data, read):
    assert "inconnu, pas zéro" in read(profile(data("departement", "974"))).text


def test_mayotte_and_rebuilt_communes_say_their_doubts(data, read):
    assert "2017" in read(profile(data("departement", "976"))).text
    plain = data("commune", "08409")
    for origin in ("reunion", "deleguee"):
        rebuilt = plain | {"territory": replace(plain["territory"], geometry_origin=origin)}
        assert len(read(profile(rebuilt)).text) > len(read(profile(plain)).text)


@pytest.mark.parametrize(
    ("level", "code", "cpts"), [("departement", "71", "cpts-71-centre-saone-et-loire"), ("commune", "71153", "")]
)
def test_a_strangers_name_is_text_wherever_it_stands(data, harmless, level, code, cpts):
    answer = data(level, code, cpts=cpts)
    evil = harmless.name
    free = {"name", "note", "source", "producer", "method"}

    def poison(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(**{column: evil for column in free & set(frame.columns)})

    answer |= {
        "territory": replace(answer["territory"], name=evil),
        "places": [(place, evil) for place, _ in answer["places"]],
        "figures": poison(answer["figures"]),
        "cpts": poison(answer["cpts"]),
        "nearest": [(kind, evil, evil, *rest) for kind, _, _, *rest in answer["nearest"]],
        "member_of": [(key, evil, status) for key, _, status in answer["member_of"]],
    }
    harmless(headline(answer))
    page = harmless(profile(answer))
    assert page.text.count(evil) >= 5


def test_a_list_that_is_not_whole_stands_beside_the_published_count(data, read):
    record = data("departement", "35")
    frame = record["structures"]
    partly = frame.assign(
        whole=frame["whole"].mask(frame["type"] == "MSP", 0), open=frame["open"].mask(frame["type"] == "MSP", 12)
    )
    words = read(profile(record | {"structures": partly})).text
    assert "12 recensées sur 56 publiées" in words.replace("\u00a0", " ")
    assert "recensées sur" not in read(profile(record)).text  # whole: the published count adds nothing
    commune = data("commune", "35238")
    assert "recensées sur" not in read(profile(commune | {"structures": partly})).text
