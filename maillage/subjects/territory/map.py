"""The map of a territory being looked at or composed: its communes, what stands around them, other outlines."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from maillage.address.selection import Selection
from maillage.catalog.commune_roles import ENCLAVE, FREE, MEMBER, OTHER, STANDINGS, UNKNOWN
from maillage.queries import communes, territories
from maillage.records.map_view import GROUND, Base, Classes, MapView, Paint, Part
from maillage.records.territory import Dossier
from maillage.subjects import country, map_composer
from maillage.warehouse import Ask

MOST_DEPARTEMENTS = 12  # coloured at once: a click adds one more


def view(
    ask: Ask, selection: Selection, territory: Dossier, contours: str, epoch: str, other: Collection[str] = ()
) -> MapView:
    """A map of the communes around a territory, by what they are to it; of the départements when there is none yet.

    `epoch` names the frame with the territory looked at: the map moves when it changes. `other` is outlined in dashes.
    """
    around = departements(ask, selection, territory, other)
    if not around:
        return departements_map(ask, selection, contours, epoch)
    standing = ask(communes.standing, selection.statuses)
    standing = standing[standing["departement_code"].isin(around)]
    marks = kinds(standing, territory)
    parts = []
    for departement in around:
        here = (standing["departement_code"] == departement).to_numpy()
        ranks = np.where(standing["level"].to_numpy()[here] == "arrondissement_municipal", "1", "0")
        kind = marks[here]
        drawn = np.where(kind == UNKNOWN, GROUND, kind.astype(str))
        parts.append(
            Part(f"communes-{departement}", "commune", "".join(drawn), (kind + 1).tolist(), levels="".join(ranks))
        )
    base = Base(
        contours,
        label=f"Carte de {territory.name} et des communes voisines. Le tableau sous la carte donne la liste des communes.",
        key=f"{selection.level}-{selection.code}-{epoch}",
        frame=frame(ask, selection, territory, other),
        neighbours="departements",
        inside=tuple(around),
        borders=len(around) > 1,
        background=selection.background,
    )
    words, dark = tuple(role.label for role in STANDINGS), tuple(role.dark for role in STANDINGS)
    return map_composer.compose(
        ask,
        selection,
        base,
        Paint(parts, classes(marks), words=words, dark=dark),
        around,
        types=selection.types,
        perimeters=selection.perimeters,
        drafts=(("dashed", other), ("solid", territory.codes)),
    )


def departements(ask: Ask, selection: Selection, territory: Dossier, other: Collection[str] = ()) -> list[str]:
    """Those of the territory, of the other draft and of the place looked at, in code order."""
    codes = {share.code for share in territory.departements}
    if other:
        codes |= set(country.members(ask, other)["departement_code"])
    if selection.level != "france":
        codes |= set(ask(territories.reach, selection.level, selection.code))
    return sorted(codes)[:MOST_DEPARTEMENTS]


def kinds(standing, territory: Dossier) -> np.ndarray:
    """The rank in STANDINGS of each commune of `queries.communes.standing`."""
    code = standing["code"]
    alone = {*territory.orphans.sure["code"], *territory.orphans.unsure["code"]}
    return np.select(
        [
            code.isin(territory.codes),
            code.isin(territory.enclaves["code"]) | code.isin(alone),
            standing["covered"],
            standing["listed"],
        ],
        [MEMBER, ENCLAVE, OTHER, FREE],
        UNKNOWN,
    )


def classes(marks: np.ndarray) -> Classes:
    """Classes of communes by their role, with their colours and counts."""
    counts = np.bincount(marks, minlength=len(STANDINGS))
    return Classes((), tuple(standing.colour for standing in STANDINGS), tuple(map(int, counts)), 0)


def frame(
    ask: Ask, selection: Selection, territory: Dossier, other: Collection[str] = ()
) -> tuple[float, float, float, float]:
    """The territory and the other draft with some room around; the place looked at when they have no commune."""
    boxes = [territory.contour.bounds] if territory.contour is not None else []
    if other:
        towns = country.members(ask, other)[["lon", "lat"]]
        boxes.append((*towns.min(), *towns.max()))
    if boxes:
        (west, south), (east, north) = np.array(boxes)[:, :2].min(axis=0), np.array(boxes)[:, 2:].max(axis=0)
        x, y = 0.15 * (east - west) + 0.02, 0.15 * (north - south) + 0.015
        return west - x, south - y, east + x, north + y
    if territory.departements and selection.level == "france":
        boxes = np.array([ask(territories.bounds, "departement", share.code) for share in territory.departements])
        return (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))
    level, code = selection.level, selection.code
    if level in ("commune", "arrondissement_municipal"):
        level, code = "departement", ask(territories.territory, level, code).departement_code
    return ask(territories.bounds, level, code)


def departements_map(ask: Ask, selection: Selection, contours: str, epoch: str) -> MapView:
    """Départements to choose from."""
    every = ask(territories.departements)
    label = "Carte des départements : choisissez celui où commencer. La liste de gauche donne le même choix."
    frame = map_composer.country_frame(ask)
    paint = Paint(
        [Part("departements-france", "departement", GROUND * len(every), [UNKNOWN + 1] * len(every))],
        classes(np.full(len(every), UNKNOWN)),
        words=(*("",) * UNKNOWN, "choisir ce département"),
    )
    base = Base(contours, label, f"france-{epoch}", frame, background=selection.background)
    return map_composer.compose(ask, selection, base, paint, ())
