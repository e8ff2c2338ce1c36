"""Links that people may have kept: each still opens what it opened (known_links.json, written by main 03a0734).

A link is a promise: what is here is added to, never changed.
"""

import json
import re
from dataclasses import fields
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from maillage import address
from maillage.address import comparison, cpts, draft, gaps
from maillage.address.selection import Selection

KNOWN = json.loads(Path(__file__).with_name("known_links.json").read_text(encoding="utf-8"))
LINKS = KNOWN["links"]
# The choices of each page, beside the selection of every page; the rooms of « Données » have none.
CHOICES = {
    "ecarts": gaps.GapsChoices,
    "comparer": comparison.ComparisonChoices,
    "composer": draft.DraftChoices,
    "ceremonie": draft.Draft,
    "cpts": cpts.CptsChoices,
}


def opened(page: str, link: str) -> tuple[dict, list[str], str]:
    """(what is chosen, by its name in the address; what is not understood; the address that the page writes)."""
    query = dict(parse_qsl(link, keep_blank_values=True))
    chosen, misread, written = {}, [], {}
    for kind in filter(None, (Selection, CHOICES.get(page))):
        own, sentences = address.parse(kind, query)
        chosen |= {each.metadata["name"]: getattr(own, each.name) for each in fields(kind) if "name" in each.metadata}
        if kind is Selection:
            chosen["territoire"] = f"{own.level}-{own.code}"
        misread += [re.match(r"«\s*(\w+)=", sentence)[1] for sentence in sentences]
        written |= address.query(own)
    as_read = json.loads(json.dumps(chosen))  # tuples are lists
    return as_read, sorted(misread), urlencode(written, safe=",:")


@pytest.mark.parametrize("known", LINKS, ids=[f"{n}-{known['page']}" for n, known in enumerate(LINKS)])
def test_a_link_opens_what_it_opened(known):
    chosen, misread, written = opened(known["page"], known["link"])
    defaults = KNOWN["defaults"].get(known["page"], KNOWN["defaults"]["carte"])
    assert chosen == defaults | known["choices"]
    assert misread == known.get("misread", []), "each part that is not understood is named in a sentence"
    assert written == known.get("rewritten", known["link"])
    assert opened(known["page"], written) == (chosen, [], written), "what is written opens the same view"


@pytest.mark.parametrize("page", KNOWN["defaults"])
def test_a_page_without_parameters_is_what_it_was(page):
    assert opened(page, "") == (KNOWN["defaults"][page], [], "")


@pytest.mark.parametrize("page", KNOWN["defaults"])
def test_every_parameter_of_a_page_is_in_a_link(page):
    used = {name for known in LINKS if known["page"] == page for name, _ in parse_qsl(known["link"])}
    if page in CHOICES:
        assert address.names(CHOICES[page]) <= used
    else:
        assert address.names(Selection) <= used
