"""What the bench computes without a browser still runs on the subjects as they are: it measures, and says nothing of speed."""

from collections import Counter

import pytest

from etl import __main__ as command
from etl import registers
from maillage.address.selection import Selection
from tests.bench import comparer, composer, exports, gaps, national


@pytest.mark.parametrize(
    "measured",
    [
        comparer.composed,
        lambda: composer.measure(size=20, clicks=1),
        lambda: gaps.measure(Selection("departement", "08")),
        lambda: exports.measure(large=20),
    ],
    ids=["comparer", "composer", "gaps", "exports"],
)
def test_it_measures(measured, warehouse, monkeypatch):
    monkeypatch.setattr(exports, "ROUNDS", 1)
    for bench in (comparer, composer, gaps, exports):
        monkeypatch.setattr(bench, "Warehouse", lambda path: warehouse)
    figures = measured()
    assert figures and all(value > 0 for value in figures.values())


def test_the_files_of_a_live_build_are_of_the_country(tmp_path):
    """A register as long as the real one, of which nothing is an excerpt; a file for each other source of the network."""
    places = national.NationalPlaces(tmp_path)
    establishments = list(national.identities(places))
    assert len({one["number"] for one in establishments}) == len(establishments) == national.ESTABLISHMENTS
    assert registers.is_national(Counter(one["category"] for one in establishments))
    places.rows = [row for row in places.rows if row["departement_code"] == "2A"]
    places.communes = [row for row in places.rows if row["level"] == "commune"]
    places.known_departements = frozenset({"2A"})
    places.connection.execute("DELETE FROM place WHERE code NOT LIKE '2A%'")
    made = national.files(places)
    assert made.keys() | {"finess", "finess_activites"} == {module.SOURCE.source_id for module in command.REMOTE}
    assert all(made.values())
