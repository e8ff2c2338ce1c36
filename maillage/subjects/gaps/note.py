"""« Et si ? » on paper: its title, its question in a line, its map."""

from __future__ import annotations

from maillage import catalog
from maillage.address.gaps import MOMENTS
from maillage.catalog.siting import METHOD
from maillage.language import text
from maillage.language.classes import ranges
from maillage.records.map_picture import MapPicture, MapWords
from maillage.subjects import map_picture
from maillage.subjects.gaps import territory, whatif
from maillage.subjects.gaps.territory import Ground
from maillage.subjects.gaps.whatif import SitingAnswer, SitingQuestion
from maillage.warehouse import Ask


def title(ground: Ground, question: SitingQuestion) -> str:
    """The title of the note of « Et si ? »."""
    here = ground.territory
    count = text.count(question.chosen.sites, "site")
    return f"Et si {count} {question.chosen.kind} de plus ? {text.territory_name(here.level, here.code, here.name)}"


def lead(question: SitingQuestion) -> str:
    """« Couvrir le plus d'habitants, à moins de 15 min »."""
    return f"{METHOD[question.chosen.method].label}, seuil de {question.chosen.threshold} min ; temps {catalog.TRAVEL.label}."


def caption(question: SitingQuestion, best: SitingAnswer) -> str:
    """What the map shows, under the note's own title: « Temps estimé jusqu'au site le plus proche (min) : après »."""
    _, what = whatif.painted(question, best)
    return f"{what.label} ({what.unit}) : {MOMENTS[question.chosen.moment].lower()}"


def picture(
    ask: Ask, ground: Ground, question: SitingQuestion, best: SitingAnswer, mine: SitingAnswer | None
) -> MapPicture:
    """The map of the page as a file: the minutes, the sites there, and those proposed, numbered."""
    kind = question.chosen.kind
    painted, what = whatif.painted(question, best)
    proposals = [("1", whatif.BEST, "proposé par le calcul")]
    if mine:
        proposals.append(("A", whatif.OWN, "posé par vous"))
    here = ground.territory
    words = MapWords(
        f"{what.label} : {kind}, {text.territory_name(here.level, here.code, here.name)}",
        f"{MOMENTS[question.chosen.moment]} ; {what.unit} ; {lead(question)}",
        tuple(ranges(painted.classes.breaks, what)),
        f"structures {kind} recensées, temps {catalog.TRAVEL.label}",
        "communes",
        proposals=tuple(proposals),
    )
    view = territory.view(ask, ground, "", words.title, painted, types=(kind,), proposals=whatif.proposals(best, mine))
    return map_picture.picture(ask, view, words, question.places["code"])
