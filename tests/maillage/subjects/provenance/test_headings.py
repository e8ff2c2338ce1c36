"""Every column that leaves says its unit, its date and its source."""

import pandas as pd
import pytest

from maillage import catalog
from maillage.subjects.provenance.headings import EACH_ROW, HEADINGS, headings, of_table


def test_an_indicator_says_its_unit_and_its_sources(ask):
    poverty = catalog.INDICATOR["taux_pauvrete"]
    (heading,) = headings(ask, pd.DataFrame(columns=[f"{poverty.label} ({poverty.unit})"]))
    assert heading.unit == poverty.unit and heading.meaning == poverty.definition
    assert heading.date and "publiés par département" in heading.source


def test_a_column_of_rows_says_that_each_has_its_own(ask):
    (heading,) = headings(ask, pd.DataFrame(columns=["Source"]))
    assert heading.date == heading.source == EACH_ROW


@pytest.mark.parametrize("name", [*HEADINGS, "Jamais vue (min)"])
def test_no_column_leaves_without_a_date_and_a_source(ask, name):
    (heading,) = headings(ask, pd.DataFrame(columns=[name]))
    assert heading.name == name and heading.date and heading.source
    if name.endswith(")") and name != "Score (0 à 100)":
        assert heading.unit == name.rpartition("(")[2].rstrip(")")


def test_a_table_of_the_base_is_told_by_its_schema(ask, cursor):
    for name in ("access", "site", "territory", "build", "cpts_commune"):
        described = of_table(ask, name)
        rows = cursor.execute(
            f"SELECT column_name FROM duckdb_columns() WHERE table_name = '{name}' AND database_name = 'build'"
        )
        assert [heading.name for heading in described] == [column for (column,) in rows.fetchall()]
        assert all(heading.meaning and heading.date and heading.source for heading in described)
    assert {heading.unit for heading in of_table(ask, "access")} >= {"km", "minutes"}
