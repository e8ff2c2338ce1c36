"""What deserves doubt, as tables for the page of quality."""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.language import references, text
from maillage.views.news import OUTCOMES

TABS = ("Ce qui manque", "Contradictions", "Positions et états", "Déclaré et calculé")
CONTRADICTIONS = (
    "Un même fait dit autrement par deux sources. Les deux sont gardées, jamais mélangées : dates, champs et périmètres diffèrent. "
    "Là où notre recensement est un minimum, seul un nombre plus grand que celui publié contredit."
)
DOUBTS = (
    "Sites sans commune connue (comptés, non placés), posés sur le point de leur commune faute d'adresse, ou annoncés en "
    "préparation par une source d'avant 2022."
)


def contradictions(frame: pd.DataFrame) -> pd.DataFrame:
    """Where two sources differ, a row each, with French headings."""
    return pd.DataFrame(
        {
            "Sujet": frame["subject"],
            "Territoire ou CPTS": [
                f"{place} ({code})" if code else place
                for place, code in zip(frame["place"], frame["code"], strict=True)
            ],
            "Publié": [_number(value) for value in frame["published"]],
            "Ici": [
                f"≥{text.HARD}{_number(value)}" if minimum else _number(value)
                for value, minimum in zip(frame["computed"], frame["minimum"], strict=True)
            ],
            "Écart": [f"{text.number(gap, 1)}{text.HARD}%" if text.known(gap) else "–" for gap in frame["gap"]],
            "Unité": frame["unit"],
            "Publié par": frame["published_by"].map(references.reference),
            "Calculé ici": frame["computed_as"],
        }
    )


def _number(value: float) -> str:
    return text.number(value, 0 if float(value).is_integer() else 1)


def doubtful_sites(frame: pd.DataFrame) -> pd.DataFrame:
    """Structures whose state, place or date is doubtful, a row each."""
    return pd.DataFrame(
        {
            "Doute": frame["doubt"],
            "Département": frame["departement_code"],
            "Commune": frame["commune"].fillna(""),
            "Type": frame["type"].map(catalog.short),
            "Nom": frame["name"],
            "État": frame["status"].map(lambda code: catalog.SITE_STATUS[code].label),
            "Date de la source": frame["as_of"].map(text.date),
            "Remarque": frame["note"].fillna(""),
        }
    )


def ambiguous_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of lists that were understood with a doubt."""
    return pd.DataFrame(
        {
            "Source": frame["source"],
            "Lecture": frame["outcome"].map(OUTCOMES),
            "Motif": frame["reason"],
            "Lignes": frame["rows"],
        }
    )
