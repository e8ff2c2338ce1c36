"""Diagnostic and poster: read back as text, and whatever a name holds stays text."""

import re
import subprocess
import unicodedata
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from maillage.exports import diagnostic, essentials, poster, typesetting
from maillage.exports.typesetting import SvgDrawing, fine
from maillage.subjects.essentials import sheet
from maillage.views import plan
from tests import pdf
from tests.pdf import needs_poppler

EVIL = [
    "<script>alert(1)</script>",
    "#panic() $x$ *gras* _it_ `c` [x] @ref <label> \\ // /* ~ --- = titre",
    '#pdf.pages("/etc/passwd") #sys.inputs #image("x.png")',
    "=1+1|cmd' /C calc'!A0",
    '"; #eval("1+1")',
]


def flat(words: str) -> str:
    """Letters and signs alone: what lines, columns and hyphens do not change."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", unicodedata.normalize("NFKC", words))


@pytest.fixture(scope="module")
def document(whole):
    return diagnostic.pdf(*whole)


@needs_poppler
def test_the_diagnostic_tells_the_territory(document, whole):
    pages = pdf.pages(document, "-raw")
    words = flat(" ".join(pages))
    for sentence in (
        "CPTS Centre Saône-et-Loire",
        "34 communes, 90 346 habitants",
        "ACI signé (18/10/2022)",
        "Chiffres clés",
        "Structures",
        "Écarts",
        "Priorités",
        "Priorités retenues",
        "Sources et méthode",
        "Accès aux soins",
        "17 ans et plus sans médecin traitant 13 %",  # what the territory's own press kit says of it
        "70 ans et plus sans médecin traitant 7,8 %",
    ):
        assert flat(sentence) in words, sentence
    for name in whole[0].communes["name"]:
        assert flat(fine(name)) in words, name
    for figure in whole[0].figures:
        assert flat(fine(figure.label)) in words, figure.label
    end = words[words.rindex("Sourcesetméthode") :]  # after everything else, on as many pages as it needs
    for title in whole[0].sources["title"]:
        assert flat(fine(title)) in end, title


@needs_poppler
def test_every_page_is_numbered_and_dated(document):
    pages = pdf.pages(document)
    for number, page in enumerate(pages, start=1):
        assert f"page {number} sur {len(pages)}" in page
        assert "Données au" in page


@needs_poppler
def test_documents_are_tagged_titled_light_and_of_their_size(document, whole, ceremony):
    about = pdf.about(document)
    assert about["Tagged"] == "yes" and "A4" in about["Page size"]
    assert about["Title"] == "Diagnostic territorial : CPTS Centre Saône-et-Loire".replace(" :", "\u00a0:")
    about = pdf.about(poster.pdf(*whole, ceremony))
    assert about["Tagged"] == "yes" and "A3" in about["Page size"] and about["Pages"] == "1"


def test_the_standard_for_screen_readers_and_the_language_are_declared(document):
    assert b"pdfuaid:part" in document
    assert b"/Lang (fr-FR)" in document or b"/Lang(fr-FR)" in document


def test_documents_are_light(document, whole, ceremony):
    assert len(document) < 3_000_000
    assert len(poster.pdf(*whole, ceremony)) < 3_000_000


def test_the_same_data_make_the_same_file(whole, document):
    assert diagnostic.pdf(*whole) == document


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """A function from a PDF to its first page as a picture, and the share of it in each colour asked for."""

    def look(content, *colours):
        folder = tmp_path_factory.mktemp("seen")
        (folder / "document.pdf").write_bytes(content)
        subprocess.run(
            ["pdftoppm", "-r", "40", "-l", "1", "-singlefile", "-png", folder / "document.pdf", folder / "page"],
            check=True,
        )
        pixels = np.asarray(Image.open(folder / "page.png").convert("RGB")).reshape(-1, 3).astype(int)
        return [(np.abs(pixels - ImageColor.getrgb(colour)).max(axis=1) < 6).mean() for colour in colours]

    return look


@needs_poppler
def test_the_map_is_really_drawn(document, whole, ceremony, seen, unknown):
    """What a page shows, and not only what it says: communes, neighbours, and the outline of the territory."""
    for content in (document, poster.pdf(*whole, ceremony)):
        members, ground, outline = seen(content, plan.MEMBER, plan.GROUND, "#4B3F8F")
        assert members > 0.08 and ground > 0.08 and outline > 0.002
    assert seen(diagnostic.pdf(*unknown), plan.MEMBER)[0] < 0.001


@needs_poppler
def test_a_partial_perimeter_is_a_minimum(partial):
    words = flat(" ".join(pdf.pages(diagnostic.pdf(*partial))))
    assert flat("au moins 5 communes") in words and flat("Périmètre partiel") in words
    assert flat("classe de taille ACI") not in words.split(flat("Chiffres clés"))[0]


@needs_poppler
def test_an_unknown_perimeter_has_no_map_and_guesses_nothing(unknown, ceremony):
    content = diagnostic.content(*unknown)
    assert content["map"] is None and content["members"] == []
    words = flat(" ".join(pdf.pages(diagnostic.pdf(*unknown))))
    assert flat("Périmètre inconnu : aucune carte") in words
    (page,) = pdf.pages(poster.pdf(*unknown, ceremony))
    assert flat("Périmètre inconnu") not in flat(page)  # a wall does not say that nothing is known
    assert flat("Ardennes (08), Meuse (55)") in flat(page) and flat(fine(ceremony.axes[0].head)) in flat(page)


@needs_poppler
def test_no_page_of_a_document_is_nearly_empty(whole, unknown):
    """A chapter goes on under the other: a page break is for the priorities alone, which are written by hand."""
    for dossier in (whole, unknown):
        pages = pdf.pages(diagnostic.pdf(*dossier), "-layout")
        for number, page in enumerate(pages[:-1], start=1):
            assert len(page.split()) > 90, number


@needs_poppler
def test_the_essentials_fill_one_page_and_say_once_that_nothing_is_known(ask, whole, unknown):
    full, bare = (essentials.pdf(sheet.of_dossier(ask, each[0]), each[0].build.built_at) for each in (whole, unknown))
    assert pdf.about(full)["Pages"] == pdf.about(bare)["Pages"] == "1"
    (words,) = pdf.pages(bare)
    assert words.count("Aucun chiffre ne permet de conclure") == 1 and "quart le plus favorable" not in words
    (words,) = pdf.pages(full)
    assert "Bourgogne-\n" not in words  # a name stays on its line


def test_days_are_written_in_french_but_in_addresses():
    assert fine("recensement 2026-05-12, 2021-01-08.") == "recensement 12/05/2026, 08/01/2021."
    for kept in ("https://exemple.fr/2022-10-18/page", "version 20261129-033436-642daee6", "2026-05-12-a"):
        assert fine(kept) == kept


@needs_poppler
def test_the_poster_tells_what_is_signed(whole, ceremony):
    (page,) = pdf.pages(poster.pdf(*whole, ceremony))
    for sentence in (
        "Signature de l’accord",
        "CPTS Centre Saône-et-Loire",
        "mardi 18 octobre 2022",
        "90 346",
        "Axes du projet de santé",
        "Améliorer l’accès aux soins",
        "Données au",
    ):
        assert flat(sentence) in flat(page), sentence
    assert "Camille" not in page  # the poster has no signatories


@needs_poppler
def test_the_poster_bears_logos_on_its_one_page(whole, ceremony, logo):
    bearing = replace(ceremony, logos=(logo,) * 4)
    assert pdf.about(poster.pdf(*whole, bearing))["Pages"] == "1"
    data = poster.content(*whole, bearing)
    assert len(data["logos"]) == 4 and logo.link in data["logos"][0][0]
    assert poster.content(*whole, ceremony)["map"] != data["map"]  # which makes room for them


@needs_poppler
@pytest.mark.parametrize("name", EVIL)
def test_names_that_are_code_elsewhere_stay_text(disguised, name):
    dossier, around, ceremony = disguised(name)
    for content in (diagnostic.pdf(dossier, around), poster.pdf(dossier, around, ceremony)):
        words = flat(" ".join(pdf.pages(content, "-raw")))
        assert flat(fine(name)) in words
        assert b"root:" not in content


names = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="#$*_`[]{}()<>@\\/~=-+'\";:,.!&|%^ \t\nabé", max_size=60),
)


def letters(words: str) -> Counter:
    """Plain letters and figures, whose order a name in two directions may change."""
    return Counter(re.sub(r"[^A-Za-z0-9]", "", words))


def inert(content: bytes) -> bool:
    """Nothing in a document acts when it is opened or read."""
    # Streams are deflated: three letters come up in them by chance.
    words = re.sub(rb"\bstream\r?\n.*?endstream", b"", content, flags=re.S)
    return not re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile|OpenAction|SubmitForm)\b", words)


@needs_poppler
@settings(max_examples=25)
@given(name=names)
@example(name="")
@example(name="\x00\u202e\ufffe")
@example(name="漢字 العربية 🩺")
def test_any_name_makes_a_poster(disguised, name):
    dossier, around, ceremony = disguised(name)
    content = poster.pdf(dossier, around, ceremony)
    (page,) = pdf.pages(content, "-raw")
    assert letters(fine(name)) <= letters(page) and "Données au" in page
    assert inert(content)


@needs_poppler
@settings(max_examples=5)
@given(name=names)
@example(name="漢字 العربية 🩺 \U000e0001")
def test_any_name_makes_a_diagnostic(disguised, name):
    dossier, around, _ = disguised(name)
    content = diagnostic.pdf(dossier, around)
    pages = pdf.pages(content, "-raw")
    assert letters(fine(name)) <= letters(pages[0]) and "Sources et méthode" in " ".join(pages)
    assert inert(content)


@pytest.mark.parametrize(
    ("written", "set_as"),
    [
        ("l'accès : 12 %", "l’accès\u00a0: 12\u00a0%"),
        ("de 80 000 à moins de 175 000 habitants", "de 80\u202f000 à moins de 175\u202f000\u00a0habitants"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("a\x00b\x0bc\ud800", "abc"),
        ("='x'", "='x'"),
        ("2 ans", "2\u00a0ans"),
        ("20 minarets", "20 minarets"),
    ],
)
def test_french_typography(written, set_as):
    assert fine(written) == set_as
    assert fine({"a": (written, [written])}) == {"a": [set_as, [set_as]]}


def test_the_numbers_of_a_drawing_are_not_a_sentence_s():
    assert fine([SvgDrawing("M1 234L5 678\x00")]) == ["M1 234L5 678"]


def test_without_the_house_typeface_another_stands_in(whole, ceremony, monkeypatch, tmp_path):
    ours = poster.pdf(*whole, ceremony)
    monkeypatch.setattr(typesetting, "FONTS", tmp_path / "none")
    typesetting._fonts.cache_clear()
    try:
        content = poster.pdf(*whole, ceremony)
        assert content.startswith(b"%PDF-") and content != ours and b"/FontFile" in content
    finally:
        typesetting._fonts.cache_clear()


def test_a_template_that_fails_is_a_sentence(whole):
    with pytest.raises(typesetting.Unset, match="n'a pas pu être composé"):
        typesetting.pdf("poster.typ", {"title": "x"}, whole[0].build.built_at)
