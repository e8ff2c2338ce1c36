"""Questions about figures, against plain loops over whole tables."""

import pandas as pd
import pytest

from maillage import catalog
from maillage.queries import indicators

STATUSES = catalog.DEFAULT_CPTS_STATUSES


def latest(rows):
    """code -> the row of its last year."""
    result = {}
    for row in sorted(rows, key=lambda row: row["year"]):
        result[row["code"]] = row
    return result


def figures(cursor, indicator, level):
    if level == "departement":
        return indicators.by_departement(cursor, indicator)
    answer = indicators.by_residence(cursor, indicator)
    return answer[answer["level"] == level]


@pytest.mark.parametrize(
    ("indicator", "level"),
    [
        ("densite", "commune"),
        ("densite", "arrondissement_municipal"),
        ("mortalite_prematuree_0_64", "departement"),
        ("evolution_population", "commune"),
        ("msp_nombre", "departement"),
        ("distance_msp", "commune"),
        ("structures_pass_100k", "departement"),
        ("taux_pauvrete", "commune"),
    ],
)
def test_every_place_has_its_latest_figure_or_none(cursor, grouped, indicator, level):
    expected = latest([r for r in grouped("indicator_value", "indicator", indicator) if r["level"] == level])
    answer = figures(cursor, indicator, level)
    assert answer["code"].is_monotonic_increasing and answer["code"].is_unique
    assert set(expected) - set(answer["code"].tolist()) <= {"13055", "69123", "75056"}  # cut in arrondissements
    names = ("value", "low", "high", "year", "method")
    columns = [answer[name].astype(object).where(answer[name].notna(), None).tolist() for name in names]
    for code, *ours in zip(answer["code"].tolist(), *columns, strict=True):
        known = expected.get(code)
        assert ours == [known and known[name] for name in names], code


def test_an_indicator_with_several_years_shows_the_last(cursor, grouped):
    years = {r["year"] for r in grouped("indicator_value", "indicator", "msp_nombre")}
    assert len(years) > 1
    assert set(indicators.by_departement(cursor, "msp_nombre")["year"]) == {max(years)}


def test_only_the_departements_asked_for(cursor):
    answer = indicators.by_residence(cursor, "densite", None, ["2A", "13"])
    assert set(answer["departement_code"].tolist()) == {"2A", "13"}
    assert "13201" in set(answer["code"].tolist()) and "13055" not in set(answer["code"].tolist())
    assert indicators.by_residence(cursor, "densite", None, []).empty


def test_coverage_of_chosen_statuses_reaches_the_map(cursor):
    shares = indicators.by_residence(cursor, "couverture_cpts", ("aci_signe",), ["71"]).set_index("code")["value"]
    assert shares["71306"] == 100 and pd.isna(shares["71270"])


@pytest.mark.parametrize("statuses", [STATUSES, ("aci_signe",), ("inconnu",), (), ("resilie",)])
@pytest.mark.parametrize("level", ["commune", "arrondissement_municipal", "departement", "region", "france", "epci"])
def test_coverage_is_the_share_of_people_in_a_known_perimeter(cursor, table, homes, undetermined, statuses, level):
    chosen = {c["cpts_id"] for c in table("cpts") if c["status"] in statuses}
    covered = {m["commune_code"] for m in table("cpts_commune") if m["cpts_id"] in chosen}
    whole = {i["departement_code"] for i in table("inventory") if i["subject"] == "CPTS" and i["extent"] == "complet"}
    column = {"commune": "commune_code", "arrondissement_municipal": "code", "france": None}.get(level, f"{level}_code")
    places = {}
    for home in homes:
        if level == "arrondissement_municipal" and home["level"] != level:
            continue
        code = "FR" if column is None else home[column]
        if code is not None:
            places.setdefault(code, []).append(home)
    expected, unsure = {}, undetermined(statuses)
    for code, inside in places.items():
        exact = all(
            h["code"] in covered or (h["departement_code"] in whole and h["code"] not in unsure) for h in inside
        )
        reached = [h for h in inside if h["code"] in covered]
        if exact or reached:
            people = sum(h["population"] for h in inside)
            share = 100 * sum(h["population"] for h in reached) / people if people else 100.0 * (reached == inside)
            expected[code] = (share, exact)
    answer = indicators.coverage(cursor, statuses, level)
    assert answer["code"].tolist() == sorted(expected)
    for row in answer.itertuples():
        share, exact = expected[row.code]
        assert row.value == pytest.approx(share)
        assert pd.isna(row.low) == exact
        assert exact or row.low == row.value


@pytest.mark.parametrize("indicator", catalog.INDICATORS, ids=lambda indicator: indicator.code)
def test_scales_are_those_of_the_table_and_of_the_catalog(cursor, table, indicator):
    stored = {(r["indicator"], r["level"]): r for r in table("indicator_scale")}
    for level in catalog.LEVEL:
        breaks, method = indicators.scale(cursor, indicator.code, level)
        row = stored.get((indicator.code, "commune" if level == "arrondissement_municipal" else level))
        assert (breaks, method) == ((row["breaks"], row["method"]) if row else ([], ""))
        assert breaks == sorted(set(breaks)) and len(breaks) <= 5
        if row and level == "departement" and indicator.breaks:
            assert tuple(breaks) == indicator.breaks


def test_every_mapped_indicator_has_a_scale_where_it_is_mapped(cursor, table):
    valued = {
        (r["indicator"], r["level"])
        for r in table("indicator_value", "indicator", "level", "value")
        if r["value"] is not None
    }
    for indicator in catalog.INDICATORS:
        for level in ("commune", "departement"):
            if (indicator.code, level) in valued and level in indicator.levels:
                assert indicators.scale(cursor, indicator.code, level)[1], (indicator.code, level)


def test_a_profile_has_the_latest_value_of_each_place(cursor, table, grouped):
    places = [("commune", "08105"), ("departement", "08"), ("france", "FR"), ("departement", "13")]
    names = ["densite", "mortalite_prematuree_0_64", "msp_nombre", "couverture_cpts"]
    producers = {s["source_id"]: s["producer"] for s in table("source")}
    expected = {}
    for name in names:
        for level, code in places:
            rows = [
                r for r in grouped("indicator_value", "indicator", name) if (r["level"], r["code"]) == (level, code)
            ]
            if rows:
                last = latest(rows)[code]
                expected[name, level, code] = (last["value"], last["year"], producers[last["source_id"]])
    answer = indicators.profile(cursor, places, names)
    assert {
        (r.indicator, r.level, r.code): (None if pd.isna(r.value) else r.value, r.year, r.producer)
        for r in answer.itertuples()
    } == expected
    assert len(answer) == len(expected) > 8


def test_the_sources_of_an_indicator(cursor, table, grouped):
    titles = {s["source_id"]: s["title"] for s in table("source")}
    for indicator in ("densite", "mortalite_prematuree_0_64", "couverture_cpts", "distance_msp"):
        rows = grouped("indicator_value", "indicator", indicator)
        expected = {titles[r["source_id"]] for r in rows}
        answer = indicators.sources(cursor, indicator)
        assert {title for title, *_ in answer} == expected
        vintages = {s["title"]: s["vintage"] for s in table("source")}
        assert all(vintages[title] == vintage for title, _, vintage in answer)


def test_the_sources_of_an_indicator_in_some_departements(cursor, table, grouped):
    """The list of another région is not credited for a map of La Réunion."""
    titles = {s["source_id"]: s["title"] for s in table("source")}
    home = {(t["level"], t["code"]): t["departement_code"] for t in table("territory")}
    rows = grouped("indicator_value", "indicator", "couverture_cpts")
    for departements in (("974",), ("13",), ("974", "71"), ("08",)):
        expected = {titles[r["source_id"]] for r in rows if home.get((r["level"], r["code"])) in departements}
        answer = indicators.sources(cursor, "couverture_cpts", departements)
        assert {title for title, *_ in answer} == expected
    everywhere = {title for title, *_ in indicators.sources(cursor, "couverture_cpts")}
    assert {title for title, *_ in indicators.sources(cursor, "couverture_cpts", ("974",))} < everywhere


def test_the_method_of_the_latest_figures(cursor, grouped):
    rows = [r for r in grouped("indicator_value", "indicator", "msp_nombre") if r["level"] == "departement"]
    last = max(r["year"] for r in rows)
    methods = [r["method"] for r in rows if r["year"] == last]
    assert indicators.latest_method(cursor, "msp_nombre") == (last, max(set(methods), key=methods.count))
    assert indicators.latest_method(cursor, "nothing") is None
