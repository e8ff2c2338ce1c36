"""The page of data, as HTML: which build, which sources, what is missing. Every text from a file is escaped."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.language.text import escape

TABS = ("Sources", "Quoi de neuf", "Lecture des listes", "Dictionnaire")
FORMATS = (
    "CSV : UTF-8 avec BOM, point-virgule, virgule décimale. Parquet : types d'origine. GeoPackage : contours en WGS 84, pour un "
    "SIG. DuckDB : tout, dans un fichier."
)
CLAIMS = (
    "Ce que des acteurs ont publié, à côté de ce que les données donnent ici. Un écart n'est pas une erreur : dates, périmètres et "
    "recensements diffèrent. « – » : les données ne permettent pas de le calculer."
)


def head(title: str, lead: str) -> str:
    """The head of a room of the page of data."""
    return f'<p class="crumbs">Données</p><h1 class="place">{escape(title)}</h1><p class="lead">{escape(lead)}</p>'


def lead(words: str) -> str:
    """How to read what follows."""
    return f'<p class="lead">{escape(words)}</p>'


def build(row: dict) -> str:
    """Which build is being read."""
    mode = {"embedded": "données embarquées", "live": "sources officielles téléchargées"}[row["mode"]]
    return (
        '<p class="crumbs">Sources, sens, limites, téléchargements</p><h1 class="place">Données</h1>'
        f'<p class="lead">Construction {escape(row["version"])} du {row["built_at"]:%d/%m/%Y} ({mode}), carte des communes de '
        f"{row['cog_year']}. Tout est lu sur place : aucune requête vers un tiers.</p>"
    )


# What a source gave to this build: the word for it, and whether the reader must be warned.
OUTCOMES = {
    "embarquee": ("embarquée", False),
    "locale": ("liste locale", False),
    "nouvelle": ("nouveau fichier", False),
    "inchangee": ("à jour", False),
    "perimee": ("périmée", True),
    "ecartee": ("écartée", True),
    "absente": ("absente", True),
}


def sources(frame: pd.DataFrame) -> str:
    """One card per source: what, who, when, under which licence, what it gave, and what is doubtful."""
    return f'<div class="sources">{"".join(_source(row) for row in frame.itertuples())}</div>'


def _source(row) -> str:
    word, warned = OUTCOMES.get(row.outcome, ("", False))
    tag = f'<span class="tag{" warned" if warned else ""}">{word}</span>' if word else ""
    told = f'<p class="{"doubt" if warned else "told"}">{escape(row.sentence)}</p>' if text.known(row.sentence) else ""
    doubt = f'<p class="doubt">{escape(row.doubts)}</p>' if text.known(row.doubts) else ""
    facts = _facts(row) if text.known(row.producer) else ""
    return f"<article><h3>{escape(row.title)}{tag}</h3>{told}{facts}{doubt}</article>"


def source_facts(source: dict) -> str:
    """The columns of one row of `source`, its checksum whole."""
    return _facts(SimpleNamespace(**source, rows_kept=None), 64)


def _facts(row, digits: int = 16) -> str:
    page = escape(row.page)
    link = (
        f'<a href="{page}" target="_blank" rel="noopener noreferrer">{page}</a>'
        if row.page.startswith("https://")
        else page
    )
    facts = (
        ("Producteur", escape(row.producer)),
        ("Millésime", escape(row.vintage)),
        ("Licence", escape(row.licence)),
        ("Où la trouver", link),
        ("Lue le", row.retrieved_at.strftime("%d/%m/%Y") if text.known(row.retrieved_at) else "–"),
        ("Lignes lues", text.number(row.rows)),
        *([("Lignes gardées", text.number(row.rows_kept))] if text.known(row.rows_kept) else ()),
        (
            "Empreinte SHA-256",
            f"<code>{escape(row.sha256[:digits])}{'…' if len(row.sha256) > digits else ''}</code>"
            if text.known(row.sha256)
            else "–",
        ),
    )
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in facts)}</dl>"


def gaps(counts: dict[str, int]) -> str:
    """What is missing or approximate, in words."""
    n = {name: text.number(value) for name, value in counts.items()}
    sentences = (
        f"<b>Structures.</b> {n['sites']} sites sont recensés, dans {n['departements_with_sites']} départements seulement. "
        "Partout ailleurs, et pour chaque type qui n'a pas été cherché, l'absence de site est une inconnue, pas un zéro.",
        f"<b>Positions.</b> {n['sites_at_commune']} sites sont posés sur le point de leur commune, faute de coordonnées ; "
        f"{n['unplaced_sites']} ne sont connus qu'au département : comptés, non placés.",
        f"<b>États anciens.</b> {n['old_statuses']} sites en projet ou en ouverture le sont selon une source d'avant 2022 : "
        "beaucoup sont sans doute ouverts aujourd'hui.",
        f"<b>CPTS.</b> Sur {n['cpts']} CPTS, {n['cpts_without_perimeter']} ont un périmètre inconnu et {n['cpts_partial']} un "
        f"périmètre partiel ; pour {n['cpts_without_stage']}, la source ne dit pas le stade administratif ; "
        f"{n['deduced_dates']} dates d'étape ont une année déduite.",
        "<b>Couverture.</b> Elle n'est exacte qu'en Provence-Alpes-Côte d'Azur, où tous les périmètres sont listés. Ailleurs, la "
        "part calculée est un minimum ; la part publiée par la DITP est donnée à côté, sans être mélangée.",
        f"<b>Contours.</b> {n['rebuilt_communes']} communes réunies ou rétablies depuis 2024 sont recomposées à partir de leurs "
        "parties. Les contours sont simplifiés : les surfaces s'écartent un peu de celles du cadastre.",
        f"<b>Mairies.</b> {n['inner_points']} communes ont une mairie absente de la source ou placée hors de la commune : les "
        "distances partent d'un point intérieur.",
        f"<b>Populations.</b> Années 2016 et 2019 à 2023 ; {n['communes_without_2016']} communes n'ont pas de population 2016 à "
        "contours constants. Mayotte n'a que son recensement de 2017.",
        f"<b>Chiffres publiés.</b> {n['missing_figures']} valeurs manquent à la source et restent vides (liste ci-dessous).",
        "<b>Mortalité prématurée.</b> Publiée à une décimale, par département, sans intervalle : elle ne se classe pas plus "
        "finement et ne se répartit pas entre les communes.",
        _travel(),
    )
    return f'<ul class="gaps">{"".join(f"<li>{text.typeset(sentence)}</li>" for sentence in sentences)}</ul>'


def _travel() -> str:
    """How minutes are guessed, and by how much they are wrong."""
    guess = catalog.TRAVEL
    wrong = " ; ".join(
        f"{text.number(error.median_percent)} % de {error.low} à {error.high} min" for error in guess.errors
    )
    return (
        f"<b>Temps de trajet.</b> {guess.label.capitalize()} : {text.number(guess.factor, 2)} × (distance en km)"
        f"<sup>{text.number(guess.exponent, 2)}</sup>. Erreur médiane sur des trajets réels en voiture de l'Isère, entre communes "
        f"que le réglage n'avait pas vues : {wrong}. Ailleurs en France, l'erreur n'est pas connue."
    )
