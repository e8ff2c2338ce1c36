"""Names written by strangers, on every page: text in its HTML, and text in its Markdown."""

from __future__ import annotations

from html.parser import HTMLParser

import duckdb
import pytest

EVIL = "<u onclick=alert(1)>\"x'</u>[lien](https://ailleurs.example) **gras** & $a$"
CPTS = "cpts-71-centre-saone-et-loire"
PLACES = "code IN ('FR', '27', '44', '08', '71', '08001', '71153', '200043438', '247100290')"
NAMING = [
    ("pages/comparer.py", {"reperes": "08,71"}),
    ("pages/carte.py", {"territoire": "departement-08"}),
    ("pages/carte.py", {"territoire": "commune-08001"}),
    ("pages/carte.py", {"territoire": "departement-71", "cpts": CPTS}),
    ("pages/profil.py", {"territoire": "departement-71"}),
    ("pages/profil.py", {"cpts": CPTS}),
    ("pages/cpts.py", {"cpts": CPTS}),
    ("pages/composer.py", {"communes": "08001"}),
    ("pages/ceremonie.py", {"cpts": CPTS}),
    ("pages/ecarts.py", {"territoire": "departement-08"}),
    ("pages/ecarts.py", {"territoire": "departement-08", "volet": "besoin"}),
    ("pages/chiffre.py", {"territoire": "departement-08", "indicateur": "cpts_part_population_couverte"}),
    ("pages/donnees.py", {}),
]
# Names are in their tables, charts and selectors alone: see tests/maillage/views/test_charts.py.
OTHERS = [
    ("app.py", {}),
    ("pages/cpts.py", {}),
    ("pages/comparer.py", {"vue": "nuage", "reperes": "08,71"}),
    ("pages/qualite.py", {}),
    ("pages/telecharger.py", {"territoire": "departement-08"}),
]


class Tags(HTMLParser):
    """The tags of a fragment that the name would have made."""

    def __init__(self, fragment: str):
        super().__init__()
        self.born: list[str] = []
        self.feed(fragment)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "u" or any(name == "onclick" for name, _ in attrs):
            self.born.append(tag)


@pytest.fixture(scope="module")
def hostile(database, tmp_path_factory):
    """The build, where territories, CPTS, structures and sources bear an evil name."""
    path = tmp_path_factory.mktemp("hostile") / "maillage.duckdb"
    path.write_bytes(database.read_bytes())
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"UPDATE territory SET name = name || ? WHERE {PLACES}", [EVIL])
        connection.execute("UPDATE cpts SET name = name || ?, note = ?, citation = citation || ?", [EVIL] * 3)
        connection.execute("UPDATE cpts_event SET note = ?", [EVIL])
        connection.execute(
            "UPDATE site SET name = name || ?, address = ?, note = ? WHERE departement_code IN ('08', '71')", [EVIL] * 3
        )
        connection.execute("UPDATE source SET title = title || ?, producer = producer || ?, doubts = ?", [EVIL] * 3)
        connection.execute("UPDATE claim SET note = ?, citation = citation || ?", [EVIL] * 2)
    return path


def harm(kind: str, words: str) -> list[str]:
    """What a name became in these words: tags in HTML, a link in Markdown."""
    return Tags(words).born if kind == "html" else ["lien"] if "[lien](" in words else []


def everything(at) -> list[tuple[str, str]]:
    """(kind, words) of all that the page writes as HTML or as Markdown, labels included."""
    written = [("html", element.value) for element in at.get("html")]
    for element in at.get("iframe"):
        written.append(("html", element.proto.srcdoc))
    for kind in ("markdown", "caption", "title", "header", "subheader", "info", "warning", "error", "success"):
        written += [("markdown", element.value) for element in at.get(kind)]
    for kind in ("button", "download_button", "expander", "expandable", "tab", "page_link", "selectbox", "toggle"):
        for element in at.get(kind):
            written.append(("markdown", getattr(element, "label", "") or getattr(element.proto, "label", "")))
    return written


@pytest.mark.parametrize(("page", "query"), NAMING + OTHERS, ids=lambda each: each if isinstance(each, str) else "")
def test_a_strangers_name_is_text_on_every_page(open_page, other_database, hostile, page, query):
    other_database(hostile)
    written = everything(open_page(page, query))
    assert written and [(kind, words[:300]) for kind, words in written if harm(kind, words)] == []
    named = any("ailleurs.example" in words.replace("\\", "") for _, words in written)
    assert named == ((page, query) in NAMING)


def test_what_runs_would_be_seen():
    assert harm("html", f"<p>{EVIL}</p>") == ["u"] and harm("markdown", EVIL) == ["lien"]
