"""What a list that is whole changes in the figures: none is zero, and a distance is no more a maximum."""

from __future__ import annotations

import duckdb
import pytest

from etl import build as builder
from etl import publish
from etl.derive import access, indicators
from etl.sources import geography, populations
from maillage import catalog
from tests.etl.schema import schema

COMMUNE = "08105"


@pytest.fixture(scope="module")
def wholly_listed():
    """The Ardennes and the Marne, whose MSP and hospitals are all known: one of each, in the Ardennes."""
    with duckdb.connect() as connection:
        connection.execute(schema())
        builder.fill_catalog(connection)
        inputs = builder.read_inputs(connection, builder.ROOT / "data", ("08", "51"))
        builder.bring(connection, (geography, populations), inputs)
        connection.execute("INSERT INTO source VALUES ('finess', 't', 'p', 'p', 'l', 'v', NULL, 'x', 2, NULL)")
        for kind in ("MSP", "HOP", "SIEGE_CPTS", "LAM"):
            if kind != "LAM":
                connection.execute(
                    """
                    INSERT INTO site BY NAME
                    SELECT 'finess-' || ? AS site_id, ? AS type, 'X' AS name, 'ouvert' AS status, '08' AS departement_code,
                           code AS commune_code, lon, lat, 'commune' AS precision, 'c' AS citation, 'finess' AS source_id
                    FROM territory WHERE level = 'commune' AND code = ?
                    """,
                    [kind, kind, COMMUNE],
                )
            connection.execute(
                "INSERT INTO inventory (subject, departement_code, extent, source_id) "
                "VALUES (?, '08', 'complet', 'finess'), (?, '51', 'complet', 'finess')",
                [kind, kind],
            )
        access.run(connection)
        indicators.sites(connection)
        indicators.distances(connection)
        publish.computed(connection)
        yield connection


def figure(connection, indicator, level, code):
    return connection.execute(
        "SELECT value, low, high, source_id FROM indicator_value WHERE indicator = ? AND level = ? AND code = ?",
        [indicator, level, code],
    ).fetchone()


def test_none_in_a_whole_list_is_zero(wholly_listed):
    assert figure(wholly_listed, "structures_msp_100k", "departement", "51") == (0.0, None, None, "finess")
    assert figure(wholly_listed, "structures_lam_100k", "departement", "08") == (0.0, None, None, "finess")
    value, low, _, source = figure(wholly_listed, "structures_msp_100k", "departement", "08")
    assert value > 0 and low is None and source == "finess"


def test_the_nearest_of_a_whole_list_is_the_nearest_even_next_door(wholly_listed):
    for level, code in (("commune", "51454"), ("departement", "51")):
        value, _, high, source = figure(wholly_listed, "distance_msp", level, code)
        assert value > 10 and high is None and source == "finess"
    assert figure(wholly_listed, "distance_lam", "departement", "08") is None


def test_seats_hospitals_and_other_services_are_places_and_no_figures(wholly_listed):
    without = [kind.code for kind in catalog.SITE_TYPES if not kind.indicators]
    assert without == ["AUTRE_SERVICE", "HOP", "SIEGE_CPTS"]
    assert wholly_listed.execute("SELECT DISTINCT site_type FROM access").fetchall() == [("MSP",)]
    codes = {code for (code,) in wholly_listed.execute("SELECT DISTINCT indicator FROM indicator_value").fetchall()}
    assert codes == {"structures_msp_100k", "structures_lam_100k", "distance_msp"}
