"""Whole tables as files: every one downloads and reads back."""

import io

import duckdb
import pytest
from pyarrow.csv import ParseOptions, read_csv

from maillage.exports import tables
from maillage.queries import provenance


@pytest.fixture
def counts(cursor):
    return dict(provenance.tables(cursor)[["name", "rows"]].itertuples(index=False))


def test_every_table_downloads_as_csv(cursor, counts):
    for name, rows in counts.items():
        content = tables.csv(cursor, name)
        assert content.startswith(b"\xef\xbb\xbf")
        table = read_csv(io.BytesIO(content), parse_options=ParseOptions(delimiter=";", newlines_in_values=True))
        assert table.num_rows == rows, name
        assert table.column_names == list(provenance.table(cursor, name).columns), name


def test_every_table_downloads_as_parquet(cursor, counts, tmp_path):
    beside = duckdb.connect()
    for name, rows in counts.items():
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(tables.parquet(cursor, name))
        assert beside.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone() == (rows,), name
        columns = [c for c, *_ in beside.execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall()]
        assert columns == [c for c, *_ in cursor.execute(f'DESCRIBE "{name}"').fetchall()], name


def test_codes_are_text_in_both(cursor, tmp_path):
    lines = tables.csv(cursor, "commune_change").decode("utf-8-sig").splitlines()
    assert any(line.startswith("01003;01165") for line in lines)
    path = tmp_path / "commune_change.parquet"
    path.write_bytes(tables.parquet(cursor, "commune_change"))
    kinds = duckdb.connect().execute("SELECT typeof(old_code) FROM read_parquet(?) LIMIT 1", [str(path)]).fetchone()
    assert kinds == ("VARCHAR",)


@pytest.mark.parametrize("name", ["sites", "residence", "", 'site"; DROP TABLE site; --', "../site", "duckdb_settings"])
def test_an_unknown_table_is_a_key_error(cursor, name):
    with pytest.raises(KeyError):
        tables.csv(cursor, name) if name != "residence" else tables.parquet(cursor, name)
    with pytest.raises(KeyError):
        tables.parquet(cursor, name)
