"""The page of a signing: whom it is for, what is typed and where it does not go, the files."""

import re
from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from pptx import Presentation

from maillage.exports import offline
from maillage.screen.panels import ceremony
from maillage.subjects.ceremony import TypedWords

PAGE = "pages/ceremonie.py"
CPTS = "cpts-71-centre-saone-et-loire"
SECRET = "Solène Quelqu'une"


def main_text(at):
    """The presentation in its frame."""
    (frame,) = at.get("iframe")
    return frame.proto.srcdoc


def data(at):
    """What its map draws."""
    (script,) = re.findall(r'<script id="territory"[^>]*>(.*?)</script>', main_text(at), re.DOTALL)
    return script


def labels(at, kind):
    return [element.proto.label for element in at.get(kind)]


def test_without_a_cpts_one_is_chosen_and_the_address_says_it(open_page):
    at = open_page(PAGE)
    assert not at.get("iframe")
    at.selectbox(key="ceremonie_cpts").select(CPTS).run()
    assert not at.exception
    assert at.query_params["cpts"] in (CPTS, [CPTS])
    assert "CPTS Centre Saône-et-Loire" in main_text(at)
    at.button[0].click().run()
    assert "cpts" not in at.query_params and not at.get("iframe")


def test_what_is_typed_is_shown_and_goes_nowhere_else(open_page):
    at = open_page(PAGE, {"cpts": CPTS})
    before = dict(at.query_params)
    at.text_input(key="ceremonie_titre").input("Un jour important")
    at.text_area(key="ceremonie_axes").input("Accès aux soins : médecins\nPrévention")
    at.text_area(key="ceremonie_signataires").input(f"{SECRET}, présidente")
    at.run()
    assert not at.exception
    page = main_text(at)
    for words in ("Un jour important", "Accès aux soins", "Prévention", "Solène Quelqu’une", "présidente"):
        assert words in page
    assert dict(at.query_params) == before
    assert not [link for link in at.get("page_link") if "Sol" in link.proto.query_string]


def test_a_cpts_is_drawn_once_whatever_is_typed(open_page, monkeypatch):
    drawn, draw = [], offline.drawn
    monkeypatch.setattr(offline, "drawn", lambda dossier, around: drawn.append(dossier.name) or draw(dossier, around))
    at = open_page(PAGE, {"cpts": "cpts-30-regards"})
    map_data = data(at)
    at.text_input(key="ceremonie_titre").input("<script>alert(1)</script>").run()
    assert len(drawn) == 1 and data(at) == map_data and '"bounds":[' in map_data
    assert "<script>alert(1)" not in main_text(at) and "&lt;script&gt;alert(1)" in main_text(at)


def test_files_are_made_when_asked_with_their_size_and_again_when_the_words_change(open_page):
    at = open_page(PAGE, {"cpts": CPTS})
    assert len(labels(at, "download_button")) == 1 and "ko" in labels(at, "download_button")[0]
    for file in ceremony.FILES:
        at.button(key=f"faire_{file.title}").click().run()
        assert not at.exception
    assert len(labels(at, "download_button")) == 1 + len(ceremony.FILES)
    assert all(label.startswith("Télécharger (") for label in labels(at, "download_button"))
    starts = {file.title: at.session_state[ceremony.MADE][file.title][1][:4] for file in ceremony.FILES}
    assert starts == {"Diapositives": b"PK\x03\x04", "Affiche A3": b"%PDF", "Diagnostic territorial A4": b"%PDF"}
    at.text_input(key="ceremonie_lieu").input("Le Creusot").run()
    assert len(labels(at, "download_button")) == 1
    at.button(key="faire_Diapositives").click().run()
    deck = Presentation(BytesIO(at.session_state[ceremony.MADE]["Diapositives"][1]))
    assert "Le Creusot" in [s.text_frame.text.split("\n")[0] for s in deck.slides[0].shapes if s.has_text_frame]


def mirror(at):
    """What the page gives the browser to remember: (place, texts, begun)."""
    (words,) = [each.value for each in at.get("html") if 'id="ceremonie-texte"' in each.value]
    return re.search(r'data-place="([^"]*)" data-texts="([^"]*)" data-begun="(.)"', words).groups()


def test_a_browser_remembers_what_was_typed_for_this_territory_only(open_page):
    at = open_page(PAGE, {"cpts": CPTS})
    assert mirror(at) == (CPTS, "", "0")
    at.text_area(key="ceremonie_signataires").input(f"{SECRET}, présidente").run()
    place, texts, begun = mirror(at)
    assert (place, begun) == (CPTS, "1") and TypedWords.unpacked(texts).signatories == f"{SECRET}, présidente"
    again = open_page(PAGE, {"cpts": CPTS})  # a new session, where the browser says what it remembers
    again.text_input(key="ceremonie_retenue").input(texts).run()
    assert not again.exception and again.text_area(key="ceremonie_signataires").value == f"{SECRET}, présidente"
    assert "présidente" in main_text(again) and mirror(again) == (place, texts, "1")
    [erase] = [button for button in again.button if button.label == "Effacer les textes"]
    erase.click().run()  # the browser is told to forget
    assert mirror(again) == (CPTS, "", "1") and again.text_area(key="ceremonie_signataires").value == ""
    again.query_params["cpts"] = "cpts-62-artois-lys"
    again.run()
    assert mirror(again) == ("cpts-62-artois-lys", "", "0")


def test_what_a_browser_remembers_and_cannot_be_read_changes_nothing(open_page):
    at = open_page(PAGE, {"cpts": CPTS})
    old = TypedWords("Titre", day=date(1950, 1, 1)).packed()
    at.text_input(key="ceremonie_retenue").input("n'importe quoi").run()
    assert not at.exception and mirror(at) == (CPTS, "", "0")
    at.text_input(key="ceremonie_retenue").input(old).run()
    assert not at.exception and at.text_input(key="ceremonie_titre").value == "Titre"
    assert at.date_input(key="ceremonie_date").value is None


def test_a_logo_goes_into_the_presentation_and_what_is_no_logo_is_said(open_page):
    at = open_page(PAGE, {"cpts": CPTS})
    file = BytesIO()
    Image.new("RGB", (90, 30), (200, 0, 0)).save(file, "PNG")
    at.get("file_uploader")[0].set_value(
        [("ars.png", file.getvalue(), "image/png"), ("faux.png", b"x", "image/png")]
    ).run()
    assert not at.exception
    assert main_text(at).count('alt="ars"') == 1
    assert [each for each in at.get("html") if "faux.png" in each.value and 'role="alert"' in each.value]


@pytest.mark.parametrize(
    ("cpts", "words"),
    [
        ("cpts-08-portes-luxembourg-sedanais-meusien", "pas connu"),
        ("cpts-62-artois-lys", "en partie"),
    ],
)
def test_what_is_not_known_is_said(open_page, cpts, words):
    at = open_page(PAGE, {"cpts": cpts})
    assert [element for element in at.get("html") if words in element.value and 'role="alert"' in element.value]
    assert main_text(at)


def test_a_draft_of_the_composer_is_presented_under_its_name(open_page):
    at = open_page(PAGE, {"communes": "08409,08105", "nom": "Deux villes"})
    assert "Deux villes" in main_text(at) and "Projet de territoire" not in labels(at, "button")
    assert any("communes=" in link.proto.query_string for link in at.get("page_link"))


def test_a_cpts_that_is_not_there_is_told(open_page):
    at = open_page(PAGE, {"cpts": "cpts-99-nulle-part"})
    assert [element for element in at.get("html") if "cpts-99-nulle-part" in element.value]
    assert at.selectbox(key="ceremonie_cpts")


@pytest.mark.parametrize(("size", "words"), [(10, "1\u00a0ko"), (440_534, "441\u00a0ko"), (1_234_567, "1,2\u00a0Mo")])
def test_sizes_are_told_in_french(size, words):
    assert ceremony.size(b"x" * size) == words
