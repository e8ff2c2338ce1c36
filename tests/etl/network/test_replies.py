"""Answers kept by question: read back whole, or asked again."""

from __future__ import annotations

from datetime import date

import pytest

from etl.network import replies


def is_number(value) -> bool:
    return isinstance(value, int)


def test_an_answer_comes_back_with_its_day(tmp_path):
    file = replies.path(tmp_path / "kept", "?q=1")
    assert replies.read(file, "minutes", is_number) is None
    assert replies.write(file, "minutes", 12) == replies.read(file, "minutes", is_number)
    assert replies.read(file, "minutes", is_number) == (12, date.today().isoformat())
    assert [each.name for each in file.parent.iterdir()] == [file.name]  # and no draft


def test_each_question_has_its_own_place(tmp_path):
    assert replies.path(tmp_path, "?q=1") != replies.path(tmp_path, "?q=2")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"minutes": 12}',
        '{"day": "hier", "minutes": 12}',
        '{"day": "2026-01-01", "minutes": "12"}',
    ],
)
def test_what_is_damaged_is_asked_again(tmp_path, content):
    file = tmp_path / "a.json"
    file.write_text(content, encoding="utf-8")
    assert replies.read(file, "minutes", is_number) is None


def test_a_disk_that_refuses_costs_no_answer(tmp_path):
    (tmp_path / "kept").write_text("a file where a folder should be", encoding="utf-8")
    file = replies.path(tmp_path / "kept", "?q=1")
    assert replies.write(file, "minutes", 12) == (12, date.today().isoformat())
    assert replies.read(file, "minutes", is_number) is None
