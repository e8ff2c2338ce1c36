from dataclasses import replace

import pytest

from maillage import catalog
from maillage.records.essentials import Dot
from maillage.records.figure import DEPARTEMENTS, Figure, IndicatorLine
from maillage.subjects.essentials import findings
from maillage.subjects.essentials.findings import Peers
from maillage.subjects.essentials.rules import COORDINATION, HEALTH, RULES, STRUCTURES, TOPICS

MORTALITY, MSP, NEAREST = "mortalite_prematuree_0_64", "structures_msp_100k", "distance_msp"
RULE = {rule.indicator: rule for rule in RULES}


def line(indicator: str, own: Figure | None, france: Figure | None = None, **more) -> IndicatorLine:
    known = catalog.INDICATOR[indicator]
    against = (("region", "44", "Grand Est", Figure(1.8, year=2023)), ("france", "FR", "France", france))
    return IndicatorLine(
        indicator, known.label, known.unit, known.decimals, "communes", own, more.get("against", against), "2023", ""
    )


def peers(indicator: str, values, bound: str = "exact") -> Peers:
    dots = {indicator: tuple(Dot(str(n), f"D{n}", Figure(value, bound=bound)) for n, value in enumerate(values))}
    return Peers(dots, dots)


NOBODY = Peers({}, {})


def test_a_gap_of_the_threshold_is_a_finding_and_a_smaller_one_is_not():
    finding = findings.finding(RULE[MORTALITY], line(MORTALITY, Figure(1.9), Figure(1.7)), NOBODY)
    assert (finding.standing, finding.head) == ("worse", "On y meurt davantage avant 65 ans qu'en France")
    assert findings.finding(RULE[MORTALITY], line(MORTALITY, Figure(1.5), Figure(1.7)), NOBODY).standing == "better"
    finding = findings.finding(RULE[MORTALITY], line(MORTALITY, Figure(1.8), Figure(1.7)), NOBODY)
    assert (finding.standing, finding.head) == (
        "alike",
        "La mortalité avant 65 ans y est comparable à celle de la France",
    )


def test_a_gap_is_measured_on_the_figures_as_they_are_shown():
    """1.86 is given as 1.9 and 1.74 as 1.7: a reader sees 0.2."""
    assert findings.finding(RULE[MORTALITY], line(MORTALITY, Figure(1.86), Figure(1.74)), NOBODY).strength == 1


@pytest.mark.parametrize("bound", ["at_least", "at_most"])
def test_nothing_is_concluded_from_a_bound(bound):
    own = Figure(30.0, bound=bound)
    assert findings.finding(RULE[MSP], line(MSP, own, Figure(4.5)), NOBODY) is None
    sentences = findings.findings({MSP: line(MSP, own, Figure(4.5))}, NOBODY)
    structures = next(each for each in sentences if each.topic == STRUCTURES)
    assert (structures.standing, structures.figure) == ("unknown", "") and "n'est pas entière" in structures.head


def test_without_france_the_middle_departement_stands_where_enough_may_be_ranked():
    known = line(NEAREST, Figure(9.0, basis="computed"), None, against=(("france", "FR", "France", None),))
    finding = findings.finding(RULE[NEAREST], known, peers(NEAREST, range(1, 101)))
    assert finding.head.endswith("que dans le département médian") and "Département médian 50,5" in finding.comparison
    assert finding.standing == "better" and "moins que 91 départements sur 100" in finding.comparison
    assert findings.finding(RULE[NEAREST], known, peers(NEAREST, range(1, 40))) is None
    assert findings.finding(RULE[NEAREST], known, peers(NEAREST, range(1, 101), "at_most")) is None


def test_bounds_are_not_ranked_among_peers():
    dots = [*peers(MSP, range(10)).around[MSP], Dot("x", "X", Figure(0.0, bound="at_least"))]
    assert findings.among(5, dots, 0) == "plus que 5 départements sur 10 à la liste entière"
    assert findings.among(5, dots[:10], 0) == "plus que 5 départements sur 10"
    assert findings.among(5, dots[:7], 0) == ""


def test_a_figure_of_the_departement_says_so():
    known = replace(line(MORTALITY, Figure(2.4, note="chiffre du département"), Figure(1.7)), scope=DEPARTEMENTS)
    finding = findings.finding(RULE[MORTALITY], known, peers(MORTALITY, range(50)))
    assert finding.head.startswith("Dans son département : on y meurt") and finding.doubt.startswith(
        "Chiffre du département"
    )
    assert "départements sur" not in finding.comparison


def test_a_population_that_falls_where_the_other_rises_is_said_in_its_own_words():
    finding = findings.finding(
        RULE["evolution_population"], line("evolution_population", Figure(-0.4), Figure(0.4)), NOBODY
    )
    assert finding.head == "La population y baisse, à la différence de celle de la France"


def test_five_findings_one_a_subject_the_strongest_first_the_unknown_last():
    lines = {
        MORTALITY: line(MORTALITY, Figure(2.1), Figure(1.7)),
        "esperance_vie_femmes": line("esperance_vie_femmes", Figure(80.0), Figure(85.0)),
        "cpts_part_population_couverte": line("cpts_part_population_couverte", Figure(63.0), Figure(86.0)),
        MSP: line(MSP, Figure(4.6), Figure(4.5)),
    }
    sentences = findings.findings(lines, NOBODY)
    assert [each.topic for each in sentences] == [
        HEALTH,
        COORDINATION,
        STRUCTURES,
        *[each.topic for each in sentences[3:]],
    ]
    assert {each.topic for each in sentences} == set(TOPICS) and len(sentences) == 5
    assert sentences[0].indicator == "esperance_vie_femmes"  # five thresholds: the other is of two
    assert [each.standing for each in sentences] == ["worse", "worse", "alike", "unknown", "unknown"]


def test_every_finding_with_a_figure_has_its_threshold_and_evidence():
    lines = {rule.indicator: line(rule.indicator, Figure(50.0), Figure(10.0)) for rule in RULES}
    for each in findings.findings(lines, NOBODY):
        assert each.rule.startswith("Seuil : un écart de ") and each.indicator in lines and each.doubt


def test_the_country_tells_how_its_departements_differ():
    known = line(MORTALITY, Figure(1.7), None, against=())
    finding = findings.finding(RULE[MORTALITY], known, peers(MORTALITY, [1.2, 1.5, 1.6, *[1.7] * 60, 3.4]))
    assert (
        finding.head.startswith("3\u00a0départements sur 64 s'écartent de la France")
        and "à 3,4 (D63)" in finding.comparison
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.indicator)
def test_a_threshold_reads_as_a_quantity(rule):
    assert rule.threshold[0].isdigit() and "1 ans" not in rule.threshold.replace("\u00a0", " ")
