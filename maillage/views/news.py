"""What a build brought: the changes since the one before, and what became of the rows of the lists it read."""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.views import html

SUBJECTS = {"structure": "Structures", "cpts": "CPTS", "commune": "Communes", "source": "Sources"}
OUTCOMES = {"refuse": "Refusée", "ambigu": "Douteuse", "compris": "Comprise"}
PLACED = {
    "coordonnees": "par ses coordonnées",
    "adresse": "par son adresse",
    "commune": "par le code de la commune",
    "nom": "par le nom et le code postal de la commune",
}


NAMED = 20  # lines of a file that are named one by one; the table has them all
SHEETS = ("feuille masquée", "feuille non lue")
FIRST = (
    "Pas de construction précédente à laquelle comparer celle-ci : c'est la première, ou la précédente était d'une autre "
    "version de Maillage. La prochaine dira ce qui a changé."
)


def summary(build: dict, changes: pd.DataFrame) -> str:
    """How many changes of each kind, since which build; in words when there are none."""
    since = build["previous_version"]
    if not text.known(since):
        return html.macro("data.html", "news", FIRST, ())
    when = f"la construction du {text.date(f'{since[:4]}-{since[4:6]}-{since[6:8]}')} ({since})"
    if changes.empty:
        return html.macro("data.html", "news", f"Rien n'a changé depuis {when}.", ())
    cards = [
        (SUBJECTS[subject], list(rows.groupby("label", sort=False).size().items()))
        for subject, rows in changes.groupby("subject", sort=False)
    ]
    return html.macro("data.html", "news", f"{text.count(len(changes), 'changement')} depuis {when}.", cards)


def by_departement(changes: pd.DataFrame) -> pd.DataFrame:
    """One row per département where something changed: how many changes, of each kind and in all."""
    placed = changes.dropna(subset="departement_code")
    kinds = placed["subject"].map(SUBJECTS) + " : " + placed["label"].str.lower()
    counts = pd.crosstab(_departement(placed), kinds)[list(dict.fromkeys(kinds))]
    counts.insert(0, "Changements", counts.sum(axis=1))
    return counts.rename_axis("Département").rename_axis(None, axis=1).reset_index()


def table(changes: pd.DataFrame) -> pd.DataFrame:
    """The changes one by one, with French headings."""
    return pd.DataFrame(
        {
            "Sujet": changes["subject"].map(SUBJECTS),
            "Changement": changes["label"],
            "Département": _departement(changes),
            "Type": changes["type"].map(catalog.short, na_action="ignore").fillna(""),
            "Nom": changes["name"],
            "Avant": changes["before"].fillna(""),
            "Après": changes["after"].fillna(""),
            "Code": changes["code"],
        }
    )


def _departement(changes: pd.DataFrame) -> pd.Series:
    """« 08 Ardennes », "" for what has no département."""
    pairs = zip(changes["departement_code"], changes["departement"], strict=True)
    words = [" ".join(part for part in pair if text.known(part)) for pair in pairs]
    return pd.Series(words, index=changes.index, dtype=object)


def readings(rows: pd.DataFrame) -> pd.DataFrame:
    """What became of each line, with French headings."""
    return pd.DataFrame(
        {
            "Lecture": rows["outcome"].map(OUTCOMES),
            "Ligne": rows["line"],
            "Nom": rows["name"].fillna(""),
            "Motif": rows["reason"],
            "Explication": rows["sentence"],
            "Placée": rows["placed"].map(PLACED).fillna(""),
            "Fichier": rows["file"],
            "Source": rows["source"],
        }
    )


def unread(left: pd.DataFrame) -> str:
    """What was dropped and not read, or read with a doubt: files, sheets, then rows, by file, each with its reason.

    Empty when there is nothing to say.
    """
    if left.empty:
        return ""
    files, sheets = left["line"] == "fichier", left["reason"].isin(SHEETS)
    kinds = (
        ("Fichiers non lus", left[files]),
        ("Feuilles laissées de côté", left[sheets]),
        ("Lignes refusées", left[~files & ~sheets & (left["outcome"] == "refuse")]),
        ("Lignes à vérifier", left[~files & ~sheets & (left["outcome"] == "ambigu")]),
    )
    return html.macro("data.html", "unread", [(title, _by_file(some)) for title, some in kinds if len(some)])


def _by_file(rows: pd.DataFrame) -> list[tuple]:
    """(File, its first lines, what ends the list when it is longer) of each file."""
    return [
        (file, list(some.head(NAMED).itertuples()), text.others(len(some) - NAMED) if len(some) > NAMED else "")
        for file, some in rows.groupby("file", sort=False)
    ]


def tally(rows: pd.DataFrame) -> str:
    """How the lines were read, in words."""
    if rows.empty:
        return html.macro(
            "shared.html",
            "paragraph",
            "Aucune ligne à signaler : aucune liste locale n'a été déposée, et rien de refusé ni de douteux ailleurs.",
        )
    counts = rows["outcome"].value_counts()
    counted = ", ".join(text.count(counts[code], word.lower()) for code, word in OUTCOMES.items() if code in counts)
    return html.macro(
        "shared.html",
        "paragraph",
        f"Lignes à signaler : {counted}. Toutes celles des listes locales sont là ; des fichiers nationaux, celles qui ont été "
        "refusées ou dont la lecture est douteuse.",
    )
