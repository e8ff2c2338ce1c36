"""Reading HTML as a browser would, to see what a stranger's name becomes in it."""

from html.parser import HTMLParser

import pytest

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)> \"l'été\" & `{{ 'x' }}`"


class Page(HTMLParser):
    """The tags, attributes and visible text of a fragment; `closed` says whether every tag is closed in order."""

    VOID = ("img", "br", "hr")

    def __init__(self, fragment: str):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.words, self.open, self.closed = [], [], [], [], True
        self.feed(fragment)
        self.close()
        self.closed = self.closed and not self.open
        # Spaces that typography holds fast are still spaces.
        self.text = "".join(self.words).replace("\u00a0", " ").replace("\u202f", " ")

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.closed = self.closed and bool(self.open) and self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture
def read():
    return Page


@pytest.fixture
def harmless():
    """Assert that a fragment shows the evil name as text, and that nothing of it runs."""

    def check(fragment: str) -> Page:
        page = Page(fragment)
        assert page.closed, "a tag is left open, or closed twice"
        assert not {"script", "img", "iframe"} & set(page.tags)
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert EVIL in page.text
        return page

    check.name = EVIL
    return check
