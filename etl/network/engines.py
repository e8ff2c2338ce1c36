"""The engines of itineraries that can be asked, each in its own words: OSRM and Valhalla give tables, IGN gives isochrones."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from etl.network.content import RefusedFile
from etl.network.download import Passing, Settings, patient, refusal

Pair = tuple[str, str]  # a place and a site
Point = tuple[float, float]  # longitude, latitude
_MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class RouterQuestion:
    """What is sent below the address of a router: a path and, when it is posted, a body."""

    path: str
    body: str | None = None

    @property
    def text(self) -> str:
        """What tells it from another: answers are kept under its fingerprint."""
        return self.path + (self.body or "")


class Smaller(Exception):
    """The router wants fewer points, or cannot place one of them (`unreachable`: there is no road between two points)."""

    def __init__(self, code: str, unreachable: bool):
        super().__init__(code)
        self.code, self.unreachable = code, unreachable


@dataclass(frozen=True)
class Engine:
    """A program that computes itineraries: its name, what it is asked by default, and how a table is asked and read.

    `table` is the question for the times of `sources` × `targets`; `durations` is what a reply gives, seconds or None, a row a
    source; it raises Smaller, or RefusedFile.
    """

    label: str
    profile: str
    address: str = ""  # where it is when nobody says
    per_second: float = 0  # requests at most; 0: as many as it takes
    table: Callable[[str, Sequence[Point], Sequence[Point]], RouterQuestion] | None = None
    durations: Callable[[dict], object] | None = None


@dataclass(frozen=True)
class Router:
    """A router, and how it likes to be asked."""

    address: str
    engine: str = "osrm"
    profile: str = ""  # empty: that of the engine
    nearest: int = 8  # sites of each type, by crow distance, among which the nearest in time is sought
    pairs: int = 10_000  # sources × destinations of a request: osrm-routed refuses more than 100 × 100 by default
    per_second: float = 0  # requests at most; 0: what the engine bears

    @property
    def mode(self) -> str:
        """How one travels: car, unless said otherwise."""
        return self.profile or ENGINES[self.engine].profile

    @property
    def name(self) -> str:
        """What figures are signed with; a password in the address is nobody's business."""
        parts = urlsplit(self.address)
        port = f":{parts.port}" if parts.port else ""
        return f"{ENGINES[self.engine].label}, {parts.hostname}{port}{parts.path.rstrip('/')}/{self.mode}"


@dataclass(frozen=True)
class Trip:
    """A trip by a router: minutes (None: no way by road), and the day it was asked."""

    minutes: float | None  # None: no way by road
    day: str  # of the answer, ISO


class Conversation:
    """A conversation with a router, never faster than it bears."""

    def __init__(self, http: requests.Session, router: Router, settings: Settings):
        self._http, self._router, self._settings = http, router, settings
        per_second = router.per_second or ENGINES[router.engine].per_second
        self._gap = 1 / per_second if per_second else 0
        self._next = 0.0

    def ask(self, question: RouterQuestion) -> dict:
        """The JSON that the router replies, refusals of a question (400) included. Raises RefusedFile."""
        return patient(self._settings)(self._once, question)

    def _once(self, question: RouterQuestion) -> dict:
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._gap
        timeout = (self._settings.connect_s, self._settings.read_s)
        options = {"stream": True, "timeout": timeout, "allow_redirects": False}
        url = self._router.address.rstrip("/") + question.path
        if question.body is not None:
            options |= {"data": question.body, "headers": {"Content-Type": "application/json"}}
        try:
            with self._http.request("GET" if question.body is None else "POST", url, **options) as response:
                body = response.raw.read(_MOST_BYTES, decode_content=True)
                if response.status_code not in (200, 400):
                    raise refusal(response)
        except (requests.RequestException, HTTPError) as error:
            raise Passing("le calculateur d'itinéraires est injoignable, ou ne répond pas à temps") from error
        try:
            reply = json.loads(body)
        except ValueError:
            reply = None
        if not isinstance(reply, dict):
            raise other(self._router.engine)
        return reply


def other(engine: str) -> RefusedFile:
    """The error for a reply that is not of this engine."""
    label = ENGINES[engine].label
    return RefusedFile(
        f"le calculateur d'itinéraires ne répond pas comme {label}", "Vérifiez son adresse et son profil."
    )


def _declined(code: object) -> RefusedFile:
    return RefusedFile(
        f"le calculateur d'itinéraires refuse la demande ({str(code)[:40]})", "Vérifiez son adresse et son profil."
    )


# -- OSRM -----------------------------------------------------------------------------------------------------------

_OSRM_UNREACHABLE = ("NoSegment", "NoTable", "NoRoute")


def _osrm_table(profile: str, sources: Sequence[Point], targets: Sequence[Point]) -> RouterQuestion:
    points = ";".join(f"{lon:.5f},{lat:.5f}" for lon, lat in (*sources, *targets))
    first, second = range(len(sources)), range(len(sources), len(sources) + len(targets))
    return RouterQuestion(
        f"/table/v1/{profile}/{points}?annotations=duration&sources={';'.join(map(str, first))}"
        f"&destinations={';'.join(map(str, second))}"
    )


def _osrm_durations(reply: dict) -> object:
    code = reply.get("code")
    if code is None:
        raise other("osrm")
    if code == "TooBig" or code in _OSRM_UNREACHABLE:
        raise Smaller(code, code in _OSRM_UNREACHABLE)
    if code != "Ok":
        raise _declined(code)
    return reply.get("durations")


# -- Valhalla -------------------------------------------------------------------------------------------------------

_VALHALLA_TOO_BIG = (150, 154)  # too many locations; too far from one another
_VALHALLA_UNREACHABLE = (170, 171, 442)  # not connected; no road near; no path


def _valhalla_table(profile: str, sources: Sequence[Point], targets: Sequence[Point]) -> RouterQuestion:
    def spots(points: Sequence[Point]) -> list[dict]:
        return [{"lon": round(lon, 5), "lat": round(lat, 5)} for lon, lat in points]

    body = {"sources": spots(sources), "targets": spots(targets), "costing": profile}
    return RouterQuestion("/sources_to_targets", json.dumps(body, separators=(",", ":")))


def _valhalla_durations(reply: dict) -> object:
    code = reply.get("error_code")
    if code in _VALHALLA_TOO_BIG or code in _VALHALLA_UNREACHABLE:
        raise Smaller(str(code), code in _VALHALLA_UNREACHABLE)
    if code is not None:
        raise _declined(code)
    table = reply.get("sources_to_targets")
    if isinstance(table, dict):  # as it replies to those who want few words
        return table.get("durations")
    if not isinstance(table, list):
        raise other("valhalla")
    return [
        [cell.get("time") if isinstance(cell, dict) else "" for cell in row] if isinstance(row, list) else row
        for row in table
    ]


ENGINES = {
    "osrm": Engine("OSRM", "driving", table=_osrm_table, durations=_osrm_durations),
    "valhalla": Engine("Valhalla", "auto", table=_valhalla_table, durations=_valhalla_durations),
    "ign": Engine(
        "IGN, isochrones (minutes au palier au-dessus)", "car", "https://data.geopf.fr/navigation", per_second=4
    ),
}
