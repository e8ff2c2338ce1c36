"""What each source gave to a build, in words: what the command line prints after it, and `python -m etl report`."""

from __future__ import annotations

import duckdb

OUTCOMES = {
    "embarquee": "embarquée",
    "locale": "liste locale",
    "nouvelle": "nouveau fichier",
    "inchangee": "fichier inchangé",
    "perimee": "PÉRIMÉE",
    "ecartee": "ÉCARTÉE",
    "absente": "ABSENTE",
}


def troubles(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence per source that is stale, refused or absent, and one per list with refused rows."""
    sentences = [
        f"{OUTCOMES[outcome]} : {sentence}"
        for outcome, sentence in connection.execute(
            "SELECT outcome, sentence FROM intake WHERE outcome IN ('perimee', 'ecartee', 'absente') ORDER BY title"
        ).fetchall()
    ]
    refused = connection.execute(
        """
        SELECT i.title, count(*) FILTER (r.outcome = 'refuse') AS refused, count(*) FILTER (r.outcome = 'ambigu') AS unsure
        FROM intake_row r JOIN intake i USING (source_id)
        GROUP BY ALL HAVING refused + unsure > 0 ORDER BY i.title
        """
    ).fetchall()
    sentences += [
        f"{title} : lignes refusées {refused}, douteuses {unsure} ; « python -m etl report --rows » dit lesquelles."
        for title, refused, unsure in refused
    ]
    return sentences


def unread(connection: duckdb.DuckDBPyConnection) -> str:
    """The files of data/local that were not read, in a sentence; empty when all were."""
    names = [
        file
        for (file,) in connection.execute(
            "SELECT DISTINCT file FROM intake_row WHERE line = 'fichier' AND outcome = 'refuse' ORDER BY file"
        ).fetchall()
    ]
    if not names:
        return ""
    return f"Non lu{'s' if len(names) > 1 else ''} dans data/local : {', '.join(names)}."


def lines(connection: duckdb.DuckDBPyConnection, rows: bool = False) -> list[str]:
    """The whole report: each source with its counts, the reasons of what was refused, and every row when asked."""
    report = []
    for source_id, title, outcome, sentence, read, kept, seconds in connection.execute(
        "SELECT source_id, title, outcome, sentence, rows_read, rows_kept, seconds FROM intake ORDER BY title"
    ).fetchall():
        counts = "" if read is None else f" ; {read} lignes lues, {kept} gardées en {seconds:.1f} s"
        report.append(f"{title} : {OUTCOMES[outcome]}{counts}")
        if sentence:
            report.append(f"    {sentence}")
        reasons = connection.execute(
            """
            SELECT outcome, reason, count(*) AS n FROM intake_row WHERE source_id = ? GROUP BY ALL
            ORDER BY outcome, n DESC, reason
            """,
            [source_id],
        ).fetchall()
        words = {"compris": "comprises", "ambigu": "douteuses", "refuse": "refusées"}
        report += [f"    {words[kind]} : {reason} ({count})" for kind, reason, count in reasons]
        if rows:
            report += [
                f"    {file}, {line} : {sentence}"
                for file, line, sentence in connection.execute(
                    "SELECT file, line, sentence FROM intake_row WHERE source_id = ? ORDER BY rowid", [source_id]
                ).fetchall()
            ]
    return report
