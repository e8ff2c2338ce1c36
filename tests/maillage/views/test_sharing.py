from maillage.views import sharing


def test_a_link_is_the_page_and_its_choices():
    page = "https://exemple.fr/atlas/carte?ancien=1"
    assert (
        sharing.link(page, {"territoire": "departement-08"})
        == "https://exemple.fr/atlas/carte?territoire=departement-08"
    )
    assert sharing.link(page, {}) == "https://exemple.fr/atlas/carte"


def test_a_frame_shows_the_view_alone_and_a_strangers_words_stay_words():
    frame = sharing.embed("https://exemple.fr/carte", {"nom": '"><script>'}, '"><b>')
    assert frame.count("<") == 2 and "embed=true" in frame and frame.startswith("<iframe ")
