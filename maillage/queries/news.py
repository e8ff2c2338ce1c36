"""Questions about what a build brought: what changed since the one before, what each source gave, what became of its rows."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor


def changes(cursor: Cursor) -> pd.DataFrame:
    """One row per change since the build before, by subject, kind and département.

    Columns: subject, kind, label, code, name, departement_code, departement (its name), type, before, after.
    """
    return cursor.execute(
        """
        SELECT c.subject, c.kind, k.label, c.code, c.name, c.departement_code, d.name AS departement, c.type, c.before, c.after
        FROM change c
        JOIN change_kind k ON k.subject = c.subject AND k.code = c.kind
        LEFT JOIN territory d ON d.level = 'departement' AND d.code = c.departement_code
        ORDER BY k.rowid, c.departement_code, c.rowid
        """
    ).fetchdf()


def rows(cursor: Cursor) -> pd.DataFrame:
    """One row per line of a file that deserves a word: refused, then doubtful, then understood.

    Columns: source, file, line, name, outcome, placed, reason, sentence.
    """
    return cursor.execute(
        """
        SELECT i.title AS source, r.file, r.line, r.name, r.outcome, r.placed, r.reason, r.sentence
        FROM intake_row r JOIN intake i USING (source_id)
        ORDER BY list_position(['refuse', 'ambigu', 'compris'], r.outcome), i.title, r.rowid
        """
    ).fetchdf()


def unread(cursor: Cursor) -> pd.DataFrame:
    """What somebody dropped in data/local and was not read, or with a doubt: files, sheets, rows, as they come.

    Columns: file, line, name, outcome (refuse, ambigu), reason, sentence.
    """
    return cursor.execute(
        """
        SELECT r.file, r.line, r.name, r.outcome, r.reason, r.sentence
        FROM intake_row r JOIN intake i USING (source_id)
        WHERE r.outcome <> 'compris' AND (i.outcome = 'locale' OR r.line = 'fichier')
        ORDER BY r.rowid
        """
    ).fetchdf()
