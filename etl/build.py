"""Build a database aside, check it, put it in place: what fails leaves the previous file as it was."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from etl import shapes
from etl.derive import DERIVATIONS
from etl.drafts import discard, draft_of, sweep
from etl.source import BuildError, Inputs, Source, checksum
from etl.sources import SOURCES
from etl.sources.geography import COG_YEAR
from maillage import catalog

HERE = Path(__file__).parent
ROOT = HERE.parent
DATABASE = ROOT / "data" / "maillage.duckdb"
TOOL = "maillage 0.1.0"
SCHEMA_VERSION = 1
MEMORY_LIMIT = "600MB"

Progress = Callable[[str, float], None]  # what is being done, and the share already done


def build(
    output: Path,
    *,
    data: Path = ROOT / "data",
    static: Path = ROOT / "static",
    departements: tuple[str, ...] = (),
    progress: Progress = lambda step, share: None,
) -> str:
    """Build `output` from the embedded data; return its version. Raises BuildError with one sentence."""
    output.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_of(output)
    steps = len(SOURCES) + len(DERIVATIONS) + 2
    done = 0

    def step(label: str) -> None:
        nonlocal done
        progress(label, done / steps)
        done += 1

    sweep(output.parent, output.name)
    discard(draft)
    try:
        with duckdb.connect(str(draft)) as connection:
            connection.execute("SET memory_limit = ?", [MEMORY_LIMIT])
            connection.execute("SET threads = 2")
            connection.execute((HERE / "schema.sql").read_text(encoding="utf-8"))
            fill_catalog(connection)
            inputs = read_inputs(connection, data, departements)
            for source in SOURCES:
                step(source.SOURCE.title)
                load(connection, source, inputs)
            for label, derivation in DERIVATIONS:
                step(label)
                derivation.run(connection)
            version = stamp(connection, data)
            step("Vérifications")
            offenders = check(connection)
            if offenders:
                raise BuildError("La base construite ne tient pas ses promesses. " + " ".join(offenders))
            step("Contours pour le navigateur")
            shapes.write(connection, static, version)
            connection.execute("CHECKPOINT")
        os.replace(draft, output)
        if output.resolve() == DATABASE:  # a database built elsewhere leaves the contours of the atlas's own alone
            shapes.prune(static, version)
    except duckdb.Error as error:
        raise BuildError(
            f"La construction s'est arrêtée sur la base de données : {str(error).splitlines()[0]}"
        ) from error
    except OSError as error:
        raise BuildError(
            f"La construction s'est arrêtée sur un fichier : {error.strerror} ({error.filename})."
        ) from error
    finally:
        discard(draft)
    progress("Base construite", 1.0)
    return version


def read_inputs(connection, data: Path, departements: tuple[str, ...]) -> Inputs:
    """What every load needs to know: the communes of today and the codes that lead to them."""
    snapshot = data / "snapshot"
    needed = [snapshot / "communes.parquet", snapshot / "commune_changes.parquet"]
    for path in needed:
        if not path.exists():
            raise BuildError(f"{path.name} est introuvable dans data/snapshot. Lancez « python -m etl snapshot ».")
    communes = connection.execute("SELECT code, departement_code FROM read_parquet(?)", [str(needed[0])]).fetchall()
    known = dict(communes)
    unknown = set(departements) - set(known.values())
    if unknown:
        raise BuildError(f"Département inconnu : {', '.join(sorted(unknown))}. Écrivez son code : 08, 2A, 971.")
    changes = connection.execute("SELECT old_code, new_code FROM read_parquet(?)", [str(needed[1])]).fetchall()
    return Inputs(data, departements, known, {old: new for old, new in changes if old not in known})


def fill_catalog(connection) -> None:
    connection.executemany("INSERT INTO site_type VALUES (?, ?)", [(t.code, t.label) for t in catalog.SITE_TYPES])
    connection.executemany("INSERT INTO site_status VALUES (?, ?)", [(s.code, s.label) for s in catalog.SITE_STATUSES])
    connection.executemany(
        "INSERT INTO cpts_status VALUES (?, ?, ?)",
        [(s.code, s.label, s in catalog.CPTS_STEPS) for s in (*catalog.CPTS_STATUSES, *catalog.CPTS_STEPS)],
    )
    connection.executemany(
        "INSERT INTO indicator VALUES (?, ?, ?, ?, ?)",
        [(i.code, i.label, i.unit, i.decimals, i.definition) for i in catalog.INDICATORS],
    )


def load(connection, module, inputs: Inputs) -> None:
    """Load one source and record it; what the database itself refuses is told with the source's title and files."""
    source = module.SOURCE
    record(connection, source, inputs.data)
    try:
        count = module.load(connection, inputs)
    except duckdb.Error as error:
        raise BuildError(
            f"La source « {source.title} » ({', '.join(source.files)}) n'a pas pu être chargée : "
            f"{str(error).splitlines()[0]}. Corrigez ou restaurez ce fichier."
        ) from error
    connection.execute('UPDATE source SET "rows" = ? WHERE source_id = ?', [count, source.source_id])


def record(connection, source: Source, data: Path) -> None:
    """One row of `source`, with the checksum of the files about to be read."""
    paths = [data / name for name in source.files]
    for path in paths:
        if not path.exists():
            raise BuildError(f"{path.parent.name}/{path.name} est introuvable. Remettez ce fichier en place.")
    connection.execute(
        "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
        [source.source_id, source.title, source.producer, source.page, source.licence, source.vintage,
         source.retrieved_at, checksum(paths), source.doubts],
    )  # fmt: skip


def stamp(connection, data: Path) -> str:
    """Write the one row of `build`; the version tells when, and from which inputs."""
    now = datetime.now(UTC)
    sums = connection.execute("SELECT string_agg(sha256, '' ORDER BY source_id) FROM source").fetchone()[0]
    version = f"{now:%Y%m%d-%H%M%S}-{hashlib.sha256(sums.encode()).hexdigest()[:8]}"
    connection.execute(
        "INSERT INTO build VALUES (?, ?, 'embedded', ?, ?, ?)",
        [version, now.replace(tzinfo=None), COG_YEAR, TOOL, SCHEMA_VERSION],
    )
    return version


def checks() -> list[tuple[str, str]]:
    """The checks of checks.sql: (title, query)."""
    text = (HERE / "checks.sql").read_text(encoding="utf-8")
    return re.findall(r"^-- ([^\n]+)\n((?:SELECT|WITH)\b.*?;)", text, flags=re.MULTILINE | re.DOTALL)


def check(connection) -> list[str]:
    """One sentence per check that finds something, with the first row that offends."""
    sentences = []
    for title, query in checks():
        result = connection.execute(query)
        columns = [column[0] for column in result.description]
        rows = result.fetchall()
        if rows:
            offender = ", ".join(f"{name} = {value}" for name, value in zip(columns, rows[0], strict=True))
            sentences.append(f"{title} : {offender} ({len(rows)} ligne{'s' if len(rows) > 1 else ''}).")
    return sentences
