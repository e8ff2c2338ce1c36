"""The table with bars and the headline: what they say, and what a stranger's name becomes."""

import pandas as pd

from maillage import catalog
from maillage.methods.classes import classify
from maillage.records.comparison import Headline, IndicatorColumn
from maillage.views import compared

MORTALITY = catalog.INDICATOR["mortalite_prematuree_0_64"]


def column(rows, indicator=MORTALITY, above=(None, None), **more):
    frame = pd.DataFrame(rows, columns=["code", "value", "low", "high", "state", "label"]).astype(
        {"value": float, "low": float, "high": float}
    )
    _, classes = classify(frame["value"], indicator.breaks, indicator.palette)
    bound = (frame["low"].notna() & frame["high"].isna()).map({True: "at_least", False: "exact"})
    frame = frame.assign(provisional=False, bound=bound, basis="published")
    return IndicatorColumn(indicator, frame, above, classes, "2023", "Insee", **more)


ROWS = [
    ("a", 1.5, None, None, "", "2e"),
    ("b", 2.04, 1.9, 2.2, "", "1er"),
    ("c", None, None, None, "ns", "–"),
    ("d", None, None, None, "manquant", "–"),
    ("e", 0.0, None, None, "", "4e"),
    ("f", 1.0, 1.0, None, "", "3e"),
]
NAMES = {code: code.upper() for code in "abcdef"}


def test_rows_are_in_order_and_the_unknown_last(read):
    page = read(compared.table([column(ROWS)], "fedcba", NAMES, ["Région", "France"], {"b"}))
    assert page.closed
    order = [value for name, value in page.attributes if name == "data-v" and value in NAMES.values()]
    assert order == ["B", "A", "E", "F", "D", "C"]  # a minimum is compared with nothing
    assert "≥ 1,0" in page.text and page.text.count("minimum") == 2 and "3e" not in page.text  # no rank
    assert all(words in page.text for words in ("[1,9 ; 2,2]", "NS", "manquant", "0,0", "4e"))
    assert ("aria-sort", "descending") in page.attributes and page.tags.count("button") == 2


def test_bars_begin_at_zero_or_give_way_to_dots(read):
    def drawn(values, **more):
        rows = [(str(rank), value, None, None, "", "") for rank, value in enumerate(values)]
        html = compared.table(
            [column(rows, **more)], [row[0] for row in rows], {row[0]: row[0] for row in rows}, [], ()
        )
        return [value.split(";background")[0] for name, value in read(html).attributes if name == "style"]

    assert drawn([1.0, 4.0]) == ["left:0%;width:100%", "left:0%;width:25%"]
    assert drawn([-1.0, 3.0]) == ["left:25%;width:75%", "left:0%;width:25%"]
    assert drawn([80.0, 82.0, 85.0]) == ["left:100%", "left:40%", "left:0%"]
    assert drawn([10.0, 100.0, 1000.0], ratios=True) == ["left:100%", "left:50%", "left:0%"]
    assert drawn([5.0, 5.0]) == ["left:0%", "left:0%"]


def test_a_strangers_name_is_text_everywhere(harmless):
    evil = harmless.name
    harmless(compared.table([column(ROWS)], "ab", dict.fromkeys("ab", evil), [evil, "France"], {"a"}))
    harmless(compared.headline(Headline(evil, "1", evil, evil, ((evil, "2"),), evil)))


def test_what_is_wholly_provisional_is_said_once(read):
    whole = column(ROWS)
    whole = IndicatorColumn(
        whole.indicator, whole.rows.assign(provisional=True), whole.above, whole.classes, "2023", "Insee"
    )
    assert read(compared.table([whole], "ab", NAMES, ["Région", "France"], ())).text.count("provisoire") == 1
    partly = IndicatorColumn(
        whole.indicator,
        whole.rows.assign(provisional=whole.rows["code"] == "a"),
        whole.above,
        whole.classes,
        "2023",
        "Insee",
    )
    page = read(compared.table([partly], "ab", NAMES, ["Région", "France"], ()))
    assert page.text.count("provisoire") == 1 and "(provisoire)" not in page.text
