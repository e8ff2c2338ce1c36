"""Routers on 127.0.0.1 beside OSRM's: Valhalla's tables, IGN's isochrones; a hundred seconds a degree, and every way to fail.

with Valhalla(limit=100) as router, Ign() as service: ...      # `faults` are given first, then it answers
"""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import shapely

from tests.etl.osrm import Engine
from tests.etl.server import Answer, Request


class Valhalla(Engine):
    """`/sources_to_targets`, as Valhalla 3 replies; `brief` is its reply to those who want few words."""

    def __init__(self, limit: int = 50, brief: bool = False):
        super().__init__()
        self.limit, self.brief = limit, brief

    def reply(self, request: Request) -> Answer:
        asked = json.loads(request.body)
        if request.path != "/sources_to_targets" or asked["costing"] != "auto":
            return error(106, "Try any of: '/locate' '/route' '/sources_to_targets'", 404)
        sources, targets = ([(spot["lon"], spot["lat"]) for spot in asked[name]] for name in ("sources", "targets"))
        if len(sources) * len(targets) > self.limit**2:
            return error(150, "Exceeded max locations")
        if self.lost & {*sources, *targets}:
            return error(171, "No suitable edges near location")
        times = [[self.seconds(source, target) for target in targets] for source in sources]
        if self.brief:
            return answered({"sources_to_targets": {"durations": times, "distances": times}, "units": "kilometers"})
        cells = [
            [{"time": seconds, "distance": None, "from_index": i, "to_index": j} for j, seconds in enumerate(row)]
            for i, row in enumerate(times)
        ]
        return answered({"sources_to_targets": cells, "units": "kilometers"})


class Ign(Engine):
    """`/isochrone` of the Géoplateforme: a circle of a hundred seconds a degree."""

    def reply(self, request: Request) -> Answer:
        parts = urlsplit(request.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        expected = {"resource": "bdtopo-valhalla", "costType": "time", "profile": "car", "direction": "arrival"}
        if parts.path != "/isochrone" or not expected.items() <= asked.items():
            return answered({"error": {"errorType": "BadParameter", "message": "Parameter is invalid"}}, 400)
        point = tuple(map(float, asked["point"].split(",")))
        if point in self.lost:
            return answered({"error": {"errorType": "BadRequest", "message": "No suitable edges near location"}}, 400)
        area = shapely.Point(point).buffer(float(asked["costValue"]) / 100, quad_segs=64)
        return answered(
            {"point": asked["point"], "costValue": asked["costValue"], "geometry": json.loads(shapely.to_geojson(area))}
        )


def answered(content: dict, status: int = 200) -> Answer:
    return Answer(json.dumps(content).encode(), status=status, headers={"Content-Type": "application/json"})


def error(code: int, words: str, status: int = 400) -> Answer:
    return answered({"error_code": code, "error": words, "status_code": status, "status": "Bad Request"}, status)
