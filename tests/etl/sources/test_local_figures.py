"""Insee's long files by commune: their headings are those of the published ones, the fabricated rows are not."""

from __future__ import annotations

import io
import zipfile

import pytest

from etl import intake
from etl.source import SourceError
from etl.sources import bpe, death_records, filosofi, local_cpts, local_deaths, local_structures, rp_ages
from tests.etl.published import bases, france, loading, methods, values

FILOSOFI = "GEO;GEO_OBJECT;FILOSOFI_MEASURE;UNIT_MEASURE;UNIT_MULT;CONF_STATUS;OBS_STATUS;TIME_PERIOD;OBS_VALUE"
BPE = "GEO;GEO_OBJECT;FACILITY_DOM;FACILITY_SDOM;FACILITY_TYPE;BPE_MEASURE;UNIT_MEASURE;OBS_STATUS;UNIT_MULT;TIME_PERIOD;OBS_VALUE"


def rate(code: str, value, kind="COM", measure="PR_MD60", status="F", year=2023) -> str:
    return f'"{code}";"{kind}";"{measure}";"PT";"0";"{status}";"A";"{year}";{value}'


def equipment(code: str, kind: str, count, place="COM", year=2025, measure="FACILITIES") -> str:
    return f'"{code}";"{place}";"D";"D2";"{kind}";"{measure}";"FACILITY";"A";"0";"{year}";{count}'


RATES = (
    rate("08409", 24.5),
    rate("08105", "21,3"),
    rate("08081", "", status="C"),
    rate("08053", "s"),
    rate("08116", "nd"),
    rate("75101", 10.0, kind="ARM"),
    rate("200041630", 18.2, kind="EPCI"),
    rate("08", 19.1, kind="DEP"),
    rate("08409", 20_000, measure="MED_SL"),
    rate("08409", 23.0, year=2022),
)
EQUIPMENTS = (
    equipment("08409", "D265", 12),
    equipment("08105", "D265", 40),
    equipment("08105", "D307", 9),
    equipment("75101", "D265", 30, place="ARM"),
    equipment("75056", "D307", 900),
    equipment("08", "D265", 52, place="DEP"),
    equipment("08409", "A101", 1),
    equipment("08409", "D265", 7, measure="OTHER"),
)


CENSUS = "GEO;GEO_OBJECT;SEX;AGE;RP_MEASURE;OBS_STATUS;TIME_PERIOD;OBS_VALUE"


def people(code: str, *counts: float, kind="COM", sex="_T", year=2023) -> list[str]:
    """A commune: its seven bands, their total, and bands that overlap them."""
    named = {
        **dict(zip(rp_ages.BANDS, counts, strict=True)),
        "_T": sum(counts),
        "Y_GE65": sum(counts[-2:]),
        "Y_LT20": counts[0] + 1,
    }
    return [f'"{code}";"{kind}";"{sex}";"{age}";"POP";"A";"{year}";{count}' for age, count in named.items()]


RESIDENTS = (
    *people("08409", 300, 100, 100, 100, 100, 200, 100),
    *people("08105", 100, 100, 100, 100, 100, 100, 400),
    *people("08105", 900, 0, 0, 0, 0, 0, 100, year=2017),
    *people("75101", 10, 20, 20, 20, 10, 10, 10, kind="ARM"),
    *people("75102", 10, 20, 20, 20, 10, 10, 10, kind="ARM", sex="F"),
    *people("75102", 30, 20, 20, 20, 10, 0, 0, kind="ARM", sex="M"),
)


def zipped(*lines: str, name="DS_FILOSOFI_CC_2023_data.csv") -> bytes:
    """A zip as Insee makes it: the data, and the dictionary beside them."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name.replace("_data", "_metadata"), "COD_VAR;LIB_VAR;COD_MOD;LIB_MOD\n" * 5000)
        archive.writestr(name, "\n".join(lines) + "\n")
    return content.getvalue()


@pytest.fixture(scope="module")
def place():
    with france("08", "75") as opened:
        yield opened


@pytest.fixture
def load(place, tmp_path):
    with loading(place) as loader:

        def bring(module, *lines: str):
            path = tmp_path / "brought.zip"
            path.write_bytes(zipped(*lines))
            return loader(module, path)

        yield bring


# -- Filosofi -----------------------------------------------------------------------------------------------------------


def test_the_rate_of_each_commune_is_as_published(place, load):
    connection, _ = place
    tally = load(filosofi, FILOSOFI, *RATES)
    name = "taux_pauvrete_local"
    assert values(connection, name, "commune", 2023) == {
        "08409": 24.5,
        "08105": 21.3,
        "08081": None,
        "08053": None,
        "08116": None,
    }
    assert values(connection, name, "arrondissement_municipal") == {"75101": 10.0}
    assert values(connection, name, "epci") == {"200041630": 18.2}
    assert values(connection, name, "departement") == {}
    assert (tally.rows_read, tally.kept, tally.vintage) == (7, 7, "2023")


def test_withheld_and_missing_are_two_things(place, load):
    connection, _ = place
    load(filosofi, FILOSOFI, *RATES)
    figures = bases(connection, "taux_pauvrete_local", "commune")
    assert figures["08081"] == figures["08053"] == "withheld" and figures["08116"] == "published"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((FILOSOFI.replace("FILOSOFI_MEASURE", "MEASURE"), RATES[0]), "colonne absente : FILOSOFI_MEASURE"),
        ((FILOSOFI, rate("08409", 120)), "entre 0 et 100"),
        ((FILOSOFI, rate("08409", 12), rate("08409", 13)), "08409 figure deux fois"),
        ((FILOSOFI, rate("08409", "beaucoup")), "« beaucoup » n'est pas un nombre"),
        ((FILOSOFI, rate("08409", 12, year="an 3")), "« an 3 » n'est pas une année"),
        ((FILOSOFI, rate("08409", 12, measure="MED_SL")), "aucune ligne n'est celle d'une commune"),
        ((FILOSOFI, *(rate(f"99{n:03}", 12) for n in range(9))), "ne sont pas sur la carte"),
    ],
)
def test_another_shape_is_refused_in_a_sentence(load, lines, sentence):
    with pytest.raises(SourceError, match=sentence):
        load(filosofi, *lines)


def test_a_zip_cut_short_is_refused_in_a_sentence(place, tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(FILOSOFI, *RATES)[:-200])
    with loading(place) as loader, pytest.raises(SourceError, match="tronqué ou abîmé"):
        loader(filosofi, path)


# -- equipments ---------------------------------------------------------------------------------------------------------


def test_a_commune_without_a_row_has_none_and_sums_are_of_all(place, load):
    connection, _ = place
    tally = load(bpe, BPE, *EQUIPMENTS)
    communes = values(connection, "bpe_generalistes", "commune", 2025)
    assert (communes["08409"], communes["08105"], communes["08081"]) == (12, 40, 0)
    assert communes["75056"] == 30 and values(connection, "bpe_generalistes", "arrondissement_municipal")["75102"] == 0
    assert values(connection, "bpe_generalistes", "departement") == {"08": 52, "75": 30}
    assert values(connection, "bpe_generalistes", "france") == {"FR": 82}
    assert set(methods(connection, "bpe_generalistes", "region").values()) == {"Insee, BPE, somme des communes"}
    # A city told whole has a figure, its arrondissements none; a code that is nowhere is not zero everywhere.
    assert values(connection, "bpe_pharmacies", "commune")["75056"] == 900
    assert values(connection, "bpe_pharmacies", "arrondissement_municipal") == {}
    assert values(connection, "bpe_urgences", "commune") == {}
    assert [note.reason for note in tally.notes] == ["équipement absent"]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((BPE.replace("GEO_OBJECT", "OBJET"), EQUIPMENTS[0]), "colonne absente : GEO_OBJECT"),
        ((BPE, equipment("08409", "D265", -1)), "entier positif"),
        ((BPE, equipment("08409", "D265", 1.5)), "entier positif"),
        ((BPE, equipment("08409", "A101", 1)), "aucune ligne n'est celle d'une commune"),
    ],
)
def test_another_shape_of_equipments_is_refused_in_a_sentence(load, lines, sentence):
    with pytest.raises(SourceError, match=sentence):
        load(bpe, *lines)


# -- the census ---------------------------------------------------------------------------------------------------------


def test_shares_of_ages_are_those_of_people(place, load):
    connection, _ = place
    tally = load(rp_ages, CENSUS, *RESIDENTS)
    assert values(connection, "part_65_plus_communes", "commune", 2023) == {"08409": 30.0, "08105": 50.0}
    assert values(connection, "part_moins_15_communes", "arrondissement_municipal") == {"75101": 10.0, "75102": 20.0}
    assert (
        values(connection, "part_65_plus_communes", "departement") == {}
    )  # not all communes are told, nor all arrondissements
    assert (tally.rows_read, tally.kept, tally.vintage) == (4, 4, "2023")
    assert rp_ages.SOURCE.remote.kind == "zip"


def test_sums_are_given_where_every_commune_is_told(place, load):
    connection, inputs = place
    codes = [code for code, departement in inputs.known_communes.items() if departement == "08"]
    load(rp_ages, CENSUS, *(line for code in codes for line in people(code, 10, 10, 10, 10, 10, 10, 40)))
    assert values(connection, "part_65_plus_communes", "departement") == {"08": 50.0}
    assert values(connection, "part_65_plus_communes", "france") == {}


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((CENSUS.replace("AGE", "CLASSE"), RESIDENTS[0]), "colonne absente : AGE"),
        ((CENSUS, RESIDENTS[0], RESIDENTS[0]), "croise une autre dimension"),
        ((CENSUS, *(line for line in RESIDENTS if "Y40T54" not in line)), "les tranches d'âge Y40T54 n'y sont pas"),
        (
            (CENSUS, *people("08409", 1, 1, 1, 1, 1, 1, 1)[:7], '"08409";"COM";"_T";"_T";"POP";"A";"2023";900'),
            "n'est pas le total",
        ),
        ((CENSUS, *people("08409", -1, 1, 1, 1, 1, 1, 1)), "négatif"),
    ],
)
def test_another_shape_of_census_is_refused_in_a_sentence(load, lines, sentence):
    with pytest.raises(SourceError, match=sentence):
        load(rp_ages, *lines)


# -- by hand ------------------------------------------------------------------------------------------------------------


def test_a_file_put_by_hand_is_known_by_its_columns_and_read_without_the_network(place, tmp_path):
    connection, _ = place
    (tmp_path / "local").mkdir()
    rates, equipments = tmp_path / "local" / "téléchargement.zip", tmp_path / "local" / "bpe.csv"
    rates.write_bytes(zipped(FILOSOFI, *RATES))
    equipments.write_text("\n".join([BPE, *EQUIPMENTS]))
    assert filosofi.mine(rates) and bpe.mine(equipments) and not filosofi.mine(equipments) and not bpe.mine(rates)
    others = (local_structures, local_cpts, local_deaths, death_records)
    assert not any(module.mine(path) for module in others for path in (rates, equipments))
    assert intake.unread(tmp_path, (filosofi, bpe, *others)) == []
    with loading(place) as loader:
        assert loader(filosofi, data=tmp_path).rows_read == 7
        assert values(connection, "taux_pauvrete_local", "commune")["08409"] == 24.5


def test_nothing_is_said_of_a_file_that_nobody_put(place, tmp_path):
    connection, inputs = place
    connection.execute("BEGIN")
    try:
        for module in (filosofi, bpe, rp_ages):
            assert intake.take(connection, module, inputs, None) is None
        assert connection.execute(
            "SELECT count(*) FROM staging.intake WHERE source_id IN ('filosofi', 'bpe')"
        ).fetchall() == [(0,)]
    finally:
        connection.execute("ROLLBACK")
