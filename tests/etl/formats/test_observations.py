"""Insee's long files: the observations asked for, with what is withheld, missing or no number told apart."""

from __future__ import annotations

import math

import pytest

from etl.formats import observations
from etl.formats.sheets import SheetError

HEAD = "GEO;GEO_OBJECT;TIME_PERIOD;AGE;MEASURE;OBS_VALUE;CONF_STATUS"


def written(folder, *lines: str, head: str = HEAD):
    path = folder / "long.csv"
    path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return path


def test_only_what_is_asked_for_with_its_state(tmp_path):
    rows = observations.read(
        written(
            tmp_path,
            "2023-COM-08105;COM;2023;_T;POP;12,5;F",
            "2023-COM-08409;COM;2023;_T;POP;;C",
            "75101;ARM;2023;_T;POP;nd;F",
            "200041630;EPCI;2022;_T;POP;7;F",
            "08105;COM;2023;Y75;POP;3;F",  # another age
            "08105;COM;2023;_T;DWELLINGS;4;F",  # another measure
            "08;DEP;2023;_T;POP;9;F",  # another level
        ),
        {"age": ("_T",)},
        {"measure": "POP", "unit": "X"},  # a fixed dimension that the file lacks is not asked for
    )
    assert rows[["level", "code", "year", "age", "withheld"]].values.tolist() == [
        ["commune", "08105", 2023, "_T", False],
        ["commune", "08409", 2023, "_T", True],
        ["arrondissement_municipal", "75101", 2023, "_T", False],
        ["epci", "200041630", 2022, "_T", False],
    ]
    assert [None if math.isnan(value) else value for value in rows["value"]] == [12.5, None, None, 7.0]


@pytest.mark.parametrize(
    ("line", "head", "words"),
    [
        ("08105;COM;2023;_T;POP;douze;F", HEAD, "« douze » n'est pas un nombre"),
        ("08105;COM;vingt;_T;POP;1;F", HEAD, "« vingt » n'est pas une année"),
        ("08;DEP;2023;_T;POP;1;F", HEAD, "aucune ligne n'est celle d'une commune avec AGE : _T"),
        ("08105;COM;2023;1", "GEO;GEO_OBJECT;TIME_PERIOD;OBS_VALUE", "colonne absente : AGE"),
    ],
)
def test_another_form_is_a_sentence(tmp_path, line, head, words):
    with pytest.raises(SheetError, match=words):
        observations.read(written(tmp_path, line, head=head), {"age": ("_T",)})
