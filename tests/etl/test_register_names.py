from __future__ import annotations

import pytest

from etl.register_names import readable


@pytest.mark.parametrize(
    ("raw", "commune", "name"),
    [
        ("MSP D'AIGLEMONT", "Aiglemont", "Maison de santé d'Aiglemont"),
        ("Msp de l'Etoile", "Rethel", "Maison de santé de l'Étoile"),
        ("MSP YERSIN", "Paris 13e Arrondissement", "Maison de santé Yersin"),
        ("Psla - St Germain du Corbeis", "Saint-Germain-du-Corbéis", "Psla - Saint-Germain-du-Corbéis"),
        ("CDS DENTAIRE DE LA PORTE MONTMARTRE", "Paris", "Centre de santé dentaire de la Porte Montmartre"),
        ("Maison de Sante de Bron", "Bron", "Maison de santé de Bron"),
        ("Maison de sante de la Vallee Verte", "Bron", "Maison de santé de la Vallée Verte"),
        ("Pole Sante du Reseau SANTE Sud", "Bron", "Pôle santé du Réseau santé Sud"),
        ("Maison de santé des Lacs", "Xertigny", "Maison de santé des Lacs"),
    ],
)
def test_a_name_as_french_readers_write_it(raw, commune, name):
    assert readable(raw, commune) == name
