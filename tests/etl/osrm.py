"""A router on 127.0.0.1 that speaks OSRM's `/table`: seconds that a test can compute, and every way to fail.

with Osrm(limit=100) as router:
    router.seconds = lambda source, target: ...      # (lon, lat) each; None: no road
    router.faults = [Answer(status=500), Answer(fault=Fault.RESET)]      # given first, then it answers
"""

from __future__ import annotations

import json
import math
from urllib.parse import parse_qs, urlsplit

from tests.etl.server import Answer, Request, Server


def crow(source, target) -> float:
    """A hundred seconds a degree."""
    return 100 * math.dist(source, target)


class Engine(Server):
    """A router whose roads are as the crow flies; `faults` are given first, then it replies."""

    def __init__(self):
        super().__init__()
        self.seconds = crow
        self.faults: list[Answer] = []
        self.lost: set[tuple[float, float]] = set()  # points that no road is near

    @property
    def address(self) -> str:
        return self.url("")

    def _answer(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            if self.faults:
                return self.faults.pop(0)
        return self.reply(request)

    def reply(self, request: Request) -> Answer:
        raise NotImplementedError


class Osrm(Engine):
    def __init__(self, limit: int = 100, profile: str = "driving"):
        super().__init__()
        self.limit, self.profile = limit, profile

    def reply(self, request: Request) -> Answer:
        parts = urlsplit(request.path)
        _, service, version, profile, points = parts.path.split("/")
        if (service, version, profile) != ("table", "v1", self.profile):
            return answers("InvalidUrl", status=400)
        asked = parse_qs(parts.query)
        spots = [tuple(map(float, point.split(","))) for point in points.split(";")]
        sources, targets = ([int(index) for index in asked[name][0].split(";")] for name in ("sources", "destinations"))
        if len(sources) * len(targets) > self.limit**2:
            return answers("TooBig", status=400)
        if self.lost & set(spots):
            return answers("NoSegment", status=400)
        table = [[self.seconds(spots[s], spots[t]) for t in targets] for s in sources]
        return answers("Ok", durations=table, sources=[{}] * len(sources), destinations=[{}] * len(targets))


def answers(code: str, status: int = 200, **more) -> Answer:
    return Answer(
        json.dumps({"code": code, **more}).encode(), status=status, headers={"Content-Type": "application/json"}
    )
