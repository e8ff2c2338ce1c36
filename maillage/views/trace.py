"""« D'où vient ce chiffre ? », as HTML. Every text that comes from a file is escaped."""

from __future__ import annotations

from maillage.language import text
from maillage.language.text import escape
from maillage.views.provenance import source_facts

TITLE = "D'où vient ce chiffre ?"
NONE = "Aucun chiffre de cet indicateur n'est connu ici : ni zéro, ni secret, il n'est dans aucune des sources lues."


def trace(told) -> str:
    """A figure: what it says, what it means, how it is made, from which file. `told` is a `maillage.provenance.Trace`."""
    place = text.territory_name(told.place.level, told.place.code, told.place.name)
    steps = [
        ("Ce qu'il mesure", f"<p>{escape(told.indicator.definition)}</p>"),
        ("Comment il est obtenu", f"<p>{escape(told.formula)}.</p>{_fraction(told)}{_list(told.details)}"),
        ("Ce que dit la base", f"<p>{escape(_capital(told.method))}. Année : {told.year}.</p>"),
        ("Source", f"<p><b>{escape(told.source['title'])}</b></p>{source_facts(told.source)}{_doubt(told.source['doubts'])}"),
    ]  # fmt: skip
    body = "".join(f"<li><h4>{title}</h4>{content}</li>" for title, content in steps)
    return (
        f'<section class="trace" aria-label="{escape(TITLE)}"><p class="figure"><b>{escape(told.reading)}</b>'
        f"<span>{escape(told.indicator.label)} · {escape(place)} · {told.year}</span></p><ol>{body}</ol></section>"
    )


def _fraction(told) -> str:
    """Numerator over denominator, with the numbers."""
    if told.numerator is None or told.denominator is None:
        return ""
    return f'<dl class="fraction">{_term(told.numerator)}{_term(told.denominator)}</dl>'


def _term(term) -> str:
    return f"<div><dt>{escape(term.words)}</dt><dd>{escape(text.quantity(term.value, term.unit, term.decimals))}</dd></div>"


def _list(sentences) -> str:
    return f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in sentences)}</ul>" if sentences else ""


def _doubt(words) -> str:
    return f'<p class="doubt">{escape(words)}</p>' if text.known(words) else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
