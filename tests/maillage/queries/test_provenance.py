"""Questions about where figures come from, against whole tables."""

import pytest

from maillage.queries import provenance

MISSING = ("indicator", "level", "code", "year", "value")


def test_there_is_one_build(cursor, table):
    assert [provenance.build(cursor)] == table("build")


def test_sources_are_whole(cursor, table):
    answer = provenance.sources(cursor)
    assert set(answer["source_id"]) == {row["source_id"] for name in ("source", "intake") for row in table(name)}
    assert answer["source_id"].is_unique and answer["title"].notna().all()
    given = {row["source_id"]: row["outcome"] for row in table("intake")}
    assert dict(zip(answer["source_id"], answer["outcome"], strict=True)) == given
    for source in table("source"):
        assert all(source[name] for name in ("title", "producer", "page", "licence", "vintage"))


def test_the_dictionary_explains_every_column_of_every_table(cursor):
    words = provenance.dictionary(cursor)
    assert words["table_comment"].str.len().gt(0).all()
    tables = words[words["table_name"].isin(provenance.tables(cursor)["name"])]
    assert len(tables) > 100
    assert tables["comment"].str.len().gt(0).all()
    assert not words.duplicated(["table_name", "column_name"]).any()
    assert "residence" in set(words["table_name"])


def test_the_dictionary_speaks_of_one_build_only(cursor):
    """Another database attached beside must not add its columns."""
    before = len(provenance.dictionary(cursor))
    cursor.execute("ATTACH ':memory:' AS beside")
    try:
        cursor.execute("CREATE TABLE beside.site (only_there INTEGER)")
        assert len(provenance.dictionary(cursor)) == before
        assert "only_there" not in set(provenance.dictionary(cursor)["column_name"])
        assert provenance.tables(cursor)["name"].is_unique
    finally:
        cursor.execute("DETACH beside")


def test_tables_and_their_rows(cursor):
    answer = provenance.tables(cursor)
    assert answer["comment"].notna().all()
    for row in answer.itertuples():
        assert row.rows == len(cursor.execute(f'SELECT rowid FROM "{row.name}"').fetchnumpy()["rowid"])


def test_claims_are_all_there_what_can_be_compared_first(cursor, table):
    answer = provenance.claims(cursor)
    assert len(answer) == len(table("claim"))
    assert sorted(answer["claimed"]) == sorted(c["claimed"] for c in table("claim"))
    compared = answer["computed"].notna().tolist()
    assert compared == sorted(compared, reverse=True) and any(compared)
    assert answer["place"].notna().all()


def test_gaps_are_counted(cursor, table):
    gaps = provenance.gaps(cursor)
    sites, cpts = table("site"), table("cpts")
    assert gaps["sites"] == len(sites)
    assert gaps["unplaced_sites"] == sum(s["lon"] is None for s in sites)
    assert gaps["sites_at_commune"] == sum(s["precision"] == "commune" for s in sites)
    assert gaps["departements_with_sites"] == len({s["departement_code"] for s in sites})
    assert gaps["cpts"] == len(cpts)
    for name, extent in (("cpts_without_perimeter", "inconnu"), ("cpts_partial", "partiel")):
        assert gaps[name] == sum(c["perimeter"] == extent for c in cpts)
    assert gaps["cpts_without_stage"] == sum(c["status"] in ("inconnu", "en_fonctionnement") for c in cpts)
    assert gaps["deduced_dates"] == sum(e["deduced"] for e in table("cpts_event"))
    communes = [t for t in table("territory") if t["level"] == "commune"]
    assert gaps["rebuilt_communes"] == sum(t["geometry_origin"] != "source" for t in communes)
    assert gaps["inner_points"] == sum(t["point_origin"] != "mairie" for t in communes)
    known = {p["code"] for p in table("population_history") if p["year"] == 2016}
    assert gaps["communes_without_2016"] == sum(t["code"] not in known for t in communes)
    assert gaps["missing_figures"] == sum(v["value"] is None for v in table("indicator_value", *MISSING))
    old = [s for s in sites if s["status"] != "ouvert" and s["as_of"] is not None and s["as_of"] < "2022"]
    assert gaps["old_statuses"] == len(old)


def test_figures_missing_at_the_source(cursor, table):
    labels = {i["code"]: i["label"] for i in table("indicator")}
    expected = {
        (labels[v["indicator"]], v["year"], v["code"])
        for v in table("indicator_value", *MISSING)
        if v["value"] is None and v["level"] == "departement"
    }
    answer = {
        (row.indicator, row.year, code)
        for row in provenance.missing_figures(cursor).itertuples()
        for code in row.departements.split(", ")
    }
    assert answer == expected


def test_the_columns_of_a_table(cursor, table):
    assert [name for name, _ in provenance.columns(cursor, "site")] == list(table("site")[0])
    assert dict(provenance.columns(cursor, "territory"))["geometry"].startswith("GEOMETRY")


@pytest.mark.parametrize("name", ["sites", "", 'site" --', "duckdb_tables()", "../site"])
def test_an_unknown_table_is_a_key_error(cursor, name):
    with pytest.raises(KeyError):
        provenance.columns(cursor, name)
