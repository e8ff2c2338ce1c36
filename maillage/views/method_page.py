"""The page « Méthode », as HTML that reads on a screen and on paper. `book` is a `maillage.handbook.Handbook`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from maillage import catalog
from maillage.language import text
from maillage.language.text import escape
from maillage.views.legend import badge

TITLE = "Méthode"
SECTIONS = (
    ("compte", "Ce qui est compté, et ce qui ne l'est pas"),
    ("signes", "Lire un chiffre"),
    ("indicateurs", "Les indicateurs"),
    ("methodes", "Les méthodes"),
    ("temps", "Les temps de trajet et leur erreur"),
    ("secret", "Les petits nombres et le secret"),
    ("limites", "Ce que l'atlas ne dit pas"),
    ("mots", "Les mots et les sigles"),
)


def page(book, build: dict) -> str:
    """Head, contents, then every section."""
    bodies = {
        "compte": f"{_list(book.counted)}<h3>Ce qui n'est pas compté</h3>{_list(book.uncounted)}",
        "signes": _pairs(book.signs),
        "indicateurs": _measures(book.measures),
        "methodes": "".join(_method(method) for method in book.methods),
        "temps": _travel(),
        "secret": f"<p>{escape(book.secrecy)}</p>",
        "limites": _list(book.limits),
        "mots": _words(book),
    }
    contents = "".join(f'<li><a href="#{anchor}" target="_self">{escape(title)}</a></li>' for anchor, title in SECTIONS)
    sections = "".join(
        f'<section id="{anchor}"><h2>{escape(title)}</h2>{bodies[anchor]}</section>' for anchor, title in SECTIONS
    )
    return (
        '<article class="handbook"><p class="crumbs">Comment les chiffres sont faits, et ce qu\'ils ne disent pas</p>'
        f'<h1 class="place">{TITLE}</h1><p class="lead">Construction {escape(build["version"])} du {build["built_at"]:%d/%m/%Y}. '
        f"Cette page est tirée du code même qui calcule : elle ne peut pas dire autre chose que ce qu'il fait.</p>"
        f'<nav aria-label="Sommaire"><ol>{contents}</ol></nav>{sections}</article>'
    )


def _list(sentences: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in sentences)}</ul>"


def _pairs(rows: Sequence[tuple[str, str]]) -> str:
    return f"<dl>{''.join(f'<dt>{escape(word)}</dt><dd>{escape(meaning)}</dd>' for word, meaning in rows)}</dl>"


def _measures(themes) -> str:
    return "".join(
        f"<h3>{escape(theme)}</h3>{''.join(_measure(measure) for measure in measures)}" for theme, measures in themes
    )


def _measure(measure) -> str:
    indicator = measure.indicator
    facts = [
        ("Unité", indicator.unit),
        ("Comment", " ; ".join(measure.formulas)),
        ("Années", measure.years),
        ("Source", " ; ".join(measure.sources)),
    ]
    return f"<div class='measure'><h4>{escape(indicator.label)}</h4><p>{escape(indicator.definition)}</p>{_pairs(facts)}</div>"


def _method(method) -> str:
    technical = escape(method.technical).replace("\n\n", "</p><p>")
    return (
        f'<div class="measure"><h4>{escape(method.title)}</h4><p>{escape(method.words)}</p>'
        f'<details><summary>Détail technique, en anglais</summary><div lang="en"><p>{technical}</p></div></details></div>'
    )


def _travel() -> str:
    """The law and its error, band by band."""
    guess = catalog.TRAVEL
    head = "".join(
        f'<th scope="col">{title}</th>' for title in ("Trajet réel", "Erreur médiane", "Écart moyen", "Tendance")
    )
    rows = "".join(
        f'<tr><th scope="row">{error.low} à {error.high} min</th>'
        f"<td>{text.quantity(error.median_percent, '%')}</td><td>{text.quantity(error.mean_minutes, 'min', 1)}</td>"
        f"<td>{'+' if error.bias_minutes > 0 else ''}{text.quantity(error.bias_minutes, 'min', 1)}</td></tr>"
        for error in guess.errors
    )
    return (
        f"<p>{escape(guess.label.capitalize())} : minutes = {text.number(guess.factor, 2)} × (distance en km)"
        f"<sup>{text.number(guess.exponent, 2)}</sup>. Erreurs mesurées sur des trajets réels en voiture, entre communes de l'Isère que "
        f"le réglage n'avait pas vues :</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        "<p>« Tendance » : de combien l'estimation est trop longue en moyenne. Avec un calculateur d'itinéraires configuré, ses minutes "
        "remplacent l'estimation, et son nom l'accompagne.</p>"
    )


def _words(book) -> str:
    marked = {kind.code: badge(kind) for kind in catalog.SITE_TYPES}
    rows = "".join(
        f'<dt id="mot-{re.sub("[^a-z0-9]", "-", word.lower())}">{marked.get(word, "")}{escape(word)}</dt>'
        f"<dd><b>{escape(stands_for)}.</b> {escape(meaning)}</dd>"
        for word, stands_for, meaning in book.words
    )
    return (
        f"<dl>{rows}</dl><h3>Statuts d'une CPTS</h3>{_pairs(book.statuses)}"
        f"<h3>Tailles d'une CPTS, pour son contrat</h3>{_pairs(book.sizes)}"
    )
