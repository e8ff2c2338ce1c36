"""The layer of CPTS outlines, merged into the real lists. Santégraphie publishes no schema: the layers are made here.

Fields have names nobody promised; outlines are unions of real communes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache

import duckdb
import pyproj
import pytest
import shapely

from etl import build as builder
from etl import intake, publish
from etl.places import cpts_layer, cpts_layer_fields, cpts_layer_places
from etl.places.geo import shapes_of
from etl.source import Inputs, SourceError
from etl.sources import cpts, cpts_paca, cpts_wfs, geography, populations
from tests.etl import resolved
from tests.etl.schema import schema

ARTOIS_LYS, GRAND_ARRAS, CHATELLERAULT = "cpts-62-artois-lys", "cpts-62-grand-arras", "cpts-86-pays-chatelleraudais"


class Country:
    """Some départements with the curated CPTS; a layer is loaded in a transaction, and forgotten."""

    def __init__(self, *departements: str):
        self.connection = duckdb.connect()
        self.connection.execute(schema())
        builder.fill_catalog(self.connection)
        self.inputs = builder.read_inputs(self.connection, builder.ROOT / "data", departements)
        builder.bring(self.connection, (geography, populations), self.inputs)
        for source in (cpts, cpts_paca):
            intake.take(self.connection, source, self.inputs, None)
        publish.sources(self.connection)
        resolved.show(self.connection, "cpts", self.inputs)
        rows = self.ask(
            "SELECT r.code, r.epci_code, r.departement_code, r.population, ST_AsWKB(t.geometry), t.lon, t.lat FROM residence r "
            "JOIN territory t ON t.level = r.level AND t.code = r.code ORDER BY 1"
        )
        self.shapes = dict(zip([row[0] for row in rows], shapes_of(row[4] for row in rows), strict=True))
        self.halls = {row[0]: shapely.Point(row[5], row[6]) for row in rows}
        self.people = {row[0]: row[3] for row in rows}
        self.departement = {row[0]: row[2] for row in rows}
        self.groups: dict[str, list[str]] = {}
        self.outlines: dict[tuple[str, ...], shapely.Geometry] = {}
        for code, group, *_ in rows:
            self.groups.setdefault(group, []).append(code)

    def ask(self, query: str, *values) -> list[tuple]:
        return self.connection.execute(query, values).fetchall()

    def load(self, inputs: Inputs) -> None:
        """Stage the layer, resolve it with what is staged already, and say what a build would."""
        intake._load(self.connection, cpts_wfs, inputs, "nouvelle", "2026-11-22", "0" * 64)
        publish.sources(self.connection)
        publish.intake(self.connection, [resolved.show(self.connection, "cpts", inputs)])

    def outline(self, codes) -> shapely.Geometry:
        key = tuple(codes)
        if key not in self.outlines:
            self.outlines[key] = shapely.union_all([self.shapes[code] for code in key])
        return self.outlines[key]

    def nth(self, departement: str, number: int) -> list[str]:
        """The communes of an intercommunalité of the département, the largest first."""
        groups = [
            codes for codes in self.groups.values() if {self.departement[code] for code in codes} == {departement}
        ]
        return sorted(groups, key=lambda codes: (-len(codes), codes))[number]


@pytest.fixture(scope="module")
def country():
    return Country("08", "13", "62", "86")


@pytest.fixture(scope="module", autouse=True)
def map_of_france():
    """What the embedded map says is read once: no layer changes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cpts_layer_fields, "place_names", cache(cpts_layer_fields.place_names))
        for name in ("contours", "town_halls"):
            patch.setattr(cpts_layer_places, name, cache(getattr(cpts_layer_places, name)))
        patch.setattr(cpts_layer, "_country", cache(cpts_layer._country))
        yield


@pytest.fixture
def load(country, tmp_path):
    """Load a layer; what it left is there to look at until the test ends."""
    country.connection.execute("BEGIN")

    def run(*features: dict, departements: tuple[str, ...] = country.inputs.departements, **members):
        path = tmp_path / "layer.json"
        document = {"type": "FeatureCollection", "features": list(features)} | members
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        inputs = replace(country.inputs, fetched=path, departements=departements)
        country.load(inputs)
        return Counter(
            reason for (reason,) in country.ask("SELECT reason FROM intake_row WHERE source_id = 'cpts_wfs'")
        )

    yield run
    country.connection.execute("ROLLBACK")


def feature(geometry=None, **properties) -> dict:
    shape = json.loads(shapely.to_geojson(geometry)) if geometry is not None else None
    return {"type": "Feature", "id": "AMBU_CPTS.fid--1", "properties": properties, "geometry": shape}


def members(country, cpts_id: str) -> list[str]:
    return [
        code for (code,) in country.ask("SELECT commune_code FROM cpts_commune WHERE cpts_id = ? ORDER BY 1", cpts_id)
    ]


def row(country, cpts_id: str, columns: str) -> tuple:
    (cpts,) = country.ask(f"SELECT {columns} FROM cpts WHERE cpts_id = ?", cpts_id)
    return cpts


def sentence(country, reason: str) -> str:
    return country.ask("SELECT sentence FROM intake_row WHERE reason = ? ORDER BY line", reason)[0][0]


# -- a layer that is all new ----------------------------------------------------------------------------------------


def layer(country, **more) -> list[dict]:
    """Five CPTS of the Ardennes and the Pas-de-Calais that no list knows, with all that a layer may say."""
    sentences = [
        ("CPTS Alpha des Crêtes", "08", 0, "ACI signé", "2021-05-03Z", "2022-01-31Z"),
        ("CPTS Bravo en Vallée", "08", 1, "Projet de santé validé", None, "2022-02-28Z"),
        (
            "Communauté professionnelle territoriale de santé Charlie",
            "62",
            0,
            "Lettre d'intention",
            None,
            "2023-02-01Z",
        ),
        ("CPTS Delta", "62", 1, "En projet", None, "2023-03-01Z"),
        ("CPTS Quebec", "62", 2, "En projet", None, "2023-02-15Z"),
    ]
    features = []
    for number, (name, departement, nth, status, aci, updated) in enumerate(sentences):
        codes = country.nth(departement, nth)
        features.append(
            feature(
                country.outline(codes),
                code_cpts=f"C{number:03}",
                lib=name,
                avancement=status,
                date_signature_aci=aci,
                date_maj=updated,
                pop_totale=round(1.02 * sum(country.people[code] for code in codes)),
                nb_com=len(codes),
                dept=departement,
                reg="Hauts-de-France" if departement == "62" else "Grand Est",
                contact="someone@example.org",
                **more,
            )
        )
    return features


def test_what_a_layer_says_is_found_by_what_it_holds(country, load):
    reasons = load(*layer(country), totalFeatures=5, timeStamp="2026-11-22T08:00:00Z")
    codes = country.nth("08", 0)
    assert row(
        country,
        "wfs-c000",
        "name, status, status_date, departement_codes, declared_population, declared_communes, perimeter, as_of, source_id, citation",
    ) == (
        "CPTS Alpha des Crêtes",
        "aci_signe",
        "2021-05-03",
        ["08"],
        round(1.02 * sum(country.people[code] for code in codes)),
        len(codes),
        "complet",
        "2022-01-31",
        "cpts_wfs",
        "Santégraphie, couche des CPTS, servie le 2026-11-22",
    )
    assert members(country, "wfs-c000") == codes
    assert [row(country, f"wfs-c00{n}", "status")[0] for n in (1, 2, 3)] == [
        "projet_sante_valide",
        "lettre_intention_validee",
        "emergence",
    ]
    assert country.ask("SELECT cpts_id, status, date, source_id FROM cpts_event WHERE source_id = 'cpts_wfs'") == [
        ("wfs-c000", "aci_signe", "2021-05-03", "cpts_wfs")
    ]
    # What was not understood is said, and not quoted.
    assert reasons == {"champ non compris": 2}
    sentences = " ".join(text for (text,) in country.ask("SELECT sentence FROM intake_row"))
    assert (
        "« reg » (textes, 2 valeurs différentes)" in sentences and "« contact » (coordonnées de contact)" in sentences
    )
    assert "example.org" not in sentences
    assert country.ask("SELECT rows_read, rows_kept FROM intake WHERE source_id = 'cpts_wfs'") == [(5, 5)]
    assert country.ask("SELECT vintage FROM source WHERE source_id = 'cpts_wfs'") == [
        ("lu le 2026-11-22, mises à jour du 2022-01-31 au 2023-03-01",)
    ]


def test_identifiers_last_from_build_to_build(country, load):
    """In another order, with other server numbers and without the identifiers: the same, from the names."""
    features = layer(country)
    for number, one in enumerate(reversed(features)):
        del one["properties"]["code_cpts"]
        one["id"], one["properties"]["gid"] = f"AMBU_CPTS.{number}", number
    load(*features)
    assert {key for (key,) in country.ask("SELECT cpts_id FROM cpts WHERE cpts_id LIKE 'wfs-%'")} == {
        "wfs-alpha-cretes-08",
        "wfs-bravo-vallee-08",
        "wfs-charlie-62",
        "wfs-delta-62",
        "wfs-quebec-62",
    }


def test_a_finess_number_is_an_identifier(country, load):
    features = layer(country)
    for number, one in enumerate(features):
        one["properties"] |= {"code_cpts": None, "zz": f"{one['properties']['dept']}000123{number}"}
    load(*features)
    assert members(country, "wfs-080001230") == country.nth("08", 0)


def test_an_identifier_borne_twice_serves_neither(country, load):
    features = layer(country)
    features += [
        feature(country.outline([code]), lib=f"CPTS Seule {code}", code_cpts=f"E{code}", dept="62")
        for code in country.nth("62", 3)
    ]
    features[1]["properties"]["code_cpts"] = "C000"
    load(*features)
    cpts = {key for (key,) in country.ask("SELECT cpts_id FROM cpts WHERE name LIKE '%Alpha%' OR name LIKE '%Bravo%'")}
    assert cpts == {"wfs-alpha-cretes-08", "wfs-bravo-vallee-08"}


def test_hostile_names_survive(country, load):
    name = "CPTS <script>alert(1)</script> \"l'été\" `{{ 7*7 }}` ${x} \\ & 'fin"
    one, *rest = layer(country)
    one["properties"]["lib"] = name
    load(one, *rest)
    assert row(country, "wfs-c000", "name") == (name,)


# -- perimeters -----------------------------------------------------------------------------------------------------


def test_member_codes_are_followed_and_win_over_the_outline(country, load):
    former, today = country.ask("SELECT old_code, new_code FROM commune_change WHERE new_code LIKE '62%' ORDER BY 1")[0]
    features = layer(country)
    for one in features:
        one["properties"]["communes"] = ["08105", "08409"]
    features[2]["properties"]["communes"] = [former, "62041"]
    features[3]["properties"]["communes"] = ["62041", "62999"]
    features.append(feature(None, lib="CPTS Marseille entière", communes=["13055", "13001"]))
    reasons = load(*features)
    assert members(country, "wfs-charlie-62") == sorted([today, "62041"])
    assert row(country, "wfs-charlie-62", "perimeter, note") == ("complet", "Communes listées par la source.")
    marseille = members(country, "wfs-marseille-entiere-13")
    assert marseille == ["13001", *(f"132{n:02}" for n in range(1, 17))]
    assert (row(country, "wfs-delta-62", "perimeter"), reasons["commune inconnue"]) == (("partiel",), 1)
    assert "62999" in sentence(country, "commune inconnue")


def test_a_cut_commune_belongs_when_most_of_it_does_and_is_told(country, load):
    codes = country.nth("08", 0)
    other = country.nth("08", 1)[0]
    west, south, east, north = country.shapes[other].bounds
    part = shapely.intersection(country.shapes[other], shapely.box(west, south, west + 0.6 * (east - west), north))
    share = part.area / country.shapes[other].area
    one = feature(shapely.union_all([country.outline(codes), part]), nom="CPTS Alpha")
    reasons = load(one)
    assert (other in members(country, "wfs-alpha-08")) == (share > 0.5)
    assert reasons == {"commune partagée": 1}
    assert f"{other} ({round(100 * share)} %)" in row(country, "wfs-alpha-08", "note")[0]


def test_an_outline_smaller_than_a_commune_has_no_perimeter(country, load):
    centre = shapely.centroid(country.shapes["62041"])
    reasons = load(feature(centre.buffer(0.001), nom="CPTS du Beffroi"))
    assert row(country, "wfs-beffroi-62", "perimeter, departement_codes") == ("inconnu", ["62"])
    assert reasons == {"contour plus petit qu'une commune": 1}


def test_what_has_no_outline_is_kept_by_name(country, load):
    features = layer(country)
    nowhere = shapely.box(0, 0, 1, 1)
    bow = feature(None, lib="CPTS Echo", dept="62")
    bow["geometry"] = {"type": "Polygon", "coordinates": None}
    more = [
        feature(None, lib="CPTS Foxtrot", dept="62"),
        feature(shapely.Point(2.8, 50.3), lib="CPTS Golf", dept="62"),
        feature(shapely.LineString([(2.8, 50.3), (2.9, 50.3)]), lib="CPTS India", dept="62"),
        feature(nowhere, lib="CPTS Hotel", dept="62"),
    ]
    reasons = load(*features, bow, *more)
    for name in ("echo", "foxtrot", "golf", "hotel", "india"):
        assert row(country, f"wfs-{name}-62", "perimeter, departement_codes, status") == ("inconnu", ["62"], "inconnu")
    del reasons["champ non compris"]
    assert reasons == {
        "contour illisible": 1,
        "contour sans surface": 1,
        "contour hors de France": 1,
        "point sans contour": 1,
    }


# -- points ---------------------------------------------------------------------------------------------------------

SEATS = {"CPTS Alpha des Crêtes": "08105", "CPTS Bravo": "08409", "CPTS Delta": "62041", "CPTS Golf": "13001"}


def seat(country, code: str) -> shapely.Point:
    return shapely.point_on_surface(country.shapes[code])


def projected(point: shapely.Point, epsg: int) -> shapely.Point:
    return shapely.Point(*pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform(point.x, point.y))


COLUMNS = {  # how a layer without geometries tells where a seat is
    "lon, lat": lambda point: {"lon": point.x, "lat": point.y},
    "texts": lambda point: {"Longitude (WGS84)": f"{point.x}".replace(".", ","), "Latitude (WGS84)": f"{point.y}"},
    "X, Y": lambda point: dict(zip(("X", "Y"), projected(point, 2154).coords[0], strict=True)),
    "coordonnees": lambda point: {"coordonnees": f"{point.y}, {point.x}"},
    "geo_point_2d": lambda point: {"geo_point_2d": {"lon": point.x, "lat": point.y}},
    "wkt": lambda point: {"wkt": point.wkt},
}


@pytest.mark.parametrize("columns", [None, *COLUMNS])
def test_a_point_is_a_seat_whose_perimeter_is_unknown(country, load, columns):
    features = []
    for name, code in SEATS.items():
        point, more = seat(country, code), {"dept": code[:2]} if columns else {}
        more |= COLUMNS[columns](point) if columns else {}
        features.append(feature(None if columns else point, nom_cpts=name, **more))
    reasons = load(*features)
    for name, code in SEATS.items():
        ((cpts_id, *rest),) = country.ask(
            "SELECT cpts_id, perimeter, departement_codes, note FROM cpts WHERE name = ? AND source_id = 'cpts_wfs'",
            name,
        )
        assert rest[:2] == ["inconnu", [code[:2]]] and f"({code})" in rest[2]
        assert members(country, cpts_id) == []
    assert reasons == {"point sans contour": 4}  # columns of coordinates are understood
    assert "(08105), ne dit pas son périmètre" in sentence(country, "point sans contour")


def test_several_sites_of_a_cpts_do_not_make_its_perimeter(country, load):
    """Points anywhere in communes, two of them in one: sites, and not communes."""
    corner = [shapely.Point(shapely.get_coordinates(country.shapes[code])[0]) for code in country.nth("08", 0)[:4]]
    load(*(feature(point, nom_cpts="CPTS Alpha") for point in corner))
    assert row(country, "wfs-alpha-08", "perimeter") == ("inconnu",) and members(country, "wfs-alpha-08") == []


def test_a_point_for_each_commune_gives_its_communes_and_never_the_whole(country, load):
    features = [
        feature(country.halls[code], nom_cpts=name)
        for name, departement in (("Alpha", "08"), ("Charlie", "62"))
        for code in country.nth(departement, 0)
    ]
    reasons = load(*features)
    assert members(country, "wfs-alpha-08") == country.nth("08", 0)
    assert row(country, "wfs-charlie-62", "perimeter, departement_codes") == ("partiel", ["62"])
    assert reasons == {"plusieurs objets par CPTS": 1}


def test_the_commune_of_a_seat_beside_its_point_is_no_perimeter(country, load):
    load(*(feature(seat(country, code), nom_cpts=name, insee=code) for name, code in SEATS.items()))
    assert row(country, "wfs-bravo-08", "perimeter") == ("inconnu",)


def test_a_broken_outline_is_mended(country, load):
    codes = country.nth("08", 0)
    parts = shapely.get_parts(country.outline(codes))
    bow = shapely.MultiPolygon([*parts, *parts])
    assert not shapely.is_valid(bow)
    load(feature(bow, nom="CPTS Alpha"))
    assert (row(country, "wfs-alpha-08", "perimeter"), members(country, "wfs-alpha-08")) == (("complet",), codes)


def test_two_pieces_of_one_cpts_are_one(country, load):
    codes = country.nth("08", 0)
    half = len(codes) // 2
    reasons = load(
        feature(country.outline(codes[:half]), nom="CPTS Alpha"),
        feature(country.outline(codes[half:]), nom="CPTS alpha"),
        feature(country.outline(country.nth("08", 1)), nom="CPTS Bravo"),
    )
    assert members(country, "wfs-alpha-08") == codes
    assert reasons == {"plusieurs objets pour une CPTS": 1}


def test_an_object_without_a_name_is_refused_and_the_others_stay(country, load):
    features = layer(country)
    reasons = load(*features, feature(country.outline(country.nth("62", 3)), lib="CPTS"))
    assert reasons["sans nom"] == 1
    assert country.ask("SELECT rows_read, rows_kept FROM intake WHERE source_id = 'cpts_wfs'") == [(6, 5)]


def test_an_unknown_word_is_an_unknown_status(country, load):
    features = layer(country)
    features[1]["properties"]["avancement"] = "Phase 3"
    reasons = load(*features)
    assert row(country, "wfs-c001", "status, status_date") == ("inconnu", None)
    assert reasons["statut non reconnu"] == 1 and "« Phase 3 » (1 fois)" in sentence(country, "statut non reconnu")


def test_without_a_word_that_is_understood_the_last_dated_step_is_the_status(country, load):
    features = layer(country, date_projet_sante="2020-02-01")
    for one in features:
        one["properties"]["avancement"] = None
    features[3]["properties"]["date_signature_aci"] = "2099-01-01"  # awaited, and not reached
    load(*features)
    assert [row(country, f"wfs-c00{n}", "status, status_date") for n in (0, 1, 3)] == [
        ("aci_signe", "2021-05-03"),
        ("projet_sante_valide", "2020-02-01"),
        ("projet_sante_valide", "2020-02-01"),
    ]


def test_yes_and_no_are_of_the_stage_that_their_field_names(country, load):
    features = layer(country)
    for one, aci, project in zip(
        features, ("OUI", "NON", "NON", None, "oui"), ("OUI", "OUI", "NON", "NON", None), strict=True
    ):
        one["properties"] |= {"avancement": None, "date_signature_aci": None, "aci": aci, "ps_valide": project}
    load(*features)
    assert [row(country, f"wfs-c00{n}", "status")[0] for n in range(5)] == [
        "aci_signe",
        "projet_sante_valide",
        "inconnu",
        "inconnu",
        "aci_signe",
    ]


# -- layers as they are out there -----------------------------------------------------------------------------------


def by_commune(country, name_field: str, drawn: bool = True, **more) -> list[dict]:
    """One object a commune, with the name of its CPTS: three CPTS of the Ardennes and the Pas-de-Calais."""
    names = dict(country.ask("SELECT code, name FROM territory WHERE level = 'commune'"))
    return [
        feature(
            country.shapes[code] if drawn else None,
            nom_com=names[code],
            insee_com=code,
            nom_dep="Ardennes" if departement == "08" else "Pas-de-Calais",
            **{name_field: name},
            **more,
        )
        for name, departement, nth in (("Alpha des Crêtes", "08", 0), ("Bravo", "08", 1), ("Charlie", "62", 0))
        for code in country.nth(departement, nth)
    ]


@pytest.mark.parametrize("drawn", [True, False])
@pytest.mark.parametrize(
    "field", ["nom_cpts", "nm_cpts", "cpts", "NOMCPTS", "lib", "territoire", "titre", "appellation"]
)
def test_one_object_a_commune_is_not_one_cpts_a_commune(country, load, field, drawn):
    reasons = load(*by_commune(country, field, drawn))
    assert [name for (name,) in country.ask("SELECT name FROM cpts WHERE cpts_id LIKE 'wfs-%' ORDER BY 1")] == [
        "Alpha des Crêtes",
        "Bravo",
        "Charlie",
    ]
    assert members(country, "wfs-alpha-cretes-08") == country.nth("08", 0)
    assert row(country, "wfs-charlie-62", "perimeter, departement_codes") == ("complet", ["62"])
    assert reasons["plusieurs objets par CPTS"] == 1 and "plusieurs objets pour une CPTS" not in reasons


def test_a_layer_whose_only_names_are_those_of_communes_is_refused(country, load):
    features = by_commune(country, "nom_cpts")
    for one in features:
        del one["properties"]["nom_cpts"]
    with pytest.raises(SourceError, match="aucun champ où reconnaître le nom des CPTS"):
        load(*features)


def test_communes_without_a_cpts_are_told_once(country, load):
    features = by_commune(country, "nom_cpts")
    for one in features[1 : len(country.nth("08", 0))]:
        one["properties"]["nom_cpts"] = None
    reasons = load(*features)
    assert members(country, "wfs-alpha-cretes-08") == [country.nth("08", 0)[0]]
    assert reasons["sans nom"] == 1
    rows_read, kept = country.ask("SELECT rows_read, rows_kept FROM intake WHERE source_id = 'cpts_wfs'")[0]
    assert (rows_read, rows_read - kept) == (len(features), len(country.nth("08", 0)) - 1)


def test_parts_of_communes_make_whole_ones(country, load):
    """Cut in two as IRIS do: no half is a commune, and their union is."""
    codes = country.nth("08", 0)
    features = []
    for code in codes:
        west, south, east, north = country.shapes[code].bounds
        for box in (
            shapely.box(west, south, (west + east) / 2, north),
            shapely.box((west + east) / 2, south, east, north),
        ):
            part = shapely.intersection(country.shapes[code], box)
            features.append(feature(part, nom_iris=f"Quartier {len(features)}", nom_com=code, nom_cpts="Alpha"))
    load(*features)
    assert (row(country, "wfs-alpha-08", "perimeter"), members(country, "wfs-alpha-08")) == (("complet",), codes)


def test_namesakes_far_apart_are_two_and_pieces_across_a_border_are_one(country, load):
    load(
        feature(country.outline(country.nth("08", 0)), nom="CPTS Sud"),
        feature(country.outline(country.nth("62", 0)), nom="CPTS Sud"),
        feature(country.outline(country.nth("62", 1)), nom="CPTS Delta"),
    )
    assert members(country, "wfs-sud-08") == country.nth("08", 0)
    assert members(country, "wfs-sud-62") == country.nth("62", 0)


@pytest.fixture(scope="module")
def two_banks():
    return Country("86", "37")


def test_pieces_in_two_departements_are_one_cpts(two_banks, tmp_path):
    whole = two_banks
    touching = next(
        (one, other)
        for one in whole.nth("37", 0) + whole.nth("37", 1) + whole.nth("37", 2)
        for other in whole.shapes
        if whole.departement[other] == "86" and shapely.intersects(whole.shapes[one], whole.shapes[other])
    )
    path = tmp_path / "layer.json"
    features = [feature(whole.outline([code]), nom_cpts="Deux Rives") for code in touching]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    whole.connection.execute("BEGIN")
    whole.load(replace(whole.inputs, fetched=path))
    (cpts_id,) = (key for (key,) in whole.ask("SELECT cpts_id FROM cpts WHERE source_id = 'cpts_wfs'"))
    assert members(whole, cpts_id) == sorted(touching)
    whole.connection.execute("ROLLBACK")


def test_an_outline_that_was_lost_leaves_the_perimeter_partial(country, load):
    lost = feature(None, nom="CPTS Alpha")
    lost["geometry"] = {"type": "Polygon", "coordinates": None}
    load(
        feature(country.outline(country.nth("08", 0)), nom="CPTS Alpha", dep="08"),
        lost | {"properties": {"nom": "CPTS Alpha", "dep": "08"}},
    )
    ((perimeter,),) = set(
        country.ask("SELECT perimeter FROM cpts WHERE name = 'CPTS Alpha' AND perimeter <> 'inconnu'")
    )
    assert perimeter == "partiel"


def test_more_cpts_than_france_has_are_a_misreading(country, load):
    features = [feature(None, nom_cpts=f"Quelque part {number}") for number in range(1501)]
    with pytest.raises(SourceError, match=r"donnerait 1501 CPTS d'après son champ « nom_cpts »"):
        load(*features)


# -- CPTS that are already known ------------------------------------------------------------------------------------


def snapshot(country, cpts_id: str) -> tuple:
    events = country.ask(
        "SELECT status, date FROM cpts_event WHERE cpts_id = ? AND source_id = 'cpts' ORDER BY ALL", cpts_id
    )
    return row(country, cpts_id, "name, aliases, source_id"), events


def test_an_unknown_perimeter_is_filled_and_the_rest_stays(country, load):
    before, known = snapshot(country, GRAND_ARRAS), row(country, GRAND_ARRAS, "status, citation, declared_population")
    assert row(country, GRAND_ARRAS, "perimeter") == ("inconnu",)
    codes = country.nth("62", 0)
    reasons = load(
        feature(country.outline(codes), nom="COMMUNAUTE PROFESSIONNELLE TERRITORIALE DE SANTE DU GRAND ARRAS")
    )
    assert members(country, GRAND_ARRAS) == codes
    assert snapshot(country, GRAND_ARRAS) == before
    assert row(country, GRAND_ARRAS, "perimeter, status, declared_population") == ("complet", known[0], known[2])
    assert row(country, GRAND_ARRAS, "citation") == (f"{known[1]} ; Santégraphie, couche des CPTS",)
    assert not country.ask("FROM cpts WHERE cpts_id LIKE 'wfs-%'") and not reasons


def test_a_stage_told_replaces_one_unsaid_and_is_noted(country, load):
    assert row(country, GRAND_ARRAS, "status") == ("en_fonctionnement",)
    features = layer(country)
    features[3]["properties"] |= {
        "lib": "CPTS Grand Arras",
        "avancement": "ACI signé",
        "date_signature_aci": "2020-06-25Z",
    }
    before = snapshot(country, GRAND_ARRAS)
    reasons = load(*features)
    assert row(country, GRAND_ARRAS, "status, status_date") == ("aci_signe", "2020-06-25")
    assert snapshot(country, GRAND_ARRAS) == before
    assert reasons["statuts différents"] == 1
    events = country.ask("SELECT date FROM cpts_event WHERE cpts_id = ? AND source_id = 'cpts_wfs'", GRAND_ARRAS)
    assert events == [("2020-06-25",)]


def test_a_less_advanced_stage_without_a_date_does_not_win(country, load):
    features = layer(country)
    features[3]["properties"] |= {"lib": "CPTS d'Artois Lys", "avancement": "En projet"}
    before = row(country, ARTOIS_LYS, "status, status_date")
    load(*features)
    assert row(country, ARTOIS_LYS, "status, status_date") == before == ("aci_signe", before[1])
    assert "« ACI signé » a été retenu" in sentence(country, "statuts différents")


@pytest.mark.parametrize(("updated", "replaced"), [(None, False), ("2015-01-01Z", False), ("2026-10-01Z", True)])
def test_a_whole_perimeter_gives_way_only_to_a_later_one(country, load, updated, replaced):
    before = members(country, CHATELLERAULT)
    assert row(country, CHATELLERAULT, "perimeter") == ("complet",) and len(before) == 49
    codes = before[:-2]
    kept = snapshot(country, CHATELLERAULT)
    one = feature(country.outline(codes), nom="CPTS de Châtellerault", date_maj=updated)
    other = feature(country.outline(country.nth("08", 0)), nom="CPTS Alpha", date_maj="2026-10-01Z")
    reasons = load(one, other)
    assert members(country, CHATELLERAULT) == (codes if replaced else before)
    assert snapshot(country, CHATELLERAULT) == kept
    assert reasons == {"périmètres différents": 1}
    words = sentence(country, "périmètres différents")
    assert f"2 en moins ({', '.join(before[-2:])})" in words
    assert ("l'a remplacé" if replaced else "a été gardé") in words


def test_the_same_perimeter_says_nothing(country, load):
    codes = members(country, CHATELLERAULT)
    before = row(country, CHATELLERAULT, "*")
    assert not load(feature(country.outline(codes), nom="CPTS du Pays Chatelleraudais"))
    assert row(country, CHATELLERAULT, "*") == before


def test_a_doubtful_one_is_listed_and_neither_merged_nor_added(country, load):
    before = country.ask("FROM cpts ORDER BY cpts_id")
    reasons = load(feature(country.outline(country.nth("62", 0)), nom="CPTS Grand Arras Nord"))
    assert country.ask("FROM cpts ORDER BY cpts_id") == before
    assert reasons == {"CPTS peut-être déjà connue": 1}
    assert "« CPTS Grand Arras Nord » ressemble à « CPTS du Grand Arras »" in sentence(
        country, "CPTS peut-être déjà connue"
    )
    assert country.ask("SELECT rows_kept FROM intake WHERE source_id = 'cpts_wfs'") == [(0,)]


def test_a_namesake_that_lies_nowhere_is_a_doubt(country, load):
    before = country.ask("SELECT count(*) FROM cpts")[0][0]
    reasons = load(feature(None, nom="CPTS du Grand Arras"), feature(None, nom="CPTS Zoulou"), departements=())
    assert reasons == {"CPTS peut-être déjà connue": 1}
    assert country.ask("SELECT count(*) FROM cpts") == [(before + 1,)]
    assert row(country, "wfs-zoulou", "departement_codes, perimeter") == ([], "inconnu")


def test_the_70_of_provence_find_themselves(country, load):
    """All of Marseille's and Provence's CPTS, under names written otherwise, over their own outlines."""
    known = country.ask(
        "SELECT c.cpts_id, c.name, list(m.commune_code) FROM cpts c JOIN cpts_commune m USING (cpts_id) "
        "WHERE c.source_id = 'cpts_paca' GROUP BY ALL ORDER BY 1"
    )
    assert len(known) > 20
    before = country.ask("SELECT cpts_id, perimeter, name FROM cpts ORDER BY 1")
    reasons = load(
        *(feature(country.outline(codes), nom=name.upper().replace("CPTS", "CPTS de")) for _, name, codes in known)
    )
    assert country.ask("SELECT cpts_id, perimeter, name FROM cpts ORDER BY 1") == before
    assert not reasons


# -- the rest of the build ------------------------------------------------------------------------------------------


def test_the_checks_and_the_claims_still_hold(country, load):
    features = layer(country)
    features[3]["properties"]["lib"] = "CPTS du Grand Arras"
    load(*features)
    for table in publish.CPTS:
        country.connection.execute(f"DROP TABLE temp.{table}")
    publish.cpts(country.connection)
    for title, query in builder.checks():
        if "CPTS" in title:
            assert country.ask(query) == [], title
    country.connection.execute(
        "INSERT INTO claim (claim_id, cpts_id, subject, claimed, unit, citation, source_id) VALUES (1, ?, 's', 1, 'u', 'c', 'cpts')",
        [GRAND_ARRAS],
    )
    with pytest.raises(duckdb.ConstraintException):
        country.connection.execute(
            "INSERT INTO claim (claim_id, cpts_id, subject, claimed, unit, citation, source_id) "
            "VALUES (2, 'nobody', 's', 1, 'u', 'c', 'cpts')"
        )


def test_a_regional_layer_does_not_say_what_is_complete(country, load):
    load(*layer(country))
    assert country.ask("SELECT departement_code FROM staging.inventory WHERE source_id = 'cpts_wfs'") == []


def test_a_national_layer_says_which_departements_are_wholly_listed(country, load, monkeypatch):
    """Vienne: all the CPTS that are known have their perimeters. Ardennes and Pas-de-Calais: some curated ones have none."""
    monkeypatch.setattr(cpts_wfs, "NATIONAL", 3)
    load(*layer(country), feature(country.outline(members(country, CHATELLERAULT)), lib="CPTS du Pays Châtelleraudais"))
    assert country.ask("SELECT departement_code, extent FROM staging.inventory WHERE source_id = 'cpts_wfs'") == [
        ("86", "complet")
    ]


def test_a_doubt_in_a_departement_keeps_it_partial(country, load, monkeypatch):
    monkeypatch.setattr(cpts_wfs, "NATIONAL", 3)
    outline = country.outline(members(country, CHATELLERAULT))
    assert load(*layer(country), feature(outline, lib="CPTS Zoulou"))["CPTS peut-être déjà connue"] == 1
    assert country.ask("FROM staging.inventory WHERE source_id = 'cpts_wfs'") == []


def test_part_of_the_country_cuts_what_goes_beyond(two_banks, tmp_path):
    alone, whole = Country("86"), two_banks
    west = whole.nth("37", 0) + whole.nth("86", 0)
    path = tmp_path / "layer.json"
    features = [
        feature(whole.outline(west), nom="CPTS des deux rives"),
        feature(whole.outline(whole.nth("37", 1)), nom="CPTS de Touraine"),
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    alone.connection.execute("BEGIN")
    alone.load(replace(alone.inputs, fetched=path))
    cpts = alone.ask("SELECT cpts_id, perimeter, departement_codes FROM cpts WHERE source_id = 'cpts_wfs'")
    assert [(perimeter, departements) for _, perimeter, departements in cpts] in (
        [("partiel", ["37", "86"])],
        [("partiel", ["86"])],
    )
    assert members(alone, cpts[0][0]) == sorted(whole.nth("86", 0))


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"code": "62001"}, "n'a aucun champ où reconnaître le nom des CPTS (champs : code)"),
        ({}, "n'a aucun champ où reconnaître le nom des CPTS (champs : aucun)"),
    ],
)
def test_a_layer_without_names_is_refused(country, load, properties, reason):
    with pytest.raises(SourceError, match=re.escape(reason)):
        load(feature(country.outline(["62041"]), **properties))


def test_a_layer_wholly_abroad_is_refused(load):
    with pytest.raises(SourceError, match="aucun contour en France"):
        load(feature(shapely.box(0, 0, 1, 1), nom="CPTS Alpha"), feature(shapely.box(0, 2, 1, 3), nom="CPTS Bravo"))


# -- seats ----------------------------------------------------------------------------------------------------------


def test_seats_are_linked_by_number_then_by_name_and_place(country, load):
    country.connection.execute(
        """
        INSERT INTO site BY NAME SELECT unnest(['a', 'b', 'c', 'd']) AS site_id, 'SIEGE_CPTS' AS type, 'ouvert' AS status,
               unnest(['CPTS GRAND ARRAS', 'ASSOCIATION X', 'CPTS ALPHA DES CRETES', 'CPTS DELTAXX']) AS name,
               unnest(['62', '08', '08', '62']) AS departement_code, unnest(['620000001', '080000002', '080000003', '620000004']) AS finess,
               'c' AS citation, 'cpts' AS source_id
        """
    )
    features = layer(country)
    for number, one in enumerate(features):
        one["properties"]["f"] = ["080000099", "080000002", "620000098", "620000097", "620000096"][number]
    reasons = load(*features)
    linked = dict(
        country.ask("SELECT name, regexp_extract(note, 'Siège : FINESS (\\d+)', 1) FROM cpts WHERE note LIKE '%Siège%'")
    )
    assert linked == {
        "CPTS du Grand Arras": "620000001",
        "CPTS Bravo en Vallée": "080000002",
        "CPTS Alpha des Crêtes": "080000003",
    }
    assert reasons["siège rattachable à plusieurs CPTS, ou mal"] == 1
