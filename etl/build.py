"""Build a database aside, check it, put it in place: what fails leaves the previous file as it was."""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from etl import publish, shapes
from etl.derive import COMPUTATIONS, CONCLUSIONS
from etl.history import builds, diff
from etl.history.drafts import discard, draft_of, is_disk_full, sweep
from etl.intake import Live, take, tell_unread, unread
from etl.network.cache import Fetched
from etl.resolve import Outcome, cpts, figures, sites, territories
from etl.source import BuildError, Inputs
from etl.sources import SOURCES
from etl.sources.geography import COG_YEAR
from maillage import catalog

HERE = Path(__file__).parent
ROOT = HERE.parent
DATABASE = ROOT / "data" / "maillage.duckdb"
TOOL = "maillage 0.1.0"
MEMORY_LIMIT = "450MB"

Progress = Callable[[str, float], None]  # what is being done, and the share already done


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Garbage is looked for each 50,000 objects: each 700, as is usual, takes a twentieth of a build, whose rows are no garbage."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@seldom_collected()
def build(
    output: Path,
    *,
    data: Path = ROOT / "data",
    static: Path = ROOT / "static",
    departements: tuple[str, ...] = (),
    live: Live | None = None,
    offline: bool = True,
    progress: Progress = lambda step, share: None,
) -> str:
    """Build `output` from the embedded data, the lists of data/local and, when `live`, what the network brought.

    Return its version. `offline` keeps even addresses from being asked. Raises BuildError with one sentence.
    """
    draft, kept = draft_of(output), builds.folder_of(output)
    # One built elsewhere keeps no builds, and leaves the contours of the atlas alone.
    own = output.resolve() == DATABASE
    modules = [module for module in SOURCES if live or module.SOURCE.local or not module.SOURCE.remote]
    steps = len(modules) + len(COMPUTATIONS) + len(CONCLUSIONS) + 6
    done, current, contours = 0, "", None

    def step(label: str) -> None:
        nonlocal done, current
        current = label
        progress(label, done / steps)
        done += 1

    try:
        step("Préparation")
        output.parent.mkdir(parents=True, exist_ok=True)
        sweep(output.parent, output.name)
        sweep(kept)
        discard(draft)
        with duckdb.connect(str(draft)) as connection:
            connection.execute("SET memory_limit = ?", [MEMORY_LIMIT])
            connection.execute("SET threads = 2")
            # A draft lost in a power cut is swept away: the disk is waited for once, when it is put in place.
            connection.execute("SET fsync_mode = 'NONE'")
            connection.execute(f"BEGIN; {schema()}; COMMIT")
            fill_catalog(connection)
            inputs = replace(
                read_inputs(connection, data, departements),
                offline=offline,
                unread=tuple(note.file for note in unread(data, SOURCES)),
            )
            files, outcomes = bring(connection, modules, inputs, live, step)
            for label, derive in COMPUTATIONS:
                step(label)
                derive(connection, data)
            step("Chiffres calculés")
            publish.computed(connection)
            for label, derive in CONCLUSIONS:
                step(label)
                derive(connection, data)
            tell_unread(connection, data, SOURCES)
            publish.intake(connection, outcomes)
            step("Ce qui a changé")
            version = stamp(connection, "live" if live else "embedded", diff.record(connection, output))
            step("Vérifications")
            offenders = check(connection)
            if offenders:
                raise BuildError("La base construite ne tient pas ses promesses. " + " ".join(offenders))
            step("Contours pour le navigateur")
            contours = shapes.write(connection, static, version)
            rows = dict(connection.execute('SELECT source_id, "rows" FROM source').fetchall())
            connection.execute("DROP SCHEMA staging CASCADE")
            connection.execute("CHECKPOINT")
        step("Mise en place")
        builds.install(draft, output, version, keep=own)
        contours = None
        if own:
            shapes.prune(static, builds.prune(kept, version))
        for source_id, fetched in files.items():
            if fetched:  # only now is it known to make a whole database
                live.cache.accept(source_id, fetched, rows[source_id])
    except BuildError:
        raise
    except Exception as error:
        raise BuildError(f"La construction s'est arrêtée à l'étape « {current} » : {reason(error)}") from error
    finally:
        for unfinished in filter(None, (draft, contours)):
            discard(unfinished)
    progress("Base construite", 1.0)
    return version


def schema(comments: bool = True) -> str:
    """The tables of a build. Comments of tables and columns are four statements of five, and two thirds of the time."""
    text = (HERE / "schema.sql").read_text(encoding="utf-8")
    return text if comments else re.sub(r"^COMMENT ON .*?';$", "", text, flags=re.MULTILINE | re.DOTALL)


# In this order: places are needed to place sites, seats to know CPTS, both to hold claims against.
SUBJECTS = ("territory", "site", "cpts", "figure", "claim")


def bring(
    connection: duckdb.DuckDBPyConnection,
    modules: Iterable,
    inputs: Inputs,
    live: Live | None = None,
    step=lambda label: None,
) -> tuple[dict[str, Fetched | None], list[Outcome]]:
    """Read sources, a subject after the other, and publish what they make together.

    Return the file of the network that each was read from, if any, and what each resolution has to say.
    """
    files, outcomes = {}, []
    for subject in SUBJECTS:
        mine = [module for module in modules if module.SOURCE.writes == subject]
        for module in in_order(mine):
            step(module.SOURCE.title)
            files[module.SOURCE.source_id] = take(connection, module, inputs, live)
        if mine:
            outcomes += resolve_and_publish(connection, subject, inputs)
    return files, outcomes


def in_order(modules: list) -> list:
    """Each source after those of its subject whose staged rows it reads."""
    given = {module.SOURCE.source_id: module for module in modules}
    sorter = TopologicalSorter()
    for source_id, module in given.items():
        sorter.add(source_id, *(other for other in module.SOURCE.reads if other in given))
    return [given[source_id] for source_id in sorter.static_order()]


def resolve_and_publish(connection: duckdb.DuckDBPyConnection, subject: str, inputs: Inputs) -> list[Outcome]:
    """Decide what the staged rows of a subject are, and publish them in one INSERT a table."""
    publish.sources(connection)
    if subject == "territory":
        territories.resolve(connection)
        publish.territories(connection)
    if subject == "site":
        outcome = sites.resolve(connection)
        publish.sites(connection)
        return [outcome]
    if subject == "cpts":
        outcome = cpts.resolve(connection, inputs)
        publish.cpts(connection)
        return [outcome]
    if subject == "figure":
        outcome = figures.resolve(connection)
        publish.figures(connection)
        return [outcome]
    return []


def reason(error: Exception) -> str:
    """Why a step failed, in one sentence, and what to do where it can be told."""
    words = str(error).splitlines()[0] if str(error) else ""
    if is_disk_full(error):
        return "il n'y a plus de place sur le disque. Libérez-en, puis relancez."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({error.filename})."
    return f"{type(error).__name__}{f', {words}' if words else ''}."


def read_inputs(connection, data: Path, departements: tuple[str, ...]) -> Inputs:
    """What every load needs to know: the communes of today and the codes that lead to them."""
    snapshot = data / "snapshot"
    needed = [snapshot / "communes.parquet", snapshot / "commune_changes.parquet"]
    for path in needed:
        if not path.exists():
            raise BuildError(f"{path.name} est introuvable dans data/snapshot. Lancez « python -m etl snapshot ».")
    communes = connection.sql("SELECT code, departement_code FROM read_parquet(?)", params=[str(needed[0])])
    known = dict(zip(*(column.to_pylist() for column in communes.to_arrow_table().columns), strict=True))
    unknown = set(departements) - set(known.values())
    if unknown:
        raise BuildError(f"Département inconnu : {', '.join(sorted(unknown))}. Écrivez son code : 08, 2A, 971.")
    changes = connection.execute("SELECT old_code, new_code FROM read_parquet(?)", [str(needed[1])]).fetchall()
    return Inputs(data, departements, known, {old: new for old, new in changes if old not in known})


def fill_catalog(connection) -> None:
    """The catalogue's types, statuses and indicators, that rows refer to."""
    rows = {
        "site_type": [(t.code, t.label) for t in catalog.SITE_TYPES],
        "site_subtype": [(s.site_type, s.code, s.label) for s in catalog.SITE_SUBTYPES],
        "site_status": [(s.code, s.label) for s in catalog.SITE_STATUSES],
        "cpts_status": [
            (s.code, s.label, s in catalog.CPTS_STEPS) for s in (*catalog.CPTS_STATUSES, *catalog.CPTS_STEPS)
        ],
        "indicator": [(i.code, i.label, i.unit, i.decimals, i.definition) for i in catalog.INDICATORS],
    }
    for table, values in rows.items():
        columns = [list(column) for column in zip(*values, strict=True)]
        connection.execute(f"INSERT INTO {table} SELECT {', '.join(['unnest(?)'] * len(columns))}", columns)


def stamp(connection, mode: str, previous: str | None = None) -> str:
    """Write the one row of `build`; the version tells when, and from which inputs."""
    now = datetime.now(UTC)
    sums = connection.execute("SELECT string_agg(sha256, '' ORDER BY source_id) FROM source").fetchone()[0]
    version = f"{now:%Y%m%d-%H%M%S}-{hashlib.sha256(sums.encode()).hexdigest()[:8]}"
    connection.execute(
        "INSERT INTO build VALUES (?, ?, ?, ?, ?, ?, ?)",
        [version, now.replace(tzinfo=None), mode, COG_YEAR, TOOL, catalog.SCHEMA_VERSION, previous],
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
