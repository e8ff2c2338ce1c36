"""Exports of data.ameli.fr: the columns are those that public programs read, the fabricated rows are not."""

from __future__ import annotations

import pytest

from etl.source import SourceError
from etl.sources import cnam_ald, cnam_demographie, cnam_installations, cnam_patientele, cnam_zones
from tests.etl.published import bases, loading, values

PLACE = "annee;region;libelle_region;departement;libelle_departement"
ALD = f"{PLACE};taux_patients_ald_sans_mt;taux_patients_ald_sans_mt_integer"
ROWS = (
    "2024;44;Grand Est;08;Ardennes;5,4 %;5.4",
    "2025;44;Grand Est;08;Ardennes;5,8 %;5.8",
    "2025;44;Grand Est;51;Marne;NC;NC",
    "2025;44;Grand Est;999;Tout département;4,9 %;4.9",
    "2025;99;FRANCE;999;FRANCE;4,1 %;4.1",
    "2025;inconnu;inconnu;inconnu;inconnu;9,9 %;9.9",
    "2025;01;Guadeloupe;971;Guadeloupe;;",
)


@pytest.fixture
def place(whole_france):
    return whole_france


@pytest.fixture
def load(place, tmp_path):
    with loading(place) as loader:

        def bring(module, *lines: str, encoding="utf-8-sig"):
            path = tmp_path / "brought.csv"
            path.write_text("\n".join(lines), encoding=encoding)
            return loader(module, path)

        yield bring


def test_every_year_from_the_departement_to_france(place, load):
    connection, _ = place
    tally = load(cnam_ald, ALD, *ROWS)
    name = "ald_sans_medecin_traitant"
    assert values(connection, name, "departement", 2025) == {"08": 5.8, "51": None, "971": None}
    assert values(connection, name, "departement", 2024) == {"08": 5.4}
    assert values(connection, name, "region") == {"44": 4.9} and values(connection, name, "france") == {"FR": 4.1}
    assert bases(connection, name, "departement")["51"] == "withheld"
    assert bases(connection, name, "departement")["971"] == "published"  # missing, and not withheld
    assert (tally.rows_read, tally.vintage) == (6, "2024 à 2025")


@pytest.mark.parametrize(
    ("module", "column", "indicator", "value"),
    [
        (cnam_ald, "taux_patients_ald_sans_mt", "ald_sans_medecin_traitant", "5,8 %"),
        (cnam_patientele, "nombre_patients_medecin_traitant", "patientele_medecin_traitant", "1024"),
        (cnam_patientele, "patientele_mt_moyenne", "patientele_medecin_traitant", "1 024"),
        (cnam_installations, "effectif_primo_installe", "primo_installations_mg", "12"),
        (cnam_zones, "effectif_medecin_install_zsd", "installations_zones_sous_dotees", "0"),
    ],
)
def test_each_measure_by_each_of_its_names(place, load, module, column, indicator, value):
    connection, _ = place
    load(module, f"{PLACE};{column}", f"2023-01-01;44;Grand Est;8;Ardennes;{value}")
    expected = float(value.replace(" %", "").replace(" ", "").replace(",", "."))
    assert values(connection, indicator, "departement", 2023) == {"08": expected}


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            (ALD.replace("taux_patients", "part"), ROWS[0]),
            "la colonne « taux_patients_ald_sans_mt_integer » est absente",
        ),
        ((ALD, "2025;44;Grand Est;08;Ardennes;;154"), "154 n'est pas de 0 à 100"),
        ((ALD, "2025;44;Grand Est;08;Ardennes;;beaucoup"), "« beaucoup » n'est pas un nombre"),
        ((ALD, "an 3;44;Grand Est;08;Ardennes;;5"), "« an 3 » n'est pas une année"),
        ((ALD, ROWS[0], ROWS[0]), "08 figure deux fois en 2024"),
        ((ALD,), "aucune ligne n'est celle d'un territoire"),
        ((ALD, *(f"2025;44;Grand Est;1{n}0;Ailleurs;;5" for n in range(5))), "ne sont pas sur la carte"),
        (("<html>En maintenance</html>",), "une page web"),
    ],
)
def test_another_shape_is_refused_in_a_sentence(load, lines, sentence):
    with pytest.raises(SourceError, match=sentence):
        load(cnam_ald, *lines)


# -- professionals ------------------------------------------------------------------------------------------------------

STAFF = (
    "annee;profession_sante;region;libelle_region;departement;libelle_departement;classe_age;libelle_classe_age;sexe;libelle_sexe;"
    "effectif;densite"
)


def staff(
    profession: str, region: str, departement: str, number, density, year="2025-01-01", age="Tout âge", sex="tout sexe"
):
    return f"{year};{profession};{region};Région;{departement};Département;x;{age};9;{sex};{number};{density}"


STAFF_ROWS = (
    staff("Infirmiers", "44", "08", 300, 110.5),
    staff("Infirmiers", "44", "08", 40, 14.0, age="de 30 à 34 ans"),
    staff("Infirmiers", "44", "08", 250, 95.0, sex="femmes"),
    staff("Infirmiers", "44", "999", 9000, 160.2),
    staff("Infirmiers", "99", "999", 100_000, 146.0),
    staff("Infirmiers", "44", "51", "NS", "NS"),
    staff("Infirmiers", "44", "08", 290, 107.0, year="2024"),
    staff("Ensemble des médecins généralistes", "44", "08", 200, 75.0),
    staff("Biologistes", "44", "08", 5, 1.9),
)


def test_professionals_of_all_ages_and_both_sexes_year_by_year(place, load):
    connection, _ = place
    tally = load(cnam_demographie, STAFF, *STAFF_ROWS)
    number, density = "liberaux_infirmiers_nombre", "liberaux_infirmiers_densite"
    assert values(connection, number, "departement", 2025) == {"08": 300, "51": None}
    assert values(connection, number, "departement", 2024) == {"08": 290}
    assert values(connection, density, "departement", 2025)["08"] == 110.5
    assert values(connection, number, "region") == {"44": 9000} and values(connection, number, "france") == {
        "FR": 100_000
    }
    assert bases(connection, number, "departement")["51"] == "withheld"
    assert values(connection, "liberaux_generalistes_avec_mep_nombre", "departement", 2025) == {"08": 200}
    assert (tally.rows_read, tally.vintage) == (6, "2024 à 2025")
    assert {note.reason for note in tally.notes} == {"profession absente"} and len(tally.notes) == 13


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((STAFF.replace("effectif", "nombre"), STAFF_ROWS[0]), "colonne absente : effectif"),
        ((STAFF, STAFF_ROWS[0], STAFF_ROWS[0]), "croise une autre dimension"),
        ((STAFF, staff("Devins", "44", "08", 1, 1)), "aucune profession n'est connue"),
        (
            (STAFF, staff("Infirmiers", "44", "08", "beaucoup", 1)),
            "colonne « effectif » : « beaucoup » n'est pas un nombre",
        ),
        ((STAFF, staff("Infirmiers", "44", "08", -3, 1)), "négatif"),
        ((STAFF, staff("Infirmiers", "44", "08", 3, 1, year="an 3")), "« an 3 » n'est pas une année"),
        ((STAFF, staff("Infirmiers", "44", "08", 3, 1, age="jeunes")), "tous âges et sexes réunis"),
        ((STAFF, *(staff("Infirmiers", "44", f"1{n}0", 3, 1) for n in range(5))), "ne sont pas sur la carte"),
    ],
)
def test_another_shape_of_professionals_is_refused_in_a_sentence(load, lines, sentence):
    with pytest.raises(SourceError, match=sentence):
        load(cnam_demographie, *lines)


def test_only_everyones_rows_are_asked_of_the_service():
    assert "where=libelle_classe_age%3D%22Tout%20%C3%A2ge%22%20and%20" in cnam_demographie.SOURCE.remote.url
