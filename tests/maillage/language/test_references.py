"""Citations as readers are told them."""

import csv
import re
from pathlib import Path

import pytest

from maillage.language.references import page, reference
from tests.words import developers

REFERENCE = Path(__file__).parents[3] / "data" / "reference"


@pytest.mark.parametrize(
    ("citation", "words"),
    [
        ("https://exemple.fr/a", "https://exemple.fr/a"),
        (
            "seed:003_af397daad21d5121.txt",
            "communiqué de presse de l'ARS Nouvelle-Aquitaine et de la CPAM de la Vienne (24/06/2021)",
        ),
        ("seed:099_x.txt ; https://exemple.fr", "dossier de presse réuni au début de l'atlas ; https://exemple.fr"),
        (
            "https://preprod-info.exemple.fr/les-structures-du-nord",
            "page lue avant sa mise en ligne sur exemple.fr, « les structures du nord »",
        ),
        ("https://staging.exemple.fr/a ; https://exemple.fr/b", "https://exemple.fr/b"),
        ("https://developpement.exemple.fr/a", "https://developpement.exemple.fr/a"),
        (
            "DREES SAE 2023 (ID_2023r.csv, via github A1/Stat@c2545a4)",
            "DREES SAE 2023 (copie publique : GitHub, A1/Stat, version c2545a4)",
        ),
        (
            "github, fichier public daté du 2019-02-20 (index n° 14, carte « X », dépôt non nommé par l'index)",
            "fichier public (GitHub) du 20/02/2019 (carte « X »)",
        ),
        ("GitHub A/B, app/data/medecin.json, commit 33a510bd2c", "GitHub A/B, version 33a510b"),
    ],
)
def test_a_citation_is_in_words(citation, words):
    assert reference(citation) == words


def test_a_note_of_ours_is_named_and_an_address_is_left():
    assert page("data/reference/SOURCES.md") == "notice de cette source, livrée avec l'atlas"
    assert page("Paquets a 1.0 : voir data/snapshot/NOTICE.md").endswith(
        "1.0 : notice de cette source, livrée avec l'atlas"
    )
    assert page("https://exemple.fr/data/x.md") == "https://exemple.fr/data/x.md"


def test_every_citation_embedded_is_in_readers_words():
    cited = {
        row["source"]
        for path in REFERENCE.glob("*.csv")
        for row in csv.DictReader(path.open(encoding="utf-8"))
        if re.search(r"[: ]", row.get("source") or "")  # the others are identifiers of sources
    }
    assert len(cited) > 100
    assert {citation: wrong for citation in cited if (wrong := developers(reference(citation)))} == {}
