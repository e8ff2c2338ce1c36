from maillage.views import reuse


def test_the_page_shows_every_use(open_page):
    at = open_page("pages/reutiliser.py")
    assert [element.value for element in at.main.subheader] == [use.title for use in reuse.USES]
    assert len(at.main.code) == len(reuse.USES) and all(
        "atlas.exemple.fr" in each.value or "127.0.0.1" in each.value or "localhost" in each.value
        for each in at.main.code
    )
