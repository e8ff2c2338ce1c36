"""Capitals of the registers into French."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.formats import wording


@pytest.mark.parametrize(
    ("written", "french"),
    [
        ("MSP DE CARIGNAN", "MSP de Carignan"),
        ("MAISON DE SANTE PLURIPROFESSIONNELLE D'AUTUN", "Maison de santé pluriprofessionnelle d'Autun"),
        ("LHSS VILLA D'HESTIA - VILLEURBANNE", "LHSS Villa d'Hestia - Villeurbanne"),
        ("CH HCO CENTRE HOSPITALIER DE LA HAUTE COTE D OR", "CH Hco centre hospitalier de la Haute Cote d'Or"),
        ("CENTRE  HOSPITALIER D'IS-SUR-TILLE", "Centre hospitalier d'Is-sur-Tille"),
        ("CEGIDD DU CHU DE LYON 5EME", "CeGIDD du CHU de Lyon 5e"),
        ("EHPAD L'OREE DU BOIS", "EHPAD l'Oree du Bois"),
        ("L'ESCALE", "L'Escale"),
        ("A L ECOUTE", "A l'Ecoute"),
        ("MEDECINE A CHAMPMAILLOT", "Médecine à Champmaillot"),
        ("E.S.S.I.P DU PAYS AJACCIEN", "E.S.S.I.P du Pays Ajaccien"),
        ("CPTS CŒUR DE CORREZE", "CPTS Cœur de Correze"),
        ("CLINIQUE JEAN XXIII", "Clinique Jean XXIII"),
        ("HOPITAL DE ST ETIENNE", "Hôpital de Saint Etienne"),
        ("Maison de Santé du CHU", "Maison de Santé du CHU"),
        ("  ", ""),
    ],
)
def test_a_name_in_french(written, french):
    assert wording.name(written) == french


@pytest.mark.parametrize(
    ("cells", "french"),
    [
        (("62", "", "AV", "DE JASSERON"), "62 avenue de Jasseron"),
        (("28", "B", "R", "DE LA PIECE DU ROY"), "28 bis rue de la Piece du Roy"),
        (("9", "C", "PL", "D'ARMES"), "9 c place d'Armes"),
        (("21", "", "R", "RUE VICTOR HUGO"), "21 rue Victor Hugo"),
        (("", "", "ZAC", "DE BOISRIPEAUX"), "ZAC de Boisripeaux"),
        (("4", "", "XYZ", "DES LILAS"), "4 xyz des Lilas"),
        (("", "", "", "", "RAVINE DU PONT"), "Ravine du Pont"),
        (("12", "", "", ""), None),
    ],
)
def test_an_address_in_french(cells, french):
    assert wording.address(*cells) == french


@given(st.text())
def test_nothing_but_capitals_accents_and_spaces_changes(text):
    once = wording.name(text)
    assert wording.name(once) == once or not any(letter.islower() for letter in once)


def test_letters_are_lost_of_their_accents_only():
    assert wording.bare("Hôpital Émile-Roux, 5ᵉ") == "HOPITAL EMILE-ROUX, 5ᵉ"
