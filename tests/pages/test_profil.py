"""The page « Profil », and the five sentences beside the map."""

from xml.etree import ElementTree

import pytest

from maillage.subjects.essentials import sheet
from maillage.views import spine


def html(at) -> str:
    return "".join(element.value for element in at.get("html"))


@pytest.mark.parametrize(
    "query",
    [{}, {"territoire": "departement-08"}, {"territoire": "departement-976"}, {"cpts": "cpts-35-pays-fougeres"}],
)
def test_it_opens_on_five_findings_and_a_spine(open_page, query):
    page = html(open_page("pages/profil.py", query=query))
    assert page.count("<li class=") == 5 and page.count('class="spine-row"') > 5


def test_each_finding_has_its_evidence_one_click_away(open_page):
    page = html(open_page("pages/profil.py", query={"territoire": "departement-08"}))
    assert "./carte?territoire=departement-08&amp;indicateur=mortalite_prematuree_0_64" in page
    assert "./chiffre?territoire=departement-08&amp;indicateur=structures_msp_100k" in page


def test_the_map_says_the_five_sentences_and_leads_to_the_profile(open_page):
    at = open_page("app.py", query={"territoire": "departement-08"})
    ways = [link.proto for link in at.get("page_link") if link.proto.label == "Le profil, chiffre par chiffre"]
    assert [(way.page, way.query_string) for way in ways] == [("profil", "territoire=departement-08")]
    assert 'class="essentials brief"' in html(at)


def test_the_table_behind_is_made_when_it_is_opened(open_page):
    assert not open_page("pages/profil.py", query={"territoire": "departement-08"}).dataframe
    at = open_page("pages/profil.py", query={"territoire": "departement-08"}, tableau_profil=True)
    assert "Taux de pauvreté" in list(at.dataframe[0].value["Indicateur"])


def test_the_thresholds_are_on_the_page_of_methods(open_page):
    page = html(open_page("pages/methode.py"))
    assert 'id="essentiel"' in page and "0,2\u00a0décès pour 1\u00a0000" in page.replace("1 000", "1\u00a0000")


def test_the_spine_is_shared_with_every_line_and_value(open_page, ask):
    at = open_page("pages/profil.py", query={"territoire": "departement-08"}, partager_profil=True)
    assert {"PNG", "SVG", "PDF"} <= {button.label for button in at.get("download_button")}
    subject = sheet.of_territory(ask, "departement", "08")
    drawn = spine.on_sheet(subject, "édition")
    words = " ".join(ElementTree.fromstring(drawn).itertext())
    assert subject.name in words and "édition" in words
    assert all(spine.value(line) in words for line in subject.spine)
