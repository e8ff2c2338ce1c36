from maillage import catalog
from maillage.api import figures
from maillage.records.figure import Figure, IndicatorLine

DENSITY = catalog.INDICATOR["densite"]


def test_zero_missing_withheld_and_a_bound_are_four_things():
    zero = figures.figure(DENSITY, Figure(0.0, year=2023))
    missing = figures.figure(DENSITY, Figure(None, year=2023))
    withheld = figures.figure(DENSITY, Figure(None, year=2023, basis="withheld"))
    least = figures.figure(DENSITY, Figure(3.0, low=3.0, year=2023, bound="at_least"))
    assert [each["value"] for each in (zero, missing, withheld, least)] == [0.0, None, None, 3.0]
    assert [each["reading"] for each in (missing, withheld)] == ["manquant", "NS"]
    assert least["reading"].startswith("≥") and zero["reading"] == "0,0"


def test_what_is_counted_from_members_says_the_sources_of_its_line():
    line = IndicatorLine(
        "densite", DENSITY.label, DENSITY.unit, 1, "communes", Figure(2.0, year=2023), (), "2023", "Une source"
    )
    assert figures.line(line)["figure"]["source"] == "Une source" and figures.line(line)["figure"]["as_of"] == "2023"
