"""The stage of a CPTS in the words of the administrations, and which of two stages is kept."""

from __future__ import annotations

from itertools import product

import pytest

from etl.resolve.cpts.statuses import RANK, latest, status_of
from maillage import catalog


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ACI signé", "aci_signe"),
        ("ACI", "aci_signe"),
        ("CPTS signataire d'un ACI", "aci_signe"),
        ("Contrat ACI signé le 12/03/2021", "aci_signe"),
        ("Projet de santé validé", "projet_sante_valide"),
        ("PROJET VALIDE", "projet_sante_valide"),
        ("Projet de santé validé - ACI non signé", "projet_sante_valide"),
        ("Projet de santé validé, ACI en négociation", "projet_sante_valide"),
        ("Lettre d'intention", "lettre_intention_validee"),
        ("Lettre d’intention validée", "lettre_intention_validee"),
        ("LI validée", "lettre_intention_validee"),
        ("Lettre d'intention déposée", "emergence"),
        ("En projet", "emergence"),
        ("Projet de CPTS", "emergence"),
        ("Émergence", "emergence"),
        ("En cours de rédaction du projet de santé", "emergence"),
        ("Projet de santé en cours de validation", "emergence"),
        ("Initiative repérée", "emergence"),
        ("En fonctionnement", "en_fonctionnement"),
        ("CPTS opérationnelle", "en_fonctionnement"),
        ("Résiliée", "resilie"),
    ],
)
def test_words_of_the_administrations(text, code):
    assert status_of(text) == code


@pytest.mark.parametrize(
    "text", ["", "A définir", "1", "Oui", "Validée", "ACI en cours de signature", "Non signataire", "T2"]
)
def test_what_is_not_said_is_not_guessed(text):
    assert status_of(text) is None


def test_every_status_of_the_catalogue_is_read_back_and_has_a_rank():
    assert set(RANK) == set(catalog.CPTS_STATUS)
    assert {code: status_of(status.label) or "inconnu" for code, status in catalog.CPTS_STATUS.items()} == {
        code: code for code in catalog.CPTS_STATUS
    }


def test_without_two_dates_the_farthest_stage_is_kept():
    order = [
        "inconnu",
        "emergence",
        "en_fonctionnement",
        "lettre_intention_validee",
        "projet_sante_valide",
        "aci_signe",
        "resilie",
    ]
    for (i, known), (j, told) in product(enumerate(order), repeat=2):
        assert latest((known, None), (told, None)) == latest((known, "2021"), (told, None)) == (j > i)


@pytest.mark.parametrize(
    ("known", "told", "wins"),
    [
        (("aci_signe", "2020"), ("projet_sante_valide", "2022-03"), True),
        (("emergence", "2023-01-01"), ("aci_signe", "2020-05"), False),
        (("emergence", "2021"), ("aci_signe", "2021-06-30"), True),  # the same year: no telling which came first
        (("aci_signe", "2021-06-30"), ("emergence", "2021"), False),
        (("aci_signe", "2020"), ("inconnu", "2025"), False),
        (("en_fonctionnement", "2022"), ("aci_signe", "2020-05"), True),
        (("aci_signe", "2020"), ("en_fonctionnement", "2022"), False),
        (("inconnu", "2025"), ("emergence", "2020"), True),
        (("aci_signe", "2020"), ("aci_signe", "2024"), False),
    ],
)
def test_the_later_date_wins(known, told, wins):
    assert latest(known, told) is wins
