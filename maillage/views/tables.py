"""Tables for the screen and for spreadsheets."""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.language import figures as language_figures
from maillage.language import references, text


def figures(table: pd.DataFrame, indicator: catalog.Indicator) -> pd.DataFrame:
    """The figures behind a map, with French headings: name, value and unit, reading, year, population, département, code,
    method, source and its vintage."""
    values = {f"{indicator.label} ({indicator.unit})": table["value"].round(indicator.decimals)}
    if indicator.categories:
        values = {indicator.label: table["value"].map(indicator.category, na_action="ignore").astype(object)}
    result = pd.DataFrame(
        {
            "Nom": table["name"],
            **values,
            "Lecture": language_figures.words(table),
            "Année": table["year"].astype("Int64"),
            "Département": table["departement_code"],
            "Code": table["code"],
            "Méthode": table["method"].fillna(""),
            "Source": table["source"].fillna(""),
            "Millésime": table["vintage"].fillna(""),
        }
    )
    if "population" in table and indicator.code != "population":
        result.insert(4, "Population", table["population"].astype("Int64"))
    return result


def dictionary(columns: pd.DataFrame, table: str | None = None) -> pd.DataFrame:
    """The dictionary, of one table or of all."""
    chosen = columns if table is None else columns[columns["table_name"] == table]
    return pd.DataFrame(
        {
            "Table": chosen["table_name"],
            "Colonne": chosen["column_name"],
            "Type": chosen["data_type"],
            "Sens": chosen["comment"],
            "Sens de la table": chosen["table_comment"],
        }
    )


def missing_figures(frame: pd.DataFrame) -> pd.DataFrame:
    """Figures that their source leaves empty, a row each."""
    return frame.rename(columns={"indicator": "Indicateur", "year": "Année", "departements": "Départements"})


def claims(frame: pd.DataFrame) -> pd.DataFrame:
    """Published beside computed, with the difference in percent where both are known."""
    gap = 100 * (frame["computed"] / frame["claimed"] - 1)
    gap = gap.mask(frame["bound"] == "at_least")  # a minimum is no difference
    return pd.DataFrame(
        {
            "Territoire ou CPTS": frame["place"],
            "Sujet": frame["subject"],
            "Déclaré": [text.number(value, _decimals(value)) for value in frame["claimed"]],
            "Calculé": [
                f"≥{text.HARD}{text.number(value, _decimals(value))}"
                if bound == "at_least"
                else text.number(value, _decimals(value))
                for value, bound in zip(frame["computed"], frame["bound"], strict=True)
            ],
            "Écart": [f"{text.number(value, 1)}{text.HARD}%" if text.known(value) else "–" for value in gap],
            "Unité": frame["unit"],
            "Date": frame["date"].map(text.date),
            "Calculé à partir de": frame["computed_as"].fillna(""),
            "Remarque": frame["note"].fillna(""),
            "Référence": frame["citation"].map(references.reference),
        }
    )


def _decimals(value) -> int:
    return 0 if not text.known(value) or float(value).is_integer() else 1
