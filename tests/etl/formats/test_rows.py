"""Curated lists: what is read back, and the sentence each mistake gets."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.formats import rows
from etl.source import BuildError, Inputs

INPUTS = Inputs(Path(), known_communes={"08105": "08", "2A004": "2A"}, successors={"08999": "08105"})
cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def row(**values: str | None) -> rows.Row:
    return rows.Row(Path("reference/list.csv"), 7, values)


def write(folder: Path, *lines: list[str]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    path = folder / "list.csv"
    path.write_bytes(text.getvalue().encode())
    return path


@same_folder
@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_any_text_comes_back_as_it_was_written(tmp_path, lines):
    """csv itself tells a blank line from a row of one empty cell; two columns leave no doubt."""
    listed = rows.read(write(tmp_path, ["a", "b"], *lines), ("a", "b"))
    assert [(r["a"], r["b"]) for r in listed] == [tuple(text.strip() or None for text in line) for line in lines]


@same_folder
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    try:
        rows.read(path, ("a",), key=("a",))
    except BuildError as error:
        assert "list.csv" in str(error)


@given(cells | st.none())
def test_any_cell_is_understood_or_refused(text):
    text = text and (text.strip() or None)
    r = row(x=text)
    for ask in (
        lambda: r.required("x"),
        lambda: r.choice("x", ("ouvert",)),
        lambda: r.choice("x", ("MSP",), upper=True),
        lambda: r.integer("x", least=1),
        lambda: r.number("x"),
        lambda: r.date("x"),
        lambda: r.commune("x", INPUTS),
        lambda: r.departement("x", INPUTS),
        lambda: r.departements("x", INPUTS),
    ):
        try:
            ask()
        except BuildError as error:
            assert str(error).startswith(f"{Path('reference')}/list.csv, ligne 7 : ".replace("\\", "/"))


@given(
    st.integers(-(10**9), 10**9),
    st.integers(0, 99),
    st.sampled_from(["", " ", "\xa0", "\u202f"]),
    st.sampled_from(",."),
)
def test_numbers_are_read_as_french_writes_them(whole, cents, space, point):
    text = f"{whole:,}".replace(",", space)
    assert row(x=text).number("x") == whole
    assert row(x=text).integer("x") == whole
    assert row(x=f"{text}{point}{cents:02}").number("x") == pytest.approx(float(f"{whole}.{cents:02}"))


@pytest.mark.parametrize(
    "text", ["douze", "1 2", "12 34", "1,2,3", "1.234,5", "1e5", "1_000", "nan", "inf", "١٢", "9" * 41, "+3", "5 %"]
)
def test_what_is_not_a_number_is_refused(text):
    with pytest.raises(BuildError, match="n'est pas un nombre"):
        row(x=text).number("x")


@pytest.mark.parametrize(
    ("text", "reason"), [("2,5", "entier"), ("3000000000", "entier"), ("0", "trop petit"), ("-4", "trop petit")]
)
def test_what_is_not_a_count_is_refused(text, reason):
    with pytest.raises(BuildError, match=reason):
        row(x=text).integer("x", least=1)


@given(st.dates())
def test_dates_whole_or_in_part(day):
    for text in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        assert row(x=text).date("x") == text


@pytest.mark.parametrize(
    "text", ["2024-13", "2024-02-30", "24", "2024/05/01", "01/05/2024", "2024-5", "mai 2024", "0000", "２０２４"]
)
def test_what_is_not_a_date_is_refused(text):
    with pytest.raises(BuildError, match="AAAA-MM-JJ"):
        row(x=text).date("x")


def test_dates_agree_with_the_calendar():
    assert row(x="2024-02-29").date("x") == date(2024, 2, 29).isoformat()


def test_a_former_code_leads_to_todays():
    assert row(x="08999").commune("x", INPUTS) == "08105"
    assert row(x=None).commune("x", INPUTS) is None


def test_a_byte_order_mark_and_quoted_line_breaks_are_no_trouble(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes('\ufeffa,b\r\n"deux\nlignes",1\r\nx,2\r\n'.encode())
    listed = rows.read(path, ("a", "b"))
    assert [(r["a"], r.line) for r in listed] == [("deux\nlignes", 3), ("x", 4)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a;b\n1;2\n", "ligne 1 : colonne absente : a, b"),
        (b"a,c\n1,2\n", "ligne 1 : colonne absente : b. Colonnes attendues, séparées par des virgules : a, b"),
        (b"", "ligne 1 : colonne absente"),
        (b"a,b,a\n1,2,3\n", "ligne 1 : une colonne figure deux fois"),
        (b"a,b\n1,2\n3\n", "ligne 3 : le nombre de cellules"),
        (b"a,b\n1,2,3\n", "ligne 2 : le nombre de cellules"),
        (b'a,b\n1,2\n"3,4\n', "ligne 3 : ce n'est pas un CSV lisible"),
        ("a,b\n1,2\né,3\n".encode("latin-1"), "ligne 3 : le texte n'est pas en UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "ligne 1 : le texte n'est pas en UTF-8"),
        (b"a,b\n1,2\n1,3\n", "ligne 3 : « 1 » figure déjà à la ligne 2"),
        (b"a,b\n,2\n", "ligne 2 : la colonne « a » est vide"),
        (b"a,b\n" + b"x" * 200_000 + b",2\n", "ligne 2 : ce n'est pas un CSV lisible"),
    ],
)
def test_a_list_that_is_not_one_is_refused_with_its_line(tmp_path, content, sentence):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(BuildError) as refused:
        rows.read(path, ("a", "b"), key=("a",))
    assert str(refused.value).startswith(f"{tmp_path.name}/list.csv, {sentence}")


def test_a_missing_list_is_told(tmp_path):
    with pytest.raises(BuildError, match=r"list\.csv est introuvable\. Remettez"):
        rows.read(tmp_path / "list.csv", ("a",))


def test_a_row_below_an_empty_line_has_the_line_that_an_editor_shows(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('a,b\n\n1,2\n\n"3\n3",4\n', encoding="utf-8")
    assert [(row.line, row["b"]) for row in rows.read(path, ("a", "b"))] == [(3, "2"), (6, "4")]
