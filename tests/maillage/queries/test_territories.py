"""Questions about territories, against plain loops over whole tables."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest
import shapely

from maillage.queries import indicators, territories
from maillage.warehouse import Warehouse


def residences(cursor, departements):
    columns = ["code", "level", "name", "departement_code", "population"]
    return indicators.by_residence(cursor, "densite", None, departements)[columns]


DEPARTEMENTS = ("08", "13", "2A", "974", "75")


def test_the_country_is_whole(table):
    count = {}
    for row in table("territory"):
        count[row["level"]] = count.get(row["level"], 0) + 1
    assert (count["commune"], count["departement"], count["region"], count["france"]) == (34_875, 101, 18, 1)
    assert count["arrondissement_municipal"] == 20 + 9 + 16


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("france", "FR"),
        ("region", "44"),
        ("departement", "2A"),
        ("commune", "13055"),
        ("arrondissement_municipal", "13201"),
        ("epci", "200041630"),
    ],
)
def test_a_territory_is_its_row(cursor, table, level, code):
    (row,) = (row for row in table("territory") if (row["level"], row["code"]) == (level, code))
    answer = territories.territory(cursor, level, code)
    assert {name: getattr(answer, name) for name in answer.__dataclass_fields__} == {
        name: row[name] for name in answer.__dataclass_fields__
    }


@pytest.mark.parametrize(("level", "code"), [("commune", "FR"), ("departement", "8"), ("departement", "' OR 1=1 --")])
def test_a_territory_that_does_not_exist_is_none(cursor, level, code):
    assert territories.territory(cursor, level, code) is None


def test_a_former_code_leads_to_todays_commune(cursor, table):
    names = {row["code"]: row["name"] for row in table("territory") if row["level"] == "commune"}
    changes = [row for row in table("commune_change") if row["new_code"] in names][:200]
    assert changes
    for change in changes:
        expected = {row["new_code"] for row in table("commune_change") if row["old_code"] == change["old_code"]}
        code, name = territories.successor(cursor, change["old_code"])
        assert code in expected and names[code] == name
    assert territories.successor(cursor, "08105") is None


def test_departements_and_regions(cursor, table):
    by = {(row["level"], row["code"]): row for row in table("territory")}
    expected = sorted(
        (row["code"], row["name"], row["region_code"], by["region", row["region_code"]]["name"])
        for row in table("territory")
        if row["level"] == "departement"
    )
    assert territories.departements(cursor) == expected
    regions = territories.regions(cursor)
    assert sorted(regions) == sorted(
        (row["code"], row["name"]) for row in table("territory") if row["level"] == "region"
    )
    assert [name for _, name in regions][:2] == ["Auvergne-Rhône-Alpes", "Bourgogne-Franche-Comté"]
    # Île comes with I, not after Z.
    assert regions.index(("11", "Île-de-France")) < regions.index(("28", "Normandie"))


@pytest.mark.parametrize("code", DEPARTEMENTS)
def test_residences_are_where_people_live(cursor, homes, code):
    expected = sorted(
        (h["code"], h["level"], h["name"], code, h["population"]) for h in homes if h["departement_code"] == code
    )
    assert [tuple(row) for row in residences(cursor, [code]).itertuples(index=False)] == expected


def test_residences_of_several_departements_are_in_code_order(cursor, homes):
    answer = list(residences(cursor, ["2A", "08", "13"])["code"])
    assert answer == sorted(h["code"] for h in homes if h["departement_code"] in ("2A", "08", "13"))
    assert "13055" not in answer and "13216" in answer


def test_everybody_lives_once(cursor):
    everywhere = [code for code, *_ in territories.departements(cursor)]
    everyone = residences(cursor, everywhere)
    assert everyone["code"].is_unique
    assert everyone["population"].sum() == territories.territory(cursor, "france", "FR").population == 68_350_798


@pytest.mark.parametrize(
    ("level", "column"),
    [
        ("region", "region_code"),
        ("departement", "departement_code"),
        ("epci", "epci_code"),
        ("commune", "commune_code"),
        ("arrondissement_municipal", "code"),
    ],
)
def test_the_reach_of_a_territory(cursor, homes, level, column):
    codes = sorted(
        {h[column] for h in homes if h[column] and (level != "arrondissement_municipal" or h["level"] == level)}
    )
    reached = defaultdict(set)
    for home in homes:
        reached[home[column]].add(home["departement_code"])
    for code in codes[:: max(1, len(codes) // 40)]:
        assert territories.reach(cursor, level, code) == sorted(reached[code]), code


def test_an_intercommunalite_may_reach_over_departements(cursor, homes):
    spans = {}
    for home in homes:
        spans.setdefault(home["epci_code"], set()).add(home["departement_code"])
    wide = next(code for code in sorted(filter(None, spans)) if len(spans[code]) > 1)
    assert territories.reach(cursor, "epci", wide) == sorted(spans[wide])


def test_france_reaches_everywhere(cursor):
    assert territories.reach(cursor, "france", "FR") == [code for code, *_ in territories.departements(cursor)]


@pytest.mark.parametrize(
    ("level", "code", "column"),
    [
        ("commune", "13055", "commune_code"),
        ("commune", "08105", "commune_code"),
        ("arrondissement_municipal", "69381", "code"),
        ("epci", "247100290", "epci_code"),
    ],
)
def test_members(cursor, homes, level, code, column):
    expected = sorted(h["code"] for h in homes if h[column] == code)
    assert territories.members(cursor, level, code) == expected != []


@pytest.mark.parametrize(
    ("level", "code", "inside"),
    [
        ("departement", "08", lambda t: t["departement_code"] == "08"),
        ("region", "93", lambda t: t["region_code"] == "93"),
        ("epci", "247100290", lambda t: t["epci_code"] == "247100290"),
        ("france", "FR", lambda t: not t["code"].startswith("97")),
        ("departement", "974", lambda t: t["departement_code"] == "974"),
    ],
)
def test_bounds_hold_every_town_and_little_more(cursor, table, level, code, inside):
    towns = [row for row in table("territory") if row["level"] == "commune" and inside(row)]
    lons, lats = [t["lon"] for t in towns], [t["lat"] for t in towns]
    west, south, east, north = territories.bounds(cursor, level, code)
    assert west < min(lons) < max(lons) < east and south < min(lats) < max(lats) < north
    codes = [town["code"] for town in towns]
    shapes = cursor.execute(
        "SELECT ST_AsWKB(geometry) FROM territory WHERE level = 'commune' AND code IN (SELECT unnest(?))", [codes]
    ).fetchall()
    contours = shapely.total_bounds(shapely.from_wkb([bytes(wkb) for (wkb,) in shapes if wkb]))
    assert (west, south, east, north) == pytest.approx(tuple(contours), abs=0.005)


@pytest.mark.parametrize(("level", "code"), [("commune", "08105"), ("arrondissement_municipal", "13201")])
def test_bounds_of_one_place_are_around_it(cursor, table, level, code):
    (row,) = (row for row in table("territory") if (row["level"], row["code"]) == (level, code))
    west, south, east, north = territories.bounds(cursor, level, code)
    assert west < row["lon"] < east and south < row["lat"] < north and east - west < 0.2


# -- search ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        ("saint etienne", "commune", "42218"),
        ("Saint-Étienne", "commune", "42218"),
        ("CHARLEVILLE MEZIERES", "commune", "08105"),
        ("charleville-mézières", "commune", "08105"),
        ("l'haÿ", "commune", "94038"),
        ("L’Hay les Roses", "commune", "94038"),
        ("  sedan  ", "commune", "08409"),
        ("ardennes", "departement", "08"),
        ("grand est", "region", "44"),
        ("08105", "commune", "08105"),
        ("2a", "departement", "2A"),
        ("2A004", "commune", "2A004"),
        ("13201", "arrondissement_municipal", "13201"),
        ("247100290", "epci", "247100290"),
        ("PDLMS", "cpts", "cpts-08-portes-luxembourg-sedanais-meusien"),
        ("cpts centre saone et loire", "cpts", "cpts-71-centre-saone-et-loire"),
        ("oeuilly", "commune", "02565"),
        ("Œuilly", "commune", "02565"),
        ("cpts coeur du var", "cpts", "paca-coeur-du-var"),
        ("louis jouvet", "site", "commune-86066"),
    ],
)
def test_search_finds_first_what_is_meant(cursor, words, kind, code):
    results = territories.search(cursor, words, 3)
    assert (kind, code) in [(k, c) for k, c, *_ in results]
    if kind not in ("site",) and "oeuilly" not in words.lower().replace("œ", "oe"):
        assert results[0][:2] == (kind, code)


def test_readers_who_search_together_have_one_answer(cursor, database):
    edition = Warehouse(database).edition()  # that nobody searched yet
    with ThreadPoolExecutor(8) as readers:
        answers = list(readers.map(lambda _: edition.answer(territories.search, "sedan", 12), range(8)))
    assert answers == [territories.search(cursor, "sedan", 12)] * 8 and answers[0]


def test_what_search_finds_bears_the_words(cursor, table):
    names = {(row["level"], row["code"]): row["name"] for row in table("territory")}
    for kind, code, name, _ in territories.search(cursor, "vill", 30):
        assert "vill" in name.lower()
        assert kind in ("site", "cpts") or names[kind, code] == name


def test_search_keeps_to_its_limit_and_repeats_nothing(cursor):
    results = territories.search(cursor, "saint", 12)
    assert len(results) == 12 == len({(kind, code, name) for kind, code, name, _ in results})


@pytest.mark.parametrize("name", ["CPTS Portes du Luxembourg", "cpts portes du luxembourg et nord meusien"])
def test_a_cpts_is_found_once_by_any_of_its_names(cursor, name):
    results = [row for row in territories.search(cursor, name, 12) if row[0] == "cpts"]
    assert [row[1] for row in results] == ["cpts-08-portes-luxembourg-sedanais-meusien"]
    assert results[0][2].startswith("CPTS des Portes du Luxembourg")


@pytest.mark.parametrize(
    "words",
    [
        "' OR 1=1 --",
        "'; DROP TABLE site; --",
        "%",
        "_____",
        "[a-z]+",
        "\\",
        "\x00",
        "<script>",
        "{{ 7*7 }}",
        "$texts",
        "",
        " ",
        "a",
        "-" * 80,
        "\U0001f600" * 3,
    ],
)
def test_any_words_are_only_words(cursor, words):
    assert territories.search(cursor, words, 8) == []
    assert territories.territory(cursor, "departement", "08").name == "Ardennes"


@pytest.mark.parametrize(
    "words",
    [
        "CPTS des Portes du Luxembourg, Sedanais et Meusien",
        "Communauté Professionnelle Territoriale de Santé des Portes Du Luxembourg du Sedanais et Meusien",
        "communauté professionnelle territoriale de santé des portes",
        "CPTS PDLMS",
        "portes du luxembourg et nord meusien",
    ],
)
def test_the_press_kit_s_own_names_are_found(cursor, words):
    assert territories.search(cursor, words, 3)[0][:2] == ("cpts", "cpts-08-portes-luxembourg-sedanais-meusien")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Communauté urbaine du Creusot Montceau-les-Mines", "247100290"),
        ("Communauté urbaine Le Creusot-Montceau", "247100290"),
        ("CU Creusot Montceau", "247100290"),
        ("Communauté d'agglomération Grand Châtellerault", "248600413"),
        ("communauté d’agglomération de Grand Châtellerault", "248600413"),
        ("Agglo du Grand Châtellerault", "248600413"),
        ("Communauté de communes Ardenne Rives de Meuse", "240800821"),
        ("CC des Portes du Luxembourg", "240800847"),
        ("Métropole de Dijon", "242100410"),
        ("Dijon Métropole", "242100410"),
        ("Métropole de Lille", "200093201"),
        ("Métropole européenne de Lille", "200093201"),
        ("Eurométropole de Metz", "200039865"),
        ("Eurométropole de Strasbourg", "246700488"),
        ("Métropole Aix-Marseille-Provence", "200054807"),
    ],
)
def test_an_intercommunalité_is_found_by_its_usual_names(cursor, words, code):
    assert territories.search(cursor, words, 3)[0][:2] == ("epci", code)


def test_every_intercommunalité_is_found_by_its_full_name(cursor, table):
    full = {"CC": "Communauté de communes", "CA": "Communauté d'agglomération", "CU": "Communauté urbaine"}
    rows = [row for row in table("territory") if row["level"] == "epci" and row["name"].split()[0] in full]
    for row in rows[::25]:
        kind, _, rest = row["name"].partition(" ")
        answer = territories.search(cursor, f"{full[kind]} {rest}", 12)
        assert ("epci", row["code"]) in [each[:2] for each in answer], row["name"]


@pytest.mark.parametrize(
    ("words", "cpts"),
    [
        ("CPTS De Rimbaud à Mermoz", "cpts-08-rimbaud-mermoz"),
        ("Communauté Professionnelle et Territoriale de Santé d’Artois Lys", "cpts-62-artois-lys"),
        ("CPTS de Beaumont-Artois", "cpts-62-beaumont-artois"),
        ("CPTS La Gohelle", "cpts-62-gohelle"),
        ("communauté professionnelle territoriale de santé du pays Châtelleraudais", "cpts-86-pays-chatelleraudais"),
        ("CPTS Centre Saône et Loire", "cpts-71-centre-saone-et-loire"),
    ],
)
def test_every_cpts_of_the_press_kits_is_found_as_they_write_it(cursor, words, cpts):
    assert ("cpts", cpts) in [answer[:2] for answer in territories.search(cursor, words, 3)]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Permanence d'accès aux soins de santé", "PASS"),
        ("lits halte soins santé", "LHSS"),
        ("équipe de soins primaires", "ESP"),
        ("maison de santé pluri", "MSP"),
        ("Équipes de Soins Primaires", "ESP"),
        ("LITS HALTE SOINS SANTE", "LHSS"),
        ("appartements de coordination thérapeutique", "ACT"),
        ("centre de santé", "CDS"),
    ],
)
def test_a_type_in_full_words_finds_its_sites(cursor, words, kind):
    answer = territories.search(cursor, words, 3)
    assert answer and all(kind_of == "site" and detail.startswith(f"{kind}, ") for kind_of, _, _, detail in answer)
