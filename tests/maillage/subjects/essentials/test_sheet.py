"""The essentials of real territories: one with everything, one with little, CPTS of whole, part and unknown perimeter."""

import pytest

from maillage.exports import essentials as file
from maillage.queries import provenance
from maillage.subjects.essentials import sheet
from maillage.subjects.essentials.rules import COORDINATION, TOPICS
from maillage.subjects.territory import territory
from maillage.views import essentials, spine
from tests.pdf import needs_poppler, pages


def words(sheet_of, topic):
    return next(each for each in sheet_of.findings if each.topic == topic)


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("departement", "08"),
        ("departement", "976"),
        ("region", "44"),
        ("france", "FR"),
        ("commune", "08105"),
        ("epci", "200041630"),
    ],
)
def test_any_territory_has_five_findings_with_evidence(ask, level, code):
    facts = sheet.of_territory(ask, level, code)
    assert {each.topic for each in facts.findings} == set(TOPICS)
    for each in facts.findings:
        assert each.standing == "unknown" or (each.figure and each.comparison and each.doubt and each.rule)
    assert len(essentials.table(facts)) == len(facts.spine) > 5


def test_mayotte_says_what_is_known_of_it(ask):
    facts = sheet.of_territory(ask, "departement", "976")
    assert all(each.standing != "unknown" for each in facts.findings)
    poor = next(line for line in facts.spine if line.indicator == "taux_pauvrete")
    assert poor.own is None and spine.value(poor) == "–"


def test_a_commune_is_not_given_its_departements_count_of_structures(ask):
    facts = sheet.of_territory(ask, "commune", "08105")
    assert "structures_msp_100k" not in {line.indicator for line in facts.spine}
    health = next(each for each in facts.findings if each.indicator == "mortalite_prematuree_0_64")
    assert health.head.startswith("Dans son département : ")


def test_a_part_of_a_perimeter_concludes_nothing_of_the_whole(ask):
    facts = sheet.of_dossier(ask, territory.of_cpts(ask, "cpts-35-saint-malo"))
    assert words(facts, COORDINATION).standing == "unknown"
    assert "structures_msp_100k" not in {line.indicator for line in facts.spine}


def test_a_whole_perimeter_has_its_size_and_not_its_own_coverage(ask):
    facts = sheet.of_dossier(ask, territory.of_cpts(ask, "cpts-35-pays-fougeres"))
    assert words(facts, COORDINATION).head == "Une CPTS de taille 2" and facts.findings[0].topic == COORDINATION
    assert "couverture_cpts" not in {line.indicator for line in facts.spine}


def test_an_unknown_perimeter_keeps_the_figures_of_its_departement_as_such(ask):
    facts = sheet.of_dossier(ask, territory.of_cpts(ask, "cpts-08-rethelois"))
    assert "périmètre n'est pas connu" in facts.findings[0].head
    assert any(each.head.startswith("Dans son département") for each in facts.findings)


def test_the_drawing_keeps_names_values_and_places_in_step(ask):
    html = spine.section(sheet.of_territory(ask, "departement", "08"))
    names = html.split('data-names="')[1].split('"')[0].split("|")
    for strip in html.split('data-x="')[1:]:
        assert (
            len(strip.split('"')[0].split(" "))
            == len(strip.split('data-v="')[1].split('"')[0].split("|"))
            == len(names)
        )
    assert len(html) < 120_000


@needs_poppler
@pytest.mark.parametrize("code", ["08", "35", "976"])
def test_one_page(ask, code):
    facts = sheet.of_territory(ask, "departement", code)
    (words,) = pages(file.pdf(facts, ask(provenance.build)["built_at"]))
    assert f"({code})" in words and "quart le moins favorable" in words
