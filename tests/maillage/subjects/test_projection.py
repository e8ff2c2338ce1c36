"""What is projected: nothing that a room would be sorry to read, letters as large as they can be, no name broken."""

from dataclasses import replace

import pandas as pd
import pytest

from maillage.subjects import projection
from maillage.subjects.territory import wording


def test_a_column_without_a_figure_is_not_projected(whole, unknown):
    for dossier, _ in (whole, unknown):
        for table in projection.tables(dossier):
            for place, name in enumerate(table.grid.head):
                assert any(row[place] != "–" for row in table.grid.rows), (table.heading, name)
            assert all(len(row) == len(table.grid.head) for row in table.grid.rows)


def test_a_perimeter_that_is_not_known_is_not_projected(whole, unknown):
    assert projection.extent(unknown[0]) == "" and projection.extent(whole[0]) == wording.extent(whole[0])
    headings = [table.heading for table in projection.tables(unknown[0])]
    assert headings == ["Les départements et les autres"]  # its communes are not known, so no structure is its own
    (table,) = projection.tables(unknown[0])
    assert "Territoire" not in table.grid.head and "Ardennes" in table.grid.head


def test_a_row_that_knows_france_alone_is_not_projected(whole):
    (table, *_) = projection.tables(whole[0])
    assert all(any(cell != "–" for cell in row[3:-1]) for row in table.grid.rows)
    grid = replace(table.grid, rows=(*table.grid.rows, ("x", "%", "2023", *["–"] * (len(table.grid.head) - 4), "1,5")))
    assert projection._local(grid).rows == table.grid.rows


def test_a_nearest_structure_far_beyond_is_not_projected(whole):
    dossier = whole[0]
    far = dossier.nearest.assign(km=[500.0, *dossier.nearest["km"][1:]])
    kept = [t for t in projection.tables(replace(dossier, nearest=far)) if "plus proches" in t.heading]
    assert "Au-delà de 100 km, non montrées." in kept[0].grid.notes
    assert not any("500" in cell for table in kept for row in table.grid.rows for cell in row)
    (near,) = [t for t in projection.tables(dossier) if "plus proches" in t.heading]
    assert len(near.grid.rows) == sum(len(t.grid.rows) for t in kept) + 1


@pytest.mark.parametrize("count", [9, 17, 34, 48])
@pytest.mark.parametrize("name", ["Sada", "Saint-Symphorien-de-Marmagne"])
def test_names_stand_in_their_columns(count, name):
    columns, size = projection.in_columns([name] * count)
    assert columns * (projection.WIDE * projection.letters(name) * size) <= projection.WIDTH
    assert -(-count // columns) * projection.TALL * size <= projection.HEIGHT
    assert size >= 16  # from the back of a room


def test_few_names_stand_beside_the_figures_and_very_many_are_left_to_paper(whole):
    dossier = whole[0]
    few = replace(dossier, communes=dossier.communes.head(3))
    assert projection.communes(few) == [] and projection.beside(few) == ", ".join(wording.members(few))
    many = replace(dossier, communes=pd.concat([dossier.communes] * 8, ignore_index=True))
    assert projection.communes(many) == [] and projection.beside(many) == ""
    (screen,) = projection.communes(dossier)
    assert screen.names == wording.members(dossier)


def test_more_to_say_is_said_smaller():
    sizes = [projection.fitted(["x" * 300] * count, 500, 400) for count in (1, 4, 8, 100)]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] == 18 and sizes[-1] == projection.LEAST
