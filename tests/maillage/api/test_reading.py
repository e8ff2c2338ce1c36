import pytest

from maillage import catalog
from maillage.api import reading
from maillage.api.problems import Problem


def test_a_place_is_a_level_and_a_code(ask):
    assert reading.place(ask, "departement-2a").name == "Corse-du-Sud"
    assert reading.place(ask, "commune-75101").level == "arrondissement_municipal"
    for written in ("departement-99", "commune-00000", "planet-1"):
        with pytest.raises(Problem):
            reading.place(ask, written)


def test_codes_are_each_once_and_known():
    assert reading.several("MSP, CDS,MSP", catalog.SITE_TYPE, "types") == ("MSP", "CDS")
    for text in ("MSP,X", "", ","):
        with pytest.raises(Problem) as problem:
            reading.several(text, catalog.SITE_TYPE, "types")
        assert problem.value.kind.status == 400 and "MSP" in problem.value.french
