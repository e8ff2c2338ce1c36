"""Minutes by car from the isochrones of IGN: the least of a few thresholds within which a place reaches a site."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import shapely

from etl.network import replies
from etl.network.content import RefusedFile
from etl.network.engines import Conversation, Pair, Point, Router, RouterQuestion, Trip

THRESHOLDS = (5, 10, 15, 20, 30, 45, 60)  # minutes: an answer is the first that is enough, and no estimate in between
RESOURCE = "bdtopo-valhalla"


def ask(
    line: Conversation,
    router: Router,
    wanted: Mapping[str, list[str]],
    places: Mapping[str, Point],
    sites: Mapping[str, Point],
    folder: Path,
) -> tuple[dict[Pair, Trip], str]:
    """Minutes of the pairs wanted (place -> sites), and one sentence when some could not be asked.

    A site is asked for its isochrones, the smallest first, until all the places that want it are inside. A pair that is
    beyond the last threshold is absent, as one that nobody answered.
    """
    around: dict[str, list[str]] = defaultdict(list)
    for place, wished in sorted(wanted.items()):
        for site in wished:
            around[site].append(place)
    answers: dict[Pair, Trip] = {}
    trouble, lost = "", 0
    for site in sorted(around):
        left = around[site]
        try:
            for minutes, area, day in _growing(None if trouble else line, router, sites[site], folder):
                inside = {place for place in left if shapely.contains_xy(area, *places[place])}
                answers |= {(place, site): Trip(float(minutes), day) for place in inside}
                left = [place for place in left if place not in inside]
                if not left:
                    break
        except _Nowhere:
            lost += 1
        except RefusedFile as refused:
            trouble = str(refused)
    return answers, trouble or (
        f"il n'a pas d'isochrone autour de {lost} site{'s' if lost > 1 else ''}" if lost else ""
    )


class _Nowhere(Exception):
    """No road near the site, or nothing that the service can start from."""


def _growing(
    line: Conversation | None, router: Router, site: Point, folder: Path
) -> Iterator[tuple[int, shapely.Geometry, str]]:
    """The isochrones of a site: minutes, area in degrees, day of the answer; without a `line`, those that are kept."""
    for minutes in THRESHOLDS:
        question = _question(router.mode, site, minutes)
        path = replies.path(folder, question.text)
        known = replies.read(path, "geometry", _is_area)
        if known is None:
            if line is None:
                return
            reply = line.ask(question)
            if "geometry" not in reply and ("error" in reply or "message" in reply):
                raise _Nowhere
            if not _is_area(reply.get("geometry")):
                raise RefusedFile("le calculateur d'itinéraires ne répond pas comme IGN", "Vérifiez son adresse.")
            known = replies.write(path, "geometry", reply["geometry"])
        geometry, day = known
        area = _area(geometry)
        shapely.prepare(area)
        yield minutes, area, day


def _question(profile: str, site: Point, minutes: int) -> RouterQuestion:
    lon, lat = site
    return RouterQuestion(
        f"/isochrone?resource={RESOURCE}&point={lon:.5f},{lat:.5f}&costType=time&costValue={60 * minutes}&timeUnit=second"
        f"&profile={profile}&direction=arrival&geometryFormat=geojson&crs=EPSG:4326"
    )


def _area(geometry: dict) -> shapely.Geometry:
    return shapely.make_valid(shapely.from_geojson(json.dumps(geometry)))


def _is_area(geometry: object) -> bool:
    try:
        return isinstance(geometry, dict) and shapely.area(_area(geometry)) > 0
    except shapely.errors.ShapelyError:
        return False
