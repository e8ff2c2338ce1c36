"""What readers are told is in their words: no command, no path, no setting, no name of the code."""

import csv
import re
from pathlib import Path

import pytest

from tests.words import developers, sentences

ROOT = Path(__file__).parents[1]
# What is told on the command line alone, or stops a build, be it the first one, which whoever installs the atlas watches.
OPERATORS = (
    "etl/__main__.py",
    "etl/report.py",
    "etl/packages.py",
    "etl/snapshot.py",
    "etl/history/builds.py",
    "maillage/screen/server/command.py",
)
CALLS = ("BuildError", "ArgumentParser", "add_argument", "add_parser", "print", "error", "warning", "LOG")
COLUMNS = frozenset(
    column
    for model in (ROOT / "docs" / "modeles").glob("*.csv")
    for column in next(csv.reader(model.open(encoding="utf-8-sig"), delimiter=";"))
)
SCREENS = [
    path
    for pattern in ("app.py", "pages/*.py", "maillage/**/*.py", "etl/**/*.py")
    for path in sorted(ROOT.glob(pattern))
    if path.relative_to(ROOT).as_posix() not in OPERATORS and "queries" not in path.parts and path.name != "assets.py"
]


def test_no_sentence_is_for_developers():
    offences = {
        f"{path.relative_to(ROOT)}:{line}": (words[:100], wrong)
        for path in SCREENS
        for line, words in sentences(path.read_text(encoding="utf-8"), CALLS)
        if (wrong := developers(words, COLUMNS))
    }
    assert offences == {}


@pytest.mark.parametrize(
    "words",
    [
        "Reconstruisez-la avec « make data ».",
        "lancez « python -m etl report »",
        "relancez avec « --accepter finess »",
        "Déposez la liste dans data/local.",
        "voir data/snapshot/NOTICE.md",
        "Le type SIEGE_CPTS est compté.",
        "la table indicator_value",
        "lu sur https://preprod-info.exemple.fr/page",
        "dossier de presse fondateur n° 004",
    ],
)
def test_the_search_sees_each_kind(words):
    assert developers(words)


@pytest.mark.parametrize(
    "words",
    [
        "Un modèle vide est sur la page « Importer une liste ».",
        "le dépôt GitHub SKHTay/Carto-Sante-PACA-T-l-med",
        "https://exemple.fr/data/local.html",
        "maillage_densite_departement_08.csv",
    ],
)
def test_the_search_leaves_what_readers_understand(words):
    assert developers(words) == []


def test_strings_are_read_whole_and_docstrings_are_not():
    source = 'def f():\n    """See data/local."""\n    raise Refused(f"Le fichier {a} est dans data/local ici.")\n'
    assert [words for _, words in sentences(source)] == ["Le fichier 0 est dans data/local ici."]
    assert list(sentences(source, ("Refused",))) == []


def test_nobody_counts_others_by_hand():
    """« et 1 autres »: the number and its word are written in one place, text.others."""
    counted = {
        f"{path.relative_to(ROOT)}:{line}": words
        for path in SCREENS
        if "autre" in (source := path.read_text(encoding="utf-8"))
        for line, words in sentences(source)
        if re.search(r"\bet 0 autres?\b|\b0 autres\b", words)
    }
    assert counted == {}
