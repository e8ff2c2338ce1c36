"""The note of « Et si ? »: its title, its question in a line, its map."""

from __future__ import annotations

import pandas as pd
import shapely

from maillage import catalog
from maillage.catalog.siting import METHOD
from maillage.language import text
from maillage.language.classes import ranges
from maillage.methods.perimeters import together
from maillage.queries import communes, print_frame, sites
from maillage.records.map_picture import Ground as Drawn
from maillage.records.map_picture import MapPicture
from maillage.subjects import country
from maillage.subjects.atlas.picture import SITES, UNKNOWN
from maillage.subjects.gaps import whatif
from maillage.subjects.gaps.territory import Ground
from maillage.subjects.gaps.whatif import Answer, Question
from maillage.subjects.territory.print_frame import EDGE, departement_of, page, shaped
from maillage.warehouse import Ask


def title(ground: Ground, question: Question) -> str:
    """The title of the note of « Et si ? »."""
    here = ground.territory
    count = text.count(question.chosen.sites, "site")
    return f"Et si {count} {question.chosen.kind} de plus ? {text.territory_name(here.level, here.code, here.name)}"


def lead(question: Question) -> str:
    """« Couvrir le plus d'habitants, à moins de 15 min »."""
    return f"{METHOD[question.chosen.method].label}, seuil de {question.chosen.threshold} min ; temps {catalog.TRAVEL.label}."


def picture(ask: Ask, ground: Ground, question: Question, best: Answer, mine: Answer | None) -> MapPicture:
    """The minutes once the sites proposed are open, with those sites, hollow, beside the existing ones."""
    painted, what = whatif.painted(question, best)
    marks = dict(zip(ground.places["code"], painted.marks, strict=True))
    inside = ground.places.loc[ground.inside, "code"]
    fills = {code: UNKNOWN.get(marks[code]) or painted.classes.colours[int(marks[code])] for code in inside}
    members = country.members(ask, fills)
    bounds = shapely.total_bounds(members.loc[together(members), "geometry"].to_numpy())
    west, south, east, north = page(tuple(float(n) for n in bounds))
    near = ask(communes.within, west - EDGE, south - EDGE, east + EDGE, north + EDGE)
    touched = tuple(sorted({departement_of(code) for code in near["code"]}))
    open_now = ask(sites.placed, (question.chosen.kind,), list(ground.reach))[SITES]
    open_now = open_now[open_now["status"] == "ouvert"]
    new = [_proposed(question, each) for each in (best.communes, *([] if mine is None else [mine.communes]))]
    return MapPicture(
        f"{what.label}, {question.chosen.kind}",
        what.unit,
        Drawn(
            members,
            shaped(near[~near["code"].isin(fills)], shapely.box(west, south, east, north)),
            shaped(ask(print_frame.departements, touched)),
            pd.concat([open_now, *new], ignore_index=True),
            fills,
        ),
        painted.classes,
        tuple(ranges(painted.classes.breaks, what)),
        "communes",
        "Contours : IGN (Admin Express), Insee.",
        hollow="symbole creux : site proposé" + (", par le calcul ou par vous" if mine else ""),
    )


def _proposed(question: Question, rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "commune_code": rows["code"],
            "type": question.chosen.kind,
            "status": catalog.SITE_PREPARING[-1],
            "precision": "commune",
            "name": rows["name"],
            "lon": rows["lon"],
            "lat": rows["lat"],
        }
    )
