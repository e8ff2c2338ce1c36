"""Whole tables as files: every one downloads and reads back."""

import io
from csv import reader
from functools import cache

import duckdb
import pytest
from pyarrow.csv import ConvertOptions, ParseOptions, read_csv

from maillage.language.spreadsheet import csv
from maillage.queries import downloads, provenance


@pytest.fixture(scope="module")
def counts(warehouse):
    return dict(provenance.tables(warehouse.cursor())[["name", "rows"]].itertuples(index=False))


@pytest.fixture(scope="module")
def written(warehouse):
    """A function from a table's name to its CSV, written once."""
    return cache(lambda name: downloads.csv(warehouse.cursor(), name))


def column(content: bytes, name: str):
    """One column of a CSV, as text: every row is gone through, and the others are not kept."""
    parsing = ParseOptions(delimiter=";", newlines_in_values=True)
    kept = ConvertOptions(include_columns=[name], column_types={name: "string"})
    return read_csv(io.BytesIO(content), parse_options=parsing, convert_options=kept)[name]


def test_every_table_downloads_as_csv(cursor, counts, written):
    for name, rows in counts.items():
        content = written(name)
        assert content.startswith(b"\xef\xbb\xbf")
        headings = content[3 : content.index(b"\n")].decode().split(";")
        assert headings == [each for each, _ in provenance.columns(cursor, name)], name
        assert len(column(content, headings[-1])) == rows, name


def test_a_table_reads_as_pandas_would_write_it(cursor):
    """Quotes, lists, numbers, absences: the same cells as the plain way gives."""
    cursor.execute(
        """
        CREATE OR REPLACE TEMP TABLE odd AS FROM (VALUES
            (1, 'a;b', 0.5, ['x', 'y'], [1.5::DOUBLE, 2], NULL, true), (2, '=1+1', NULL, ['-x'], NULL, 'né "ici"', false),
            (3, '@b', -3.25, [], [0.1::DOUBLE], e'deux\nlignes', NULL), (4, '', 1e-7, NULL, [], 'x', true)
        ) AS t (n, a, d, l, f, t, b)
        """
    )
    names = cursor.execute("DESCRIBE odd").fetchall()
    listed = ", ".join(f'{downloads._cell(name, kind)} AS "{name}"' for name, kind, *_ in names)
    ours = downloads._copied(cursor, f"SELECT {listed} FROM odd", "FORMAT csv, DELIMITER ';'").decode()
    plain = cursor.execute("SELECT * REPLACE (d::VARCHAR AS d) FROM odd").fetchdf()
    plain["d"] = plain["d"].str.replace(".", ",")
    theirs = csv(plain.astype(object)).decode("utf-8-sig")
    cells = [[cell.lower() for cell in row] for row in reader(io.StringIO(ours, newline=""), delimiter=";")]
    expected = [[cell.lower() for cell in row] for row in reader(io.StringIO(theirs, newline=""), delimiter=";")]
    harmless = [
        ["'" + cell if cell[:1] == "-" and column == 2 else cell for column, cell in enumerate(row)] for row in cells
    ]
    assert harmless == expected


def test_every_table_downloads_as_parquet(cursor, counts, tmp_path):
    beside = duckdb.connect()
    for name, rows in counts.items():
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(downloads.parquet(cursor, name))
        assert beside.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone() == (rows,), name
        columns = [c for c, *_ in beside.execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall()]
        assert columns == [c for c, *_ in cursor.execute(f'DESCRIBE "{name}"').fetchall()], name


def test_rows_have_an_order_however_many(cursor, counts, written):
    name = max(counts, key=counts.get)
    content = written(name)
    first = content[3:].partition(b";")[0].decode()
    kept = cursor.sql(f'SELECT "{first}" FROM "{name}"').to_arrow_table()
    assert counts[name] > 100_000 and column(content, first).equals(kept.sort_by(first)[first])
    assert downloads.csv(cursor, name) == content


def test_rows_are_ordered_by_what_tells_them_apart(cursor):
    """Its key, in the order of the columns; every column where there is no key."""

    def order(name):
        return downloads._order(cursor, name, provenance.columns(cursor, name))

    assert order("territory") == ["level", "code"]
    assert order("indicator_value") == ["level", "code", "indicator", "year", "sex"]
    assert order("change") == [name for name, _ in provenance.columns(cursor, "change")]


def test_codes_are_text_in_both(cursor, tmp_path):
    lines = downloads.csv(cursor, "commune_change").decode("utf-8-sig").splitlines()
    assert any(line.startswith("01003;01165") for line in lines)
    path = tmp_path / "commune_change.parquet"
    path.write_bytes(downloads.parquet(cursor, "commune_change"))
    kinds = duckdb.connect().execute("SELECT typeof(old_code) FROM read_parquet(?) LIMIT 1", [str(path)]).fetchone()
    assert kinds == ("VARCHAR",)


@pytest.mark.parametrize("name", ["sites", "residence", "", 'site"; DROP TABLE site; --', "../site", "duckdb_settings"])
def test_an_unknown_table_is_a_key_error(cursor, name):
    with pytest.raises(KeyError):
        downloads.csv(cursor, name) if name != "residence" else downloads.parquet(cursor, name)
    with pytest.raises(KeyError):
        downloads.parquet(cursor, name)
