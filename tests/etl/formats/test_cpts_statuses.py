"""The stage of a CPTS in the words of the administrations."""

from __future__ import annotations

import pytest

from etl.formats.cpts_statuses import RANK, status_of
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
        ("Constituée", "en_fonctionnement"),
        ("Créée", "en_fonctionnement"),
        ("Installée", "en_fonctionnement"),
        ("CPTS en cours de création", "emergence"),
        ("PS en cours", "emergence"),
        ("PS validé", "projet_sante_valide"),
        ("LI en cours", "emergence"),
        ("Validée", "projet_sante_valide"),
    ],
)
def test_words_of_the_administrations(text, code):
    assert status_of(text) == code


@pytest.mark.parametrize(
    "text", ["", "A définir", "1", "Oui", "Non", "Non créée", "ACI en cours de signature", "Non signataire", "T2"]
)
def test_what_is_not_said_is_not_guessed(text):
    assert status_of(text) is None


def test_every_status_of_the_catalogue_is_read_back_and_has_a_rank():
    assert set(RANK) == set(catalog.CPTS_STATUS)
    assert {code: status_of(status.label) or "inconnu" for code, status in catalog.CPTS_STATUS.items()} == {
        code: code for code in catalog.CPTS_STATUS
    }
