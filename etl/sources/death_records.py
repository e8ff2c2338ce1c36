"""Insee's « fichier détail » of deaths put in data/local: a row a death, counted here by département of residence and age.

Nothing of a person is kept: rows are counted as they are read.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import duckdb

from etl.formats import archives, sheets
from etl.formats.purposes import passing
from etl.intake import local_files
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Note, Source, SourceError, Tally

SOURCE = Source(
    source_id="deces_detail",
    title="État civil, fichier détail des décès",
    producer="Insee",
    page="https://www.insee.fr/fr/statistiques/7616856",
    licence="Licence Ouverte 2.0",
    vintage="Année de chaque fichier",
    local="*",
    doubts="Décès comptés au domicile (DEPDOM ou COMDOM), jamais là où ils ont lieu. Sans jour de naissance, la personne est tenue pour "
    "née au milieu de l'année (ou du mois) : son âge peut être faux d'un an, sans biais sur l'ensemble.",
    writes="figure",
    tier=REGISTER,
)

YEAR, BORN, AGE, SEX = "adec", "anais", "age", "sexe"
HOME = ("depdom", "comdom")  # the département of residence, or the commune that tells it
ABROAD = ("99", "975", "977", "978", "98")  # residents of elsewhere: read, and counted nowhere
LEAST_READ = 0.9  # of the deaths of residents: with less, the file is no longer understood


def mine(path: Path) -> bool:
    """Whether a file, or the one that a zip holds, has the columns of a file of deaths."""
    if passing(path.name) or path.suffix.lower() not in (*archives.KINDS, ".zip"):
        return False
    try:
        stamp = path.stat()
    except OSError:
        return False
    columns = _columns(path, stamp.st_mtime_ns, stamp.st_size)
    return YEAR in columns and bool(columns & {BORN, AGE})


@lru_cache(maxsize=1000)
def _columns(path: Path, written: int, size: int) -> frozenset[str]:
    return archives.columns(path)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage deaths by département of residence, sex and year of age: zero where there is none, since a file holds a whole year.

    Raises SourceError when no file can be counted.
    """
    rows_read = kept = 0
    notes, troubles, years = [], [], set()
    for path in sorted(local_files(SOURCE, inputs.data, mine), key=lambda path: (path.stat().st_mtime, path.name)):
        try:
            with archives.table(path) as relation:
                rows, counted, span = _count(connection, relation, inputs)
        except (sheets.SheetError, duckdb.Error) as error:
            sentence = (
                f"La source « {SOURCE.title} » ({path.name}) n'a pas la forme attendue : {str(error).splitlines()[0]}."
            )
            troubles.append(sentence)
            notes.append(Note("fichier", "refuse", "fichier illisible", sentence, file=path.name))
            continue
        rows_read, kept, years = rows_read + rows, kept + counted, years | span
        sentence = f"{counted} décès comptés sur {rows} ; les autres sont de personnes domiciliées hors des départements, d'âge ou de domicile inconnus."
        notes.append(Note("fichier", "compris", "décès comptés", sentence, file=path.name))
    if not years:
        raise SourceError(" ".join(troubles))
    vintage = f"{min(years)} à {max(years)}" if len(years) > 1 else f"{min(years)}"
    return Tally(rows_read, kept, tuple(notes), vintage)


def _count(
    connection: duckdb.DuckDBPyConnection, relation: duckdb.DuckDBPyRelation, inputs: Inputs
) -> tuple[int, int, set[int]]:
    """Count the deaths of a file into staging; return rows read, rows counted, and their years."""
    written = {name.lower(): name for name in relation.columns}
    home = next((name for name in HOME if name in written), None)
    if home is None:
        raise sheets.SheetError(
            "le domicile (DEPDOM ou COMDOM) n'y est pas, et le lieu du décès ne le dit pas : un hôpital reçoit ceux d'autres départements"
        )
    if AGE not in written and "mdec" not in written:
        raise sheets.SheetError("ni l'âge (AGE), ni le mois du décès (MDEC) n'y sont : l'âge révolu ne s'en tire pas")
    if SEX not in written:
        raise sheets.SheetError("la colonne SEXE n'y est pas")
    cells = {name: f'trim(CAST("{column}" AS VARCHAR))' for name, column in written.items()}
    counted = relation.query(
        "record",
        f"""
        WITH death AS (
            SELECT TRY_CAST({cells[YEAR]} AS INTEGER) AS year, {_home(cells, home)} AS departement_code,
                   CASE upper({cells[SEX]}) WHEN '1' THEN 'm' WHEN 'M' THEN 'm' WHEN 'H' THEN 'm'
                                            WHEN '2' THEN 'f' WHEN 'F' THEN 'f' END AS sex,
                   {_age(cells)} AS age
            FROM record
        )
        SELECT year, departement_code, sex, least(age, 100) AS age, count(*)::INTEGER AS events FROM death GROUP BY ALL
        """,
    ).fetchdf()
    whole = counted["departement_code"].isin(inputs.known_departements) & counted["sex"].notna() & counted["age"].ge(0)
    good = counted[whole & counted["year"].between(1968, 2100)]
    foreign = counted["departement_code"].fillna("").str.startswith(ABROAD)
    total = int(counted["events"].sum())
    if good["events"].sum() < LEAST_READ * counted.loc[~foreign, "events"].sum():
        raise sheets.SheetError("plus d'un décès sur dix n'a ni département, ni sexe, ni âge lisibles")
    connection.register("death", good[good["departement_code"].map(inputs.wants)])
    connection.execute("CREATE OR REPLACE TEMP TABLE place AS SELECT unnest(?::VARCHAR[]) AS code", [_wanted(inputs)])
    connection.execute(
        """
        INSERT INTO staging.event_by_age BY NAME
        WITH total AS (SELECT year, sum(events) AS events FROM death GROUP BY year),
             main AS (SELECT year FROM total WHERE events >= 0.5 * (SELECT max(events) FROM total))
        SELECT p.code AS departement_code, y.year, 'deces' AS event, s.sex, a.age AS age_from,
               CASE WHEN a.age < 100 THEN a.age + 1 END AS age_to, coalesce(d.events, 0) AS events, false AS withheld,
               $tier AS tier, $source AS source_id
        FROM place p CROSS JOIN main y CROSS JOIN (SELECT unnest(['f', 'm']) AS sex) s CROSS JOIN (SELECT unnest(range(0, 101)) AS age) a
        LEFT JOIN death d ON d.departement_code = p.code AND d.year = y.year AND d.sex = s.sex AND d.age = a.age
        """,
        {"tier": SOURCE.tier, "source": SOURCE.source_id},
    )
    years = {year for (year,) in connection.execute("SELECT DISTINCT year::INTEGER FROM death").fetchall()}
    connection.unregister("death")
    return total, int(good["events"].sum()), years


def _wanted(inputs: Inputs) -> list[str]:
    return sorted(code for code in inputs.known_departements if inputs.wants(code))


def _home(cells: dict[str, str], home: str) -> str:
    """The SQL of the département of residence."""
    if home == "depdom":
        return f"CASE WHEN length({cells[home]}) = 1 THEN '0' || {cells[home]} ELSE upper({cells[home]}) END"
    code = f"upper(lpad({cells[home]}, 5, '0'))"
    return f"CASE WHEN {code} LIKE '97%' OR {code} LIKE '98%' THEN left({code}, 3) ELSE left({code}, 2) END"


def _age(cells: dict[str, str]) -> str:
    """The SQL of the age in completed years: as it is told, else by the dates, born in the middle of what is not told."""
    if AGE in cells:
        return f"TRY_CAST({cells[AGE]} AS INTEGER)"

    def number(name: str, unknown: str) -> str:
        return f"coalesce(nullif(TRY_CAST({cells[name]} AS INTEGER), 0), {unknown})" if name in cells else unknown

    year, born = (f"TRY_CAST({cells[name]} AS INTEGER)" for name in (YEAR, BORN))
    # Someone of an unknown birthday died before it as often as after: July 1st, or the 16th, cuts the year, or the month, in two.
    month_known = f"nullif(TRY_CAST({cells['mnais']} AS INTEGER), 0) IS NOT NULL" if "mnais" in cells else "false"
    birthday = f"({number('mnais', '7')} * 100 + {number('jnais', f'CASE WHEN {month_known} THEN 16 ELSE 1 END')})"
    death = f"({number('mdec', '7')} * 100 + {number('jdec', '16')})"
    return f"greatest(0, {year} - {born} - CASE WHEN {death} < {birthday} THEN 1 ELSE 0 END)"
