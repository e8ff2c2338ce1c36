from maillage import catalog
from maillage.records.essentials import Dot
from maillage.records.figure import Figure, IndicatorLine
from maillage.subjects.essentials import spine

POVERTY, DENSITY = "taux_pauvrete", "densite"


def line(indicator: str, own: Figure | None, france: Figure | None) -> IndicatorLine:
    known = catalog.INDICATOR[indicator]
    against = (("region", "44", "Grand Est", Figure(12.0)), ("france", "FR", "France", france))
    return IndicatorLine(indicator, known.label, known.unit, known.decimals, "communes", own, against, "2021", "")


DOTS = [Dot(str(n), f"D{n}", Figure(float(n))) for n in range(1, 21)]
BOUND = Dot("x", "Aube", Figure(40.0, bound="at_least"))


def test_bounds_are_apart_and_never_ranked():
    drawn = spine.line(line(POVERTY, Figure(30.0), Figure(15.0)), "Ici", [*DOTS, BOUND], "départements")
    assert drawn.apart == (BOUND,) and len(drawn.dots) == 20
    assert drawn.place == "worse" and drawn.position == "plus que 20 départements sur 20 à la liste entière"
    drawn = spine.line(line(POVERTY, Figure(30.0, bound="at_least"), Figure(15.0)), "Ici", DOTS, "départements")
    assert drawn.own is not None and drawn.place == drawn.position == ""


def test_a_place_needs_a_direction_and_enough_peers():
    assert spine.quarter(1, range(1, 21), "less", 0) == "better"
    assert spine.quarter(10, range(1, 21), "less", 0) == "middle"
    assert spine.quarter(20, range(1, 21), "more", 0) == "better"
    assert spine.quarter(20, range(1, 21), "", 0) == spine.quarter(20, range(1, 6), "more", 0) == ""
    drawn = spine.line(line(DENSITY, Figure(3.0), Figure(15.0)), "Ici", DOTS, "départements")
    assert drawn.place == "" and drawn.position == "moins que 17 départements sur 20"


def test_the_middle_is_france_or_the_median():
    marks = spine.line(line(POVERTY, None, Figure(15.0)), "Ici", DOTS, "départements").marks
    assert [(mark.role, mark.name) for mark in marks] == [("benchmark", "France"), ("region", "Grand Est")]
    marks = spine.line(line(POVERTY, None, Figure(15.0, bound="at_least")), "Ici", DOTS, "départements").marks
    assert (marks[0].name, marks[0].figure.value) == ("médiane", 10.5)


def test_nothing_known_draws_nothing():
    assert spine.line(line(POVERTY, None, None), "Ici", [], "départements") is None
