"""« D'où vient ce chiffre ? »: the numbers told give the figure back, for every indicator at every level."""

import pytest

from maillage import catalog
from maillage.catalog import COVERAGE, recipes
from maillage.queries import traces
from maillage.subjects.provenance import figure_trace
from maillage.views import trace as drawn

CODES = {
    "france": ("FR",),
    "region": ("44", "93", "06"),
    "departement": ("08", "13", "62", "90", "976"),
    "epci": ("200041630",),
    "commune": ("08105", "13055", "62498", "08409"),
    "arrondissement_municipal": ("13202", "75101"),
}


@pytest.fixture
def figures(cursor):
    """(indicator, level, code) of every figure of a few territories."""
    return [
        (indicator, level, code)
        for level, codes in CODES.items()
        for code in codes
        for indicator in traces.figures(cursor, level, code)
    ]


def test_the_numbers_told_give_every_figure_back(ask, figures):
    computed = set()
    for indicator, level, code in figures:
        trace = figure_trace.trace(ask, indicator, level, code)
        if trace.numerator is None or trace.value is None:
            continue
        value = trace.factor * trace.numerator.value / trace.denominator.value
        if indicator == "evolution_population":
            first, last = catalog.EVOLUTION
            value = 100 * (value ** (1 / (last - first)) - 1)
        assert value == pytest.approx(trace.value, rel=1e-9, abs=1e-9), (indicator, level, code)
        computed.add((indicator.split("_")[0], level))
    assert {kind for kind, _ in computed} >= {
        "densite",
        "evolution",
        "couverture",
        "structures",
        "distance",
        "msp",
        "apl",
        "taux",
    }
    assert {level for _, level in computed} == set(CODES)


def test_every_figure_names_its_source_with_a_whole_checksum(ask, cursor, figures):
    rows = {
        row[0]: row
        for row in cursor.execute("SELECT source_id, title, licence, vintage, sha256 FROM source").fetchall()
    }
    for indicator, level, code in figures:
        trace = figure_trace.trace(ask, indicator, level, code)
        source = trace.source
        assert (source["source_id"], source["title"], source["licence"], source["vintage"], source["sha256"]) == rows[
            source["source_id"]
        ]
        assert trace.formula and trace.figure.note and trace.reading and trace.years[0] == trace.year
        html = drawn.trace(trace)
        assert source["sha256"] in html and "None" not in html and "nan" not in html


def test_a_whole_is_told_over_all_its_departements(ask):
    trace = figure_trace.trace(ask, "cpts_part_population_couverte", "region", "27")
    assert any("Territoire de Belfort" in sentence for sentence in trace.details)
    assert "calculée ici" in trace.details[0] and trace.formula.startswith("Σ")


def test_the_nearest_site_is_named(ask, cursor):
    trace = figure_trace.trace(ask, "distance_msp", "commune", "08409")
    (site,) = cursor.execute(
        "SELECT s.name FROM access a JOIN site s ON s.site_id = a.nearest_site_id WHERE a.commune_code = '08409' AND site_type = 'MSP'"
    ).fetchone()
    assert any(site in sentence for sentence in trace.details)
    (value, bound) = cursor.execute(
        "SELECT value, bound FROM indicator_value WHERE indicator = 'distance_msp' AND level = 'commune' AND code = '08409'"
    ).fetchone()
    assert trace.value == value and trace.numerator is None
    assert trace.reading.startswith("au plus ") == (bound == "at_most")


def test_coverage_follows_the_statuses_chosen(ask):
    every = figure_trace.trace(ask, COVERAGE, "departement", "13")
    assert every.numerator.value / every.denominator.value == pytest.approx(every.value / 100) and every.value > 0
    # The stage of its CPTS is not written: nothing is known of those signed.
    assert figure_trace.trace(ask, COVERAGE, "departement", "13", statuses=("aci_signe",)) is None
    partly = figure_trace.trace(ask, COVERAGE, "departement", "71")
    assert partly.reading.startswith("au moins ") and any("minimum" in sentence for sentence in partly.details)


def test_a_missing_figure_is_neither_zero_nor_absent(ask):
    missing = figure_trace.trace(ask, "cpts_part_population_couverte", "departement", "90")
    assert missing.value is None and missing.reading == "donnée manquante à la source"
    assert figure_trace.trace(ask, "densite", "departement", "99") is None


def test_an_older_year_is_told_as_of_that_year(ask, cursor):
    years = list(traces.figures(cursor, "departement", "08")["msp_nombre"])
    assert len(years) > 1 and years == sorted(years, reverse=True)
    trace = figure_trace.trace(ask, "msp_nombre", "departement", "08", years[-1])
    (value,) = cursor.execute(
        "SELECT value FROM indicator_value WHERE indicator = 'msp_nombre' AND level = 'departement' AND code = '08' AND year = ?",
        [years[-1]],
    ).fetchone()
    assert (trace.year, trace.value) == (years[-1], value)


def test_a_figure_published_of_france_is_no_mean_of_ours(ask):
    given = figure_trace.trace(ask, "ald_part_avec_medecin_traitant", "france", "FR")
    assert given.formula == recipes.AS_PUBLISHED and given.numerator is None and not given.details
    assert given.source["source_id"] == "france_figures" and "environ" not in given.reading
    total = figure_trace.trace(ask, "msp_nombre", "france", "FR", 2023)
    assert total.formula == recipes.AS_PUBLISHED and not total.details
    before = figure_trace.trace(ask, "msp_nombre", "france", "FR", 2022)
    assert before.formula == "Somme des départements" and before.details == ("Somme de 101\u00a0départements.",)
    ours = figure_trace.trace(ask, "taux_pauvrete", "france", "FR")
    assert ours.formula.startswith("Σ") and ours.reading.startswith("environ")


def test_withheld_is_said(ask):
    years = ask(traces.figures, "departement", "08")["taux_pauvrete"]
    withheld = {year: row | {"value": None, "basis": "withheld"} for year, row in years.items()}

    def asked(question, *arguments):
        return {"taux_pauvrete": withheld} if question is traces.figures else ask(question, *arguments)

    trace = figure_trace.trace(asked, "taux_pauvrete", "departement", "08")
    assert trace.reading.startswith("NS") and trace.value is None


@pytest.mark.parametrize("indicator", catalog.INDICATORS, ids=lambda indicator: indicator.code)
def test_every_indicator_has_a_formula_where_it_may_be(indicator):
    for level in indicator.levels:
        words = indicator.recipe.at(level)
        assert words and not words.endswith(".")
