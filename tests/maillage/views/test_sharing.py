import pytest

from maillage.views import sharing


def test_a_link_is_the_page_and_its_choices():
    page = "https://exemple.fr/atlas/carte?ancien=1"
    assert (
        sharing.link(page, {"territoire": "departement-08"})
        == "https://exemple.fr/atlas/carte?territoire=departement-08"
    )
    assert sharing.link(page, {}) == "https://exemple.fr/atlas/carte"


def test_a_frame_shows_the_view_alone_and_a_strangers_words_stay_words():
    frame = sharing.embed("https://exemple.fr/carte", {"nom": '"><script>'}, '"><b>', "carte")
    assert frame.count("<") == 2 and "embed=true&amp;dessin=carte" in frame and frame.startswith("<iframe ")


@pytest.mark.parametrize(
    ("query", "embedded", "drawing"),
    [
        ({"dessin": "courbe_acces"}, True, "courbe_acces"),
        ({"dessin": "courbe_acces"}, False, ""),
        ({}, True, ""),
        ({"dessin": "x]{}</style><script>"}, True, ""),
    ],
)
def test_only_an_embed_is_of_one_drawing_and_its_name_is_a_name(query, embedded, drawing):
    assert sharing.alone(query, embedded) == drawing


def test_the_style_of_a_drawing_names_it_everywhere():
    style = sharing.style("courbe_acces")
    assert ".st-key-dessin_courbe_acces" in style and "DRAWING" not in style
