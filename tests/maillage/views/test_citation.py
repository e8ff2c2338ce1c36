"""The citation: every source that gave rows, once, in a form that reference managers read."""

import re
from datetime import date, datetime

import pandas as pd

from maillage.queries import provenance
from maillage.views import citation


def test_every_source_read_is_cited_with_its_licence(cursor):
    build, sources = provenance.build(cursor), provenance.sources(cursor)
    sentence, bibtex = citation.sentence(build, sources), citation.bibtex(build, sources)
    assert build["version"] in sentence and build["version"] in bibtex
    for row in sources[sources["producer"].notna()].itertuples():
        assert row.title in sentence and row.licence in sentence and row.sha256 in bibtex
    keys = re.findall(r"^@misc\{([^,]+),$", bibtex, re.MULTILINE)
    assert len(keys) == len(set(keys)) == sources["producer"].notna().sum() + 1
    assert all(re.fullmatch("[a-z0-9_-]+", key) for key in keys)


def test_braces_and_signs_of_a_title_cannot_break_an_entry():
    build = {"version": "v", "built_at": datetime(2026, 11, 22), "cog_year": 2026}
    row = {
        "source_id": "évil_1",
        "title": "100 % {R&D} _a_ #1 \\ ~",
        "producer": "X\nY",
        "page": "https://a.fr/?x=1",
        "licence": "L",
        "vintage": "2021 à 2023",
        "retrieved_at": date(2026, 1, 2),
        "sha256": "ab",
    }
    entry = citation.bibtex(build, pd.DataFrame([row])).split("\n\n")[1]
    assert (
        entry.startswith("@misc{evil_1,")
        and "year = {2023}" in entry
        and "X Y" in entry
        and "url = {https://a.fr/?x=1}" in entry
    )
    bare = re.sub(r"\\textbackslash\{\}|\\textasciitilde\{\}|\\[{}]", "", entry)
    assert bare.count("{") == bare.count("}") and r"100 \% \{R\&D\} \_a\_ \#1" in entry


def test_a_source_that_gave_nothing_is_not_cited():
    build = {"version": "v", "built_at": datetime(2026, 11, 22), "cog_year": 2026}
    absent = pd.DataFrame([{"source_id": "x", "title": "Absente", "producer": None}])
    assert "Absente" not in citation.sentence(build, absent) + citation.bibtex(build, absent)
