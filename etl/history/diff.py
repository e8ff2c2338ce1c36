"""What changed between two builds: told in the table `change` of the newer one, and in words."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from etl import frames
from etl.history import builds
from etl.history.changes import of_cpts, of_sites, of_sources, text
from etl.history.passage import Change, Passage
from etl.source import BuildError
from maillage import catalog

# What can happen to whom: subject, kind, label.
KINDS = (
    ("structure", "ouverte", "Ouverture"),
    ("structure", "apparue", "Nouvellement recensée"),
    ("structure", "fermee", "Fermeture"),
    ("structure", "retiree", "Retirée des listes"),
    ("structure", "deplacee", "Déménagement"),
    ("structure", "renommee", "Changement de nom"),
    ("structure", "statut", "Changement d'état"),
    ("structure", "type", "Changement de type"),
    ("structure", "capacite", "Changement de capacité"),
    ("cpts", "apparue", "Nouvellement recensée"),
    ("cpts", "retiree", "Retirée des listes"),
    ("cpts", "renommee", "Changement de nom"),
    ("cpts", "statut", "Changement de statut"),
    ("cpts", "perimetre", "Périmètre modifié"),
    ("cpts", "declaration", "Chiffre déclaré modifié"),
    ("commune", "fusion", "Fusion de communes"),
    ("commune", "retablie", "Commune rétablie"),
    ("commune", "code", "Changement de code"),
    ("commune", "renommee", "Changement de nom"),
    ("commune", "disparue", "Commune disparue"),
    ("source", "apparue", "Nouvelle source"),
    ("source", "retiree", "Source absente"),
    ("source", "millesime", "Nouveau millésime"),
    ("source", "contenu", "Contenu modifié"),
)
SUBJECTS = {"structure": "Structures", "cpts": "CPTS", "commune": "Communes", "source": "Sources"}


def record(connection: duckdb.DuckDBPyConnection, database: Path) -> str | None:
    """Fill `change` with what differs from the build in place, and return its version.

    None, and no row, when there is no build in place, or none that can be compared: damaged, of another schema.
    """
    connection.executemany("INSERT INTO change_kind VALUES (?, ?, ?)", KINDS)
    previous = builds.identity(database)
    if previous is None or previous.schema != catalog.SCHEMA_VERSION:
        return None
    builds.attach(connection, database, "previous")
    try:
        differences = changes(connection, "previous", connection.execute("SELECT current_database()").fetchone()[0])
    except duckdb.Error as error:
        if isinstance(error, duckdb.IOException) or str(error).startswith("Corrupt"):
            return None
        raise
    finally:
        connection.execute("DETACH previous")
    frames.insert(connection, "change", differences)
    return previous.version


def compare(old: Path, new: Path) -> pd.DataFrame:
    """The changes between two built files. Raises BuildError when they cannot be compared."""
    known = [builds.identity(path) for path in (old, new)]
    for path, build in zip((old, new), known, strict=True):
        if build is None:
            raise BuildError(f"{path.name} n'est pas une base lisible : rien n'a été comparé.")
    if known[0].schema != known[1].schema:
        raise BuildError(
            f"{known[0].version} suit le schéma {known[0].schema} et {known[1].version} le schéma {known[1].schema} : ces "
            "constructions ne se comparent pas."
        )
    with duckdb.connect() as connection:
        builds.attach(connection, old, "old")
        builds.attach(connection, new, "new")
        try:
            return changes(connection, "old", "new")
        except duckdb.Error as error:
            raise BuildError(f"La comparaison s'est arrêtée : {str(error).splitlines()[0]}") from error


def changes(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> pd.DataFrame:
    """One row per change between two attached databases, in the départements that both have; the columns of `change`."""
    sides = [_departements(connection, database) for database in (old, new)]
    both = sides[0].keys() & sides[1].keys()
    passage = Passage(connection, old, new, both)
    differences = [
        *of_sites(connection, old, new, both, passage),
        *of_cpts(connection, old, new, both, passage),
        *passage.changes(),
        *of_sources(connection, old, new, same_extent=sides[0].keys() == sides[1].keys()),
    ]
    rank = {(subject, kind): place for place, (subject, kind, _) in enumerate(KINDS)}
    differences.sort(key=lambda c: (rank[c.subject, c.kind], c.departement_code or "", c.type or "", c.name, c.code))
    return pd.DataFrame(differences, columns=list(Change._fields), dtype=object)


def report(old: Path, new: Path) -> str:
    """The changes between two built files, for a terminal: counts, then by département, then one by one."""
    comparison = compare(old, new)
    with builds.opened(new) as connection:
        names = _departements(connection, "build")
    head = f"{_named(old)} → {_named(new)}"
    if comparison.empty:
        return f"{head}\nRien n'a changé."
    label = {(subject, kind): words for subject, kind, words in KINDS}
    lines = [head, ""]
    for subject, of_subject in comparison.groupby("subject", sort=False):
        lines.append(f"{SUBJECTS[subject]} : {len(of_subject)}")
        lines += [f"    {label[subject, kind]} : {len(rows)}" for kind, rows in of_subject.groupby("kind", sort=False)]
    lines += ["", "Par département"]
    for code, rows in comparison.groupby("departement_code"):
        tally = ", ".join(f"{SUBJECTS[subject]} {len(of)}" for subject, of in rows.groupby("subject", sort=False))
        lines.append(f"    {code} {names.get(code, '')} : {tally}")
    for (subject, kind), rows in comparison.groupby(["subject", "kind"], sort=False):
        lines += ["", f"{SUBJECTS[subject]}, {label[subject, kind].lower()}"]
        lines += [f"    {_line(row)}" for row in rows.itertuples()]
    return "\n".join(lines)


def _line(row) -> str:
    what = " ".join(filter(None, (text(row.departement_code), text(row.type), row.name)))
    sides = " → ".join(filter(None, (text(row.before), text(row.after))))
    return f"{what} : {sides}" if sides else what


def _named(path: Path) -> str:
    with builds.opened(path) as connection:
        version, when = connection.execute("SELECT version, built_at FROM build").fetchone()
    return f"{version} ({when:%d/%m/%Y})"


def _departements(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, str]:
    """Names by code; a build may have been made for some départements only."""
    return dict(
        connection.execute(f"SELECT code, name FROM {database}.territory WHERE level = 'departement'").fetchall()
    )
