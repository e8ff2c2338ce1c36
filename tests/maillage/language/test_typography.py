"""The rules of French typography, and that browsers read them as Python does."""

import json
import re
from pathlib import Path

import pytest

from maillage import assets
from maillage.language import text
from maillage.language.typography import FILES, HARD, JOINER, PAGES, THIN, applied


@pytest.mark.parametrize(
    ("written", "typeset"),
    [
        ("pour 100 000 habitants", f"pour 100{THIN}000{HARD}habitants"),
        ("68 350 798 habitants", f"68{THIN}350{THIN}798{HARD}habitants"),
        ("en 2023 100 communes", f"en 2023 100{HARD}communes"),
        ("à 15 min et 4 % : « oui » ?", f"à 15{HARD}min et 4{HARD}%{HARD}: «{HARD}oui{HARD}»{HARD}?"),
        ("l'APL d'une commune, d'« ici »", f"l’APL d’une commune, d’«{HARD}ici{HARD}»"),
        ("{'x'} 'cité'", "{'x'} 'cité'"),
        ("12 mars, 3 misères", "12 mars, 3 misères"),
    ],
)
def test_a_sentence_is_set(written, typeset):
    assert applied(FILES, written) == typeset
    assert applied(FILES, typeset) == typeset  # once is enough


@pytest.mark.parametrize(
    ("name", "breaks"),
    [
        ("Saône-et-Loire", ["Saône", "-et-Loire"]),
        ("Saint-Symphorien-de-Marmagne", ["Saint-Symphorien", "-de-Marmagne"]),
        ("Bourgogne-Franche-Comté", ["Bourgogne", "-Franche", "-Comté"]),
        ("Châtillon-sur-Chalaronne", ["Châtillon", "-sur-Chalaronne"]),
        ("Provence-Alpes-Côte d'Azur", ["Provence", "-Alpes", "-Côte d’Azur"]),
    ],
)
def test_a_name_is_broken_before_its_small_words(name, breaks):
    """A line may be broken at the hyphens that no joiner follows."""
    assert re.split(f"(?=-[^{JOINER}])", applied(PAGES, name).replace(f"-{JOINER}", "\0")) == [
        part.replace("-", "-", 1)
        .replace("et-", "et\0")
        .replace("de-", "de\0")
        .replace("sur-", "sur\0")
        .replace("Saint-", "Saint\0")
        for part in breaks
    ]
    assert applied(PAGES, name).replace(JOINER, "").replace("’", "'") == name


def test_pages_have_the_same_rules():
    script = assets.script(Path(assets.__file__).parent / "views")
    (rules,) = re.findall(r"const RULES = \[(.*)\]\.flat", script)
    assert [tuple(rule) for rule in json.loads(rules)] == list(PAGES)
    for pattern, _ in PAGES:
        assert r"\w" not in pattern and r"\b" not in pattern  # a browser's letters have no accent
        re.compile(pattern)


def test_names_are_enumerated():
    lists = ((), ("A",), ("A", "B"), ["A", "B", "C"])
    assert [text.enumeration(names, 3) for names in lists] == ["", "A", "A et B", "A, B et C"]
    assert text.enumeration(tuple("ABCD"), 3) == f"A, B, C et 1{HARD}autre"
    assert text.enumeration(tuple("ABCDE"), 2) == f"A, B et 3{HARD}autres"


@pytest.mark.parametrize(
    ("day", "words"),
    [("2023-12-31", "fin 2023"), ("2024", "en 2024"), ("2024-04", "en 04/2024"), ("2026-05-01", "au 01/05/2026")],
)
def test_a_date_in_a_sentence(day, words):
    assert text.when(day) == words


@pytest.mark.parametrize(
    ("rest", "words"), [(1, f"et 1{HARD}autre"), (2, f"et 2{HARD}autres"), (1200, f"et 1{THIN}200{HARD}autres")]
)
def test_a_list_that_is_not_whole_ends_in_the_right_number(rest, words):
    assert text.others(rest) == words
