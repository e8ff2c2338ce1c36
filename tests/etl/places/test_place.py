"""Where a row stands: the surest way first, and what is said when one fails."""

from __future__ import annotations

import pyproj
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import build as builder
from etl.formats.lists import RefusedRow
from etl.network.ban import AddressMatch, AddressQuestion
from etl.places.gazetteer import OFFICE, WHOLE_CODES, Gazetteer, Where, distance_km
from etl.places.geo import ZONES
from etl.places.place import Placement, holds, look, settle
from tests.etl.local import whole_gazetteer
from tests.rows import rows_of

CHARLEVILLE = {"lon": "4,72", "lat": "49,76"}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return whole_gazetteer()


@pytest.fixture(scope="module")
def towns(gazetteer) -> st.SearchStrategy[str]:
    """Any commune, by arrondissement where there are some."""
    return st.sampled_from(sorted(gazetteer.communes.keys() - WHOLE_CODES))


@pytest.fixture
def put(gazetteer):
    """Place a row; `answer` is what the geocoding says of its address (nothing: it was not asked)."""

    def run(answer: AddressMatch | str | None = "", **where: str) -> Placement:
        sought = look(gazetteer, Where(**where))
        return settle(gazetteer, sought, {} if answer == "" else {sought.question: answer})

    return run


def refusal(put, **where) -> RefusedRow:
    with pytest.raises(RefusedRow) as refused:
        put(**where)
    return refused.value


# -- codes and names ------------------------------------------------------------------------------------------------

NAMED = [
    ({"code": "08105"}, "08105", "commune"),
    ({"code": "8105"}, "08105", "commune"),  # a spreadsheet ate the zero
    ({"code": "2a004"}, "2A004", "commune"),
    ({"code": "01003"}, "01165", "commune"),  # merged since
    ({"commune": "08105"}, "08105", "commune"),
    ({"code": "75056", "postcode": "75011"}, "75111", "commune"),
    ({"code": "75056", "postcode": "75116"}, "75116", "commune"),
    ({"code": "75056"}, "75056", "commune"),
    ({"commune": "CHARLEVILLE MEZIERES", "postcode": "8000"}, "08105", "nom"),
    ({"commune": "Charleville-Mézières Cedex", "postcode": "08000"}, "08105", "nom"),
    ({"commune": "08000 Charleville-Mézières"}, "08105", "nom"),
    ({"commune": "St Denis", "postcode": "93200"}, "93066", "nom"),
    ({"commune": "Saint-Denis", "postcode": "97400"}, "97411", "nom"),
    ({"commune": "st-denis", "departement": "Réunion"}, "97411", "nom"),
    ({"commune": "Ste Ménehould"}, "51507", "nom"),
    ({"commune": "L Abergement Clemenciat"}, "01001", "nom"),
    ({"commune": "Abergement-Clémenciat (L')"}, "01001", "nom"),
    ({"commune": "Mans", "postcode": "72000"}, "72181", "nom"),
    ({"commune": "Chalon s/ Saône"}, "71076", "nom"),
    ({"commune": "Bors (Canton de Tude-et-Lavalette)"}, "16052", "nom"),
    ({"commune": "Paris 11e"}, "75111", "nom"),
    ({"commune": "PARIS", "postcode": "75011"}, "75111", "nom"),
    ({"commune": "Lyon 03"}, "69383", "nom"),
    ({"commune": "Marseille 3ème arrondissement"}, "13203", "nom"),
    ({"commune": "Bastia", "postcode": "20200"}, "2B033", "nom"),
    ({"postcode": "75011"}, "75111", "nom"),
    ({"address": "1 place Ducale, 08000 Charleville-Mézières CEDEX"}, "08105", "nom"),
]


@pytest.mark.parametrize(("where", "code", "how"), NAMED)
def test_a_commune_is_told_by_its_code_or_its_name(put, where, code, how):
    placed = put(**where)
    assert (placed.commune.code, placed.how, placed.lon, placed.doubts) == (code, how, None, ())


DOUBTED = [
    ({"commune": "AJACCIO CEDEX", "postcode": "20303"}, "2A004", OFFICE),
    ({"commune": "AJACCIO CEDEX 9", "postcode": "20700"}, "2A004", OFFICE),
    ({"commune": "PORTO VECCHIO CEDEX", "postcode": "20538"}, "2A247", OFFICE),
    ({"commune": "BASTIA CEDEX", "postcode": "20407"}, "2B033", OFFICE),
    ({"commune": "LE PORT CEDEX", "postcode": "97829"}, "97407", OFFICE),
    ({"commune": "97829 LE PORT CEDEX"}, "97407", OFFICE),
    ({"commune": "Charleville-Mézières Cedex", "postcode": "08011"}, "08105", OFFICE),
    ({"commune": "TOULON-CEDEX9", "postcode": "83041"}, "83137", OFFICE),
    ({"commune": "PARIS CEDEX 13", "postcode": "75651"}, "75056", OFFICE),
    ({"commune": "VANDOEUVRE CEDEX", "postcode": "54511"}, "54547", OFFICE),
    ({"commune": "COSNE COURS SUR LOIRE CEDE", "postcode": "58206"}, "58086", OFFICE),
    ({"commune": "VILLEFRANCHE DE ROUERGUE C", "postcode": "12202"}, "12300", "un CEDEX ?"),
    ({"commune": "METZ", "postcode": "57073"}, "57463", "n'est celui d'aucune commune"),
    ({"commune": "Sedan", "postcode": "08000"}, "08409", "le code postal 08000 est celui de"),
    ({"commune": "Boulogne", "postcode": "92100"}, "92012", "lu Boulogne-Billancourt"),
    ({"commune": "Strasbourg Neudorf", "postcode": "67100"}, "67482", "lu Strasbourg"),
    ({"commune": "Sedan", "postcode": "51100"}, "51454", "le nom « Sedan » est celui de Sedan (08409)"),
    ({"commune": "Pierrefitte", "postcode": "93380"}, "93066", "« Pierrefitte » lu Saint-Denis (93066)"),
    ({"commune": "Pierrefitte", "departement": "93"}, "93066", "« Pierrefitte » lu Saint-Denis (93066)"),
    ({"commune": "Lieu-dit inconnu", "postcode": "92100"}, "92012", "placée par le code postal 92100"),
    ({"code": "08409", "commune": "Sedanne"}, "08409", "le nom écrit « Sedanne »"),
    ({"code": "08409", "commune": "Reims"}, "08409", "le nom écrit « Reims »"),
    ({"code": "08409", "postcode": "51100"}, "08409", "le code postal 51100 celui de Reims"),
    ({"code": "08409", "commune": "TOULON CEDEX 9", "postcode": "83041"}, "08409", "département du code postal 83041"),
    ({"code": "08105", "departement": "Nord-Est"}, "08105", "le département « Nord-Est » n'est pas compris"),
    ({"code": "08105", "departement": "08 - Marne"}, "08105", "n'est pas compris"),
]


@pytest.mark.parametrize(("where", "code", "doubt"), DOUBTED)
def test_what_is_not_sure_is_placed_and_to_be_checked(put, where, code, doubt):
    placed = put(**where)
    assert (placed.commune.code, placed.lon) == (code, None)
    assert len([text for text in placed.doubts if doubt in text]) == 1


SURE = [
    ({"code": "83062", "commune": "TOULON CEDEX 9", "postcode": "83041"}, "83062"),
    ({"code": "57351", "commune": "METZ CEDEX 03", "postcode": "57073"}, "57351"),
    ({"code": "9D411", "commune": "ST DENIS", "postcode": "97400", "departement": "9D"}, "97411"),
    ({"code": "9A105", "commune": "BASSE TERRE", "postcode": "97100", "departement": "9A"}, "97105"),
    ({"code": "9b209"}, "97209"),
    ({"code": "9F611", "departement": "9F"}, "97611"),
    ({"code": "78158", "commune": "Rocquencourt"}, "78158"),
    ({"code": "08105", "commune": "Charleville"}, "08105"),
    ({"code": "53062", "commune": "CHATEAU GONTIER SUR MAYENN"}, "53062"),
    ({"commune": "CHATEAU GONTIER SUR MAYENN", "postcode": "53200"}, "53062"),
    ({"commune": "Chartres-de-Bretagne (35)"}, "35066"),
    ({"commune": "Saint-Denis (93)"}, "93066"),
    ({"commune": "Sedan (08200)"}, "08409"),
    ({"commune": "FONTENAY S/BOIS", "postcode": "94120"}, "94033"),
    ({"commune": "75013 Paris 13e"}, "75113"),
    ({"commune": "Évry", "postcode": "91000"}, "91228"),
    ({"commune": "Évry", "postcode": "89140"}, "89162"),
    ({"commune": "Vire", "departement": "Calvados"}, "14762"),
    ({"commune": "Cherbourg-Octeville"}, "50129"),
    ({"commune": "Pierrefitte-sur-Seine"}, "93066"),
    ({"commune": "CHALONS SUR MARNE"}, "51108"),
    ({"commune": "Lyon", "postcode": "69003", "departement": "69M"}, "69383"),
    ({"commune": "Bastia", "postcode": "20200", "departement": "20"}, "2B033"),
    ({"code": "08409 - Sedan"}, "08409"),
    ({"code": "189", "commune": "30000 NIMES", "departement": "30"}, "30189"),
    ({"code": "4", "departement": "2A - Corse-du-Sud"}, "2A004"),
    ({"code": "411", "departement": "9D"}, "97411"),
    ({"code": "Sedan (08409)"}, "08409"),
    ({"code": "FR08409"}, "08409"),
    ({"code": "COM-08409", "departement": "FR-08"}, "08409"),
    ({"code": "code Insee : 2A004", "departement": "201"}, "2A004"),
    ({"code": "9d411 ST DENIS"}, "97411"),
]


@pytest.mark.parametrize(("where", "code"), SURE)
def test_what_agrees_is_placed_without_a_doubt(put, where, code):
    placed = put(**where)
    assert (placed.commune.code, placed.doubts) == (code, ())


def test_a_point_or_an_address_tells_more_than_a_sorting_office(put):
    la_garde = put(commune="TOULON CEDEX 9", postcode="83041", lon="6,02", lat="43,13")
    assert (la_garde.commune.code, la_garde.how, la_garde.doubts) == ("83062", "coordonnees", ())
    answer = AddressMatch(6.02, 43.13, 0.9, "83062", "housenumber")
    la_garde = put(answer, commune="TOULON CEDEX 9", postcode="83041", address="1 avenue X")
    assert (la_garde.commune.code, la_garde.how, la_garde.doubts) == ("83062", "adresse", ())
    far = put(
        AddressMatch(2.35, 48.85, 0.95, "75056", "housenumber"),
        commune="TOULON CEDEX 9",
        postcode="83041",
        address="1 X",
    )
    assert (far.commune.code, far.how) == ("83137", "nom") and OFFICE in far.doubts


CEDEX = ["{} CEDEX", "{} CEDEX 9", "{} cedex 03", "{}-CEDEX", "{} Cédex", "{} CX", "{} CDX 2", "{} (CEDEX)"]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from(CEDEX), st.sampled_from([str, str.upper, str.lower, str.title]))
def test_a_sorting_office_contradicts_no_code_and_is_a_doubt_alone(gazetteer, towns, put, data, shape, case):
    """Names × CEDEX × codes × cases: a code beside it is followed without a word; without it, the office's commune and a doubt."""
    commune, office = (gazetteer.communes[data.draw(towns)] for _ in "ab")
    if commune.parent or office.parent:
        return
    name = case(shape.format(office.name))
    placed = put(code=commune.code, commune=name)
    assert (placed.commune.code, placed.doubts) == (commune.code, ())
    begin = {"2A": "20", "2B": "20", "974": "978"}.get(office.departement, office.departement)
    free = begin + "9" * (5 - len(begin))
    try:
        placed = put(commune=name, postcode=free, departement=office.departement)
    except RefusedRow as refused:  # two of one name in the département
        assert refused.reason == "commune ambiguë"
        return
    assert placed.commune.departement == office.departement and OFFICE in placed.doubts


UNTOLD = [
    ({"commune": "Évry"}, "commune ambiguë", "Évry-Courcouronnes (91228"),
    ({"commune": "Vire"}, "commune ambiguë", "Vire Normandie (14762"),
    ({"commune": "Rocquencourt"}, "commune ambiguë", "Le Chesnay-Rocquencourt (78158"),
    ({"commune": "TOULON CEDEX", "postcode": "08011"}, "commune inconnue", "Ce nom est celui de Toulon (83137"),
    ({"commune": "CEDEX 9", "postcode": "00200"}, "commune inconnue", "n'est pas connue"),
    ({"commune": "Sedan", "departement": "51"}, "commune inconnue", "Ce nom est celui de Sedan"),
    ({"code": "189"}, "commune inconnue", "le code commune « 189 » n'existe pas"),
    ({"code": "99999"}, "commune inconnue", "Vérifiez le code Insee"),
    ({"commune": "Sedann", "postcode": "08200"}, "commune inconnue", "Est-ce Sedan (08409) ?"),
    ({"commune": "Sedan", "postcode": "62000"}, "commune inconnue", "Ce nom est celui de Sedan (08409"),
    ({"commune": "Saint-Denis"}, "commune ambiguë", "Saint-Denis (97411"),
    ({"postcode": "08200"}, "commune ambiguë", "et 4\u00a0autres"),
    ({"code": "08105", "commune": "Sedan"}, "commune contradictoire", "celui de Charleville-Mézières"),
    ({"code": "08409 - Charleville-Mézières"}, "commune contradictoire", "celui de Sedan"),
    ({"code": "08105", "departement": "62"}, "département contradictoire", "et non « 62 »"),
    ({"departement": "08"}, "sans lieu", "rien ne dit où la placer"),
    ({"lon": "0", "lat": "0"}, "sans lieu", "ne sont dans aucune commune"),
    ({"lon": "4,72", "lat": "nord"}, "sans lieu", "illisibles"),
]


@pytest.mark.parametrize(("where", "reason", "words"), UNTOLD)
def test_what_cannot_be_told_is_refused_with_what_to_do(put, where, reason, words):
    refused = refusal(put, **where)
    assert refused.reason == reason
    assert words in str(refused) and str(refused).endswith((".", "?"))


def test_every_commune_is_found_by_its_name_and_each_of_its_postcodes(gazetteer):
    """But the few that share both: those are refused, never guessed."""
    wrong, ambiguous = [], 0
    for commune in list(gazetteer.communes.values())[::7]:
        for postcode in commune.postcodes:
            try:
                stated = gazetteer.stated(Where(commune=commune.name.upper(), postcode=postcode)).commune
            except RefusedRow as refused:
                ambiguous += refused.reason == "commune ambiguë"
                continue
            if commune.code not in (stated.code, stated.parent):
                wrong.append((commune, stated))
    assert wrong == [] and ambiguous < 5


def test_no_part_of_a_commune_is_taken_for_another_commune_elsewhere(gazetteer):
    """Every delegated or associated commune leads to the commune it is in, or is asked about."""
    rows = rows_of(
        f"SELECT name, code FROM '{builder.ROOT}/data/snapshot/commune_names.parquet' WHERE kind <> 'ancienne'"
    )
    elsewhere, asked = [], 0
    for name, code in rows:
        try:
            commune = gazetteer.stated(Where(commune=name)).commune
        except RefusedRow as refused:
            asked += refused.reason == "commune ambiguë"
            continue
        elsewhere += [(name, code, commune)] if commune.code != code else []
    assert elsewhere == [] and 200 < asked < 500 and len(rows) == 2498


# -- coordinates ----------------------------------------------------------------------------------------------------

POINTS = {  # a place in each zone
    "metropole": ("08105", 4.72, 49.76),
    "971": ("97120", -61.53, 16.24),
    "972": ("97209", -61.07, 14.60),
    "973": ("97302", -52.33, 4.93),
    "974": ("97411", 55.45, -20.88),
    "976": ("97611", 45.22, -12.78),
}


@pytest.mark.parametrize("zone", POINTS)
@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("swapped", [True, False])
@pytest.mark.parametrize("metres", [True, False])
def test_a_point_is_read_in_degrees_or_in_metres_and_in_either_order(put, zone, stated, swapped, metres):
    code, lon, lat = POINTS[zone]
    x, y = pyproj.Transformer.from_crs(4326, ZONES[zone], always_xy=True).transform(lon, lat) if metres else (lon, lat)
    first, second = (f"{value:.8f}".replace(".", ",") for value in ((y, x) if swapped else (x, y)))
    placed = put(lon=first, lat=second, code=code if stated else None)
    assert (placed.commune.code, placed.how) == (code, "coordonnees")
    assert (placed.lon, placed.lat) == (pytest.approx(lon, abs=1e-6), pytest.approx(lat, abs=1e-6))
    assert ("échangées" in placed.words) == swapped


def test_a_point_far_from_its_commune_is_not_followed_and_it_is_said(put):
    placed = put(code="08105", lon="2,35", lat="48,85")
    assert (placed.how, placed.lon) == ("commune", None)
    assert placed.doubts == ("ses coordonnées sont à 201 km de Charleville-Mézières (08105)",)


def test_a_point_in_the_next_commune_is_kept_and_told(put):
    placed = put(code="08105", lon="4,945", lat="49,702")
    assert (placed.commune.code, placed.how) == ("08105", "coordonnees")
    assert placed.doubts[0].startswith("ses coordonnées sont à Sedan (08409), à 1")


def test_every_town_hall_is_in_its_commune_or_beside_it(put, gazetteer):
    for commune in list(gazetteer.communes.values())[::23]:
        placed = put(code=commune.code, lon=str(commune.lon), lat=str(commune.lat))
        assert (placed.how, placed.doubts) == ("coordonnees", ())
        assert commune.code in (placed.commune.code, placed.commune.parent)


def test_a_point_tells_the_arrondissement(put):
    assert put(code="75056", lon="2.38", lat="48.86").commune.code == "75111"


def test_a_point_gives_a_place_to_an_unknown_commune(put):
    placed = put(commune="Mohonn", postcode="08000", **CHARLEVILLE)
    assert (placed.commune.code, placed.how) == ("08105", "coordonnees")
    assert placed.doubts == ("la commune « 08000 Mohonn » n'est pas connue",)


def test_an_unknown_code_is_told_when_the_name_is_good(put):
    assert put(code="99999", commune="Sedan").doubts == ("le code commune « 99999 » n'existe pas",)


def test_the_edge_of_a_commune_passes_the_checks_of_a_build(gazetteer):
    maripasoula = gazetteer.communes["97353"]
    assert not holds(maripasoula, maripasoula.lon, maripasoula.lat - 0.51)
    assert distance_km(maripasoula, maripasoula.lon, maripasoula.lat - 0.51) > 50


# -- addresses ------------------------------------------------------------------------------------------------------

DUCALE = AddressMatch(4.7206, 49.7737, 0.97, "08105", "housenumber")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (DUCALE, "à l'adresse (score 0,97)"),
        (AddressMatch(4.72, 49.77, 0.61, "08105", "street"), "dans sa rue, sans numéro (score 0,61)"),
        (AddressMatch(4.72, 49.77, 0.8, "08105", "locality"), "au lieu-dit (score 0,80)"),
    ],
)
def test_an_address_in_the_commune_stated_places_the_row(put, answer, words):
    placed = put(answer, code="08105", address="1 place Ducale")
    assert (placed.how, placed.words, placed.lon, placed.lat) == ("adresse", words, answer.lon, answer.lat)


@pytest.mark.parametrize(
    ("answer", "doubt"),
    [
        (None, "adresse introuvable"),
        (AddressMatch(4.72, 49.77, 0.9, "08105", "municipality"), "adresse introuvable"),
        (AddressMatch(4.72, 49.77, 0.59, "08105", "housenumber"), "adresse incertaine (score 0,59)"),
        (AddressMatch(4.94, 49.70, 0.9, "08409", "housenumber"), "adresse trouvée à Sedan (08409)"),
        (
            AddressMatch(2.35, 48.85, 0.9, "08105", "housenumber"),
            "adresse trouvée loin de Charleville-Mézières (08105)",
        ),
        (AddressMatch(2.35, 48.85, 0.9, "00000", "housenumber"), "adresse trouvée hors des communes connues"),
    ],
)
def test_another_answer_leaves_the_row_at_its_commune_and_is_told(put, answer, doubt):
    placed = put(answer, code="08105", address="1 place Ducale")
    assert (placed.how, placed.lon, placed.doubts) == ("commune", None, (doubt,))


def test_an_address_that_was_not_asked_is_said_without_a_doubt(put):
    placed = put(code="08105", address="1 place Ducale")
    assert placed.doubts == () and "n'a pas été cherchée" in placed.words


def test_an_address_alone_must_score_higher_and_be_in_the_departement_of_its_postcode(put):
    where = {"commune": "Mohonn", "postcode": "08000", "address": "1 rue de Mohon"}
    assert put(DUCALE, **where).how == "adresse"
    for answer in (
        AddressMatch(4.72, 49.77, 0.79, "08105", "street"),
        AddressMatch(2.3, 49.89, 0.95, "80021", "street"),
    ):
        with pytest.raises(RefusedRow, match="Mohonn"):
            put(answer, **where)


def test_the_arrondissement_of_an_address_agrees_with_its_city(put):
    placed = put(AddressMatch(2.38, 48.86, 0.9, "75111", "housenumber"), code="75056", address="1 rue Oberkampf")
    assert placed.commune.code == "75111"


def test_only_what_needs_it_is_asked(gazetteer):
    def asked(**where):
        return look(gazetteer, Where(**where)).question

    assert asked(code="08105", address="1 place Ducale") == AddressQuestion(
        "1 place Ducale", "Charleville-Mézières", "", "08105"
    )
    assert asked(code="75056", address="1 rue X") == AddressQuestion("1 rue X", "Paris", "", "")
    assert asked(commune="Mohonn", postcode="8000", address="1 rue X") == AddressQuestion(
        "1 rue X", "Mohonn", "08000", ""
    )
    assert asked(code="08105", address="1 place Ducale", **CHARLEVILLE) is None
    assert asked(code="08105") is None and asked(address="1 place Ducale") is None
