from __future__ import annotations

import os
import subprocess
import sys

from etl.history import drafts


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_drafts_of_the_dead_go_and_those_of_the_living_stay(tmp_path):
    dead, alive = dead_process(), os.getpid()
    (tmp_path / f".maillage.duckdb.{dead}").write_text("half")
    (tmp_path / f".maillage.duckdb.{dead}.wal").write_text("half")
    (tmp_path / f".maillage.duckdb.{dead}.tmp").mkdir()
    (tmp_path / f".maillage.duckdb.{dead}.tmp" / "spilled").write_text("half")
    (tmp_path / f".other.duckdb.{dead}").write_text("somebody else's")
    (tmp_path / f".maillage.duckdb.{alive}").write_text("under way")
    (tmp_path / "maillage.duckdb").write_text("in place")
    (tmp_path / ".maillage.duckdb.notes").write_text("not a draft")
    drafts.sweep(tmp_path, "maillage.duckdb")
    assert {path.name for path in tmp_path.iterdir()} == {
        f".other.duckdb.{dead}",
        f".maillage.duckdb.{alive}",
        "maillage.duckdb",
        ".maillage.duckdb.notes",
    }


def test_a_draft_is_named_after_its_process_and_can_be_discarded(tmp_path):
    draft = drafts.draft_of(tmp_path / "version")
    assert draft.name == f".version.{os.getpid()}"
    draft.mkdir()
    (draft / "file").write_text("half")
    drafts.discard(draft)
    drafts.discard(draft)
    assert list(tmp_path.iterdir()) == []
