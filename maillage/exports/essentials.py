"""« L'essentiel » on one A4 page: the five findings and the spine of the page « Profil », to send or to print."""

from __future__ import annotations

from datetime import datetime

from maillage.exports import typesetting
from maillage.records.essentials import Essentials
from maillage.views import essentials, spine


def pdf(sheet: Essentials, made: datetime) -> bytes:
    """One page. Raises typesetting.Unset."""
    return typesetting.pdf("essentials.typ", content(sheet), made)


def content(sheet: Essentials) -> dict:
    """What the template sets: nothing but texts, and strips as SVG."""
    return {
        "title": f"L'essentiel : {sheet.name}",
        "name": sheet.name,
        "lead": sheet.lead,
        "findings": [
            {
                "standing": each.standing,
                "sign": typesetting.SvgDrawing(_sign(each.standing)),
                "meaning": essentials.MEANINGS[each.standing],
                "topic": each.topic,
                "head": each.head,
                "figure": each.figure,
                "comparison": each.comparison,
                "doubt": " ".join(filter(None, [each.doubt, each.rule])),
            }
            for each in sheet.findings
        ],
        "silent": sheet.silent,
        "spine": [
            {
                "label": line.label,
                "unit": ", ".join(filter(None, [line.unit, line.year])),
                "value": spine.value(line),
                "beside": [spine.beside(mark, line) for mark in line.marks],
                "strip": typesetting.SvgDrawing(spine.strip(line)),
                "alt": spine.sentence(line),
            }
            for line in sheet.spine
        ],
        "keys": [{"symbol": typesetting.SvgDrawing(spine.key(place)), "label": words} for place, words in spine.KEYS],
        "notes": spine.notes(sheet),
        "dated": f"{sheet.dated}, version {sheet.version} · Maillage, atlas ouvert des soins coordonnés. Seuils et sources : pages « Méthode » et "
        "« Données ».",
    }


SIGNS = {"better": "better", "worse": "worse", "neutral": "", "alike": "middle", "unknown": "middle"}


def _sign(standing: str) -> str:
    return spine.key(SIGNS[standing])
