"""The page of imports in words: what to bring, what became of each row. Every text from a file is escaped."""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.views import legend, provenance, text
from maillage.views.news import OUTCOMES, PLACED
from maillage.views.text import escape

TITLE = "Importer une liste"
LABEL = "Votre liste de structures : CSV ou Excel (.xlsx), 30 Mo au plus"
NOTHING = (
    "Il faut au moins les colonnes **type** et **nom**, et de quoi placer chaque ligne : coordonnées, code Insee, ou commune et "
    "code postal. L'ordre, la casse, les accents et bien des noms usuels de colonnes sont admis. PASS et ESP n'ont pas de "
    "fichier national : ce sont elles que la carte attend. Les listes de CPTS et de périmètres se déposent dans `data/local`."
)
MODEL = (
    "id;type;nom;statut;code_commune;commune;adresse;code_postal;places;finess;date_ouverture;lon;lat;source;source_date;"
    "departement;exhaustif;remarque\r\n"
).encode("utf-8-sig")


def head(deposits: bool) -> str:
    kept = (
        "Elle n'est écrite sur ce serveur que si vous la déposez vous-même : son exploitant a ouvert un dossier pour cela."
        if deposits
        else "Rien n'en est écrit sur ce serveur : elle est lue en mémoire, et oubliée quand vous fermez la page."
    )
    lead = f"Chaque ligne est comprise ou refusée, et dit pourquoi. {kept} Les adresses ne sont demandées à personne."
    return provenance.head(TITLE, lead)


def tally(brought) -> str:
    """How many rows were read, understood, doubtful, refused."""
    counts = [(brought.lines, text.count(brought.lines, "ligne lue", "lignes lues").partition(text.HARD)[2])]
    for code, one, many in (
        ("compris", "comprise", "comprises"), ("ambigu", "à vérifier", "à vérifier"), ("refuse", "refusée", "refusées"),
    ):  # fmt: skip
        number = brought.count(code)
        counts.append((number, one if number < 2 else many))
    told = "".join(f"<li><b>{text.number(number)}</b>{word}</li>" for number, word in counts)
    aside = brought.rows[brought.rows["type"].isna() & (brought.rows["outcome"] != "refuse")]
    notes = legend.notes(list(aside["sentence"])) if len(aside) else ""
    return f'<ul class="keys" aria-label="Lecture de {escape(brought.name)}">{told}</ul>{notes}'


def rows(brought) -> pd.DataFrame:
    """One line per row: where it stands in the file, what became of it, in words."""
    frame = brought.rows
    return pd.DataFrame(
        {
            "Ligne": frame["line"],
            "Nom": frame["name"].fillna(""),
            "Issue": frame["outcome"].map(OUTCOMES),
            "Placée": frame["placed"].map(PLACED).fillna(""),
            "Motif": frame["reason"],
            "En clair": frame["sentence"],
        }
    )


def known_list(brought) -> str:
    """The list kept for the visit, in a few words of Markdown."""
    return f"Liste gardée pour cette visite : **{text.markdown(brought.name)}**, {text.count(len(brought.understood), 'structure')}."


def marks(kinds: list[str]) -> str:
    """The symbols of the types on the map."""
    listed = "".join(
        f"<li>{legend.badge(catalog.SITE_TYPE[kind])}{escape(catalog.SITE_TYPE[kind].label)}</li>" for kind in kinds
    )
    return f'<section class="legend" aria-label="Légende"><ul class="marks">{listed}</ul></section>'
