"""What the views of « Comparer » draw, beside the table that says the same."""

import numpy as np
import pandas as pd
import pytest

from maillage import address, catalog
from maillage.address.comparison import ComparisonChoices
from maillage.address.selection import Selection
from maillage.language.spreadsheet import csv
from maillage.screen.panels import comparison_charts
from maillage.subjects.comparison import long_form
from maillage.subjects.comparison import selection as comparison_selection
from maillage.subjects.comparison import table as comparison_table
from tests.fabricated import MORTALITY

ARDENNES = {"territoire": "departement-08", "indicateur": MORTALITY}
SERIES = {"territoire": "departement-08", "indicateur": "msp_nombre"}


def compared(ask, query=ARDENNES, threshold=11, **choices):
    return comparison_selection.compose(
        ask, address.parse(Selection, query)[0], ComparisonChoices(**choices), threshold
    )


def words(figure):
    return " ".join([*(a.text for a in figure.layout.annotations if a.text), *(t.name or "" for t in figure.data)])


def test_a_distribution_marks_the_chosen_and_says_france(ask):
    drawing = comparison_charts.distribution(ask, compared(ask, group="choisis", departements=("51",)))
    assert "Ardennes (08)" in words(drawing.figure) and "Marne (51)" in words(drawing.figure)
    assert "France" in words(drawing.figure) and "Source" in words(drawing.figure)
    assert len(drawing.table) == 101 and "101" in drawing.subtitle
    assert any("ne vont pas plus loin" in note for note in drawing.notes)


def test_a_sum_is_no_benchmark_of_its_parts(ask):
    assert "France" not in words(comparison_charts.distribution(ask, compared(ask, SERIES)).figure)
    assert "France" not in words(comparison_charts.evolution(ask, compared(ask, SERIES)).figure)


def test_a_scatter_says_how_many_and_how_strongly(ask):
    drawing = comparison_charts.scatter(ask, compared(ask, across="taux_pauvrete"))
    known = pd.DataFrame(
        {
            "y": long_form.of(ask, compared(ask), MORTALITY).at()["value"],
            "x": long_form.of(ask, compared(ask), "taux_pauvrete").at()["value"],
        }
    ).dropna()
    rho = known.rank().corr().iloc[0, 1]
    assert f"n = {len(known)}" in drawing.subtitle and f"{rho:.2f}".replace(".", ",") in drawing.subtitle
    assert "Theil-Sen" in drawing.notes[0] and any("cause" in note for note in drawing.notes)
    assert "Tendance robuste" in words(drawing.figure)
    assert len(drawing.table) == 202


def test_a_scatter_of_densities_is_on_logarithms(ask):
    drawing = comparison_charts.scatter(ask, compared(ask, across="densite"))
    assert drawing.figure.layout.xaxis.type == "log" and "logarithmes" in drawing.notes[0]


def test_an_indicator_this_build_has_not_cannot_be_crossed(ask):
    drawing = comparison_charts.scatter(ask, compared(ask, across="mortalite_brute"))
    assert drawing.figure is None and "croisez avec un autre" in drawing.notes[0]


def test_years_are_only_those_known(ask):
    drawing = comparison_charts.evolution(ask, compared(ask, SERIES, group="region", since=2019, year=2022))
    assert "de 2019 à 2022" in drawing.subtitle and len(drawing.table) == 10
    assert {"2019 (MSP)", "2022 (MSP)"} <= set(drawing.table.columns)
    alone = comparison_charts.evolution(ask, compared(ask))
    assert alone.figure is None and "2023" in alone.notes[0] and "deux années" in alone.notes[0]


def test_provisional_years_are_flagged(ask):
    rows = long_form.tidy(ask, compared(ask), [catalog.INDICATOR["part_75_plus"]], ("08",))
    assert rows["Lecture"].tolist() == ["provisoire"]


def test_bars_without_an_interval_say_why(ask):
    first, funnel = comparison_charts.by_chance(ask, compared(ask, group="region"))
    assert funnel is None and "sans intervalle" in first.subtitle and "sans le nombre d'événements" in first.notes[0]
    decided, _ = comparison_charts.by_chance(ask, compared(ask, {"indicateur": "msp_publiees_100k"}))
    assert "décidé et compté en entier" in decided.notes[0]


def test_events_bring_intervals_and_the_funnel_by_themselves(ask_counted):
    first, funnel = comparison_charts.by_chance(
        ask_counted, compared(ask_counted, group="choisis", departements=("48", "51"))
    )
    assert "Byar" in first.subtitle and funnel is not None
    bars = first.figure.data[0]
    assert bars.error_x.visible and (np.array(bars.error_x.array) > 0).sum() == 2
    rows = first.table.set_index("Code")
    assert rows.loc["51", "Borne basse"] < rows.loc["51", "Valeur"] < rows.loc["51", "Borne haute"]
    assert rows.loc["48", "Lecture"] == "NS" and rows.loc["48", ["Valeur", "Borne basse", "Borne haute"]].isna().all()
    assert any("Ensemble des 3" in note and "minimum" not in note for note in first.notes)
    assert any("99,8" in note for note in funnel.notes) and "Lozère (48)" not in set(funnel.table["Département"])


def test_a_tested_trend_comes_with_events(ask_counted):
    drawing = comparison_charts.evolution(
        ask_counted, compared(ask_counted, group="choisis", departements=("51", "48"))
    )
    assert drawing.table["Tendance (% par an)"].notna().tolist() == [True, False, True]


def test_ns_zero_and_missing_differ_in_table_map_and_file(ask_counted):
    comparison = compared(ask_counted)
    panel = comparison_table.panels(ask_counted, comparison)[0][0]
    assert panel.marks["48"] == "s" and panel.marks["05"] == "0" and panel.classes.withheld == 4
    assert panel.labels_by_code["48"] == "Lozère (48) : NS" and panel.labels_by_code["05"].startswith(
        "Hautes-Alpes (05) : 0,0"
    )
    file = csv(
        long_form.tidy(
            ask_counted, comparison, [comparison.main, catalog.INDICATOR["taux_pauvrete"]], ("48", "05", "973")
        )
    )
    lines = file.decode("utf-8-sig").splitlines()
    of = {(line.split(";")[1], line.split(";")[2]): line.split(";")[5:7] for line in lines[1:]}
    assert of["48", comparison.main.label] == ["", "NS"] and of["05", comparison.main.label] == ["0,0", ""]
    assert of["973", "Taux de pauvreté"] == ["", "manquant"]


def test_the_headline_says_the_rank_as_fine_as_the_data(ask, ask_counted):
    headline = comparison_table.headline(ask, compared(ask))
    assert headline.rank == "19e à 32e ex æquo sur 101, du plus haut au plus bas"
    assert dict(headline.beside)["France"] == "≈\u00a01,7" and headline.value == "2,0"
    assert headline.source.endswith("≈ : moyenne calculée ici, non publiée")
    assert comparison_table.headline(ask, compared(ask, {})) is None
    secret = comparison_table.headline(ask_counted, compared(ask_counted, ARDENNES | {"territoire": "departement-48"}))
    assert secret.value == "NS" and "sans rang" in secret.rank and dict(secret.beside)["Occitanie"] == "NS"


def test_small_maps_have_the_scale_of_the_large_one(ask, cursor):
    panels, notes = comparison_table.panels(ask, compared(ask, SERIES, maps="annees"))
    breaks = cursor.execute(
        "SELECT breaks FROM indicator_scale WHERE indicator = 'msp_nombre' AND level = 'departement'"
    ).fetchone()
    assert len(panels) == 7 and {panel.classes.breaks for panel in panels} == {tuple(breaks[0])}
    assert [panel.title[-4:] for panel in panels] == [
        str(year) for year in range(2017, 2024)
    ] and "même échelle" in notes[0]
    several, _ = comparison_table.panels(ask, compared(ask, beside=tuple(i.code for i in compared(ask).offered)))
    assert len(several) == comparison_table.MAPS


@pytest.mark.parametrize("name", ["densite", "couverture_cpts", "structures_pass_100k", "evolution_population"])
def test_every_view_of_an_indicator_can_be_drawn(ask, name):
    comparison = compared(ask, {"indicateur": name, "territoire": "departement-13"}, group="region")
    for drawing in (
        comparison_charts.distribution(ask, comparison),
        comparison_charts.scatter(ask, comparison),
        comparison_charts.evolution(ask, comparison),
        *comparison_charts.by_chance(ask, comparison),
    ):
        assert drawing is None or drawing.figure is not None or drawing.notes
