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
    """What of data/local was not read: files, sheets, and how many rows were refused or are doubtful; empty when all is well."""
    files = _names(connection, "line = 'fichier' AND outcome = 'refuse'", "file")
    sheets = _names(
        connection,
        "reason IN ('feuille masquée', 'feuille non lue') AND outcome = 'ambigu'",
        "concat(file, ', ', line)",
    )
    (refused, unsure) = connection.execute(
        """
        SELECT count(*) FILTER (r.outcome = 'refuse'), count(*) FILTER (r.outcome = 'ambigu')
        FROM intake_row r JOIN intake i USING (source_id)
        WHERE i.outcome = 'locale' AND r.line <> 'fichier' AND r.reason NOT IN ('feuille masquée', 'feuille non lue')
        """
    ).fetchone()
    rows = [words for count, words in ((refused, f"refusées {refused}"), (unsure, f"à vérifier {unsure}")) if count]
    several = "s" if len(files) > 1 else ""
    sentences = [
        f"Non lu{several} dans data/local : {', '.join(files)}." if files else "",
        f"Feuilles laissées de côté : {' ; '.join(sheets)}." if sheets else "",
        f"Lignes des listes : {', '.join(rows)}." if rows else "",
    ]
    return " ".join(filter(None, sentences))


def _names(connection: duckdb.DuckDBPyConnection, condition: str, name: str) -> list[str]:
    rows = connection.execute(f"SELECT DISTINCT {name} AS name FROM intake_row WHERE {condition} ORDER BY name")
    return [name for (name,) in rows.fetchall()]


def lines(connection: duckdb.DuckDBPyConnection, rows: bool = False) -> list[str]:
    """The whole report: each source with its counts, the reasons of what was refused, and every row when asked."""
    report = []
    for source_id, title, outcome, sentence, rows_read, kept, seconds in connection.execute(
        "SELECT source_id, title, outcome, sentence, rows_read, rows_kept, seconds FROM intake ORDER BY title"
    ).fetchall():
        counts = "" if rows_read is None else f" ; {rows_read} lignes lues, {kept} gardées en {seconds:.1f} s"
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
