"""Minutes by car asked of a router that speaks OSRM's `/table`, when somebody set one up, and kept in data/raw.

The router is set up by data/local/router.toml (see docs/modeles/router.toml) or, for its address alone, by the environment
variable MAILLAGE_ROUTER. Nothing here is needed for a build: what a router does not answer stays an estimate. Each answer is kept
as it comes, under the fingerprint of its question: a run that was interrupted asks only for the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from etl.network.content import AGAIN, Refused
from etl.network.download import Passing, Settings, patient, refusal, session
from etl.source import BuildError

FILE, ADDRESS = "router.toml", "MAILLAGE_ROUTER"
SETTINGS = Settings(connect_s=5, read_s=60, retries=3, backoff_s=1, backoff_most_s=10)
MOST_POINTS = 300  # in one address: about six kilobytes
_MOST_BYTES = 50_000_000
_SPLIT = ("TooBig", "NoSegment")  # what fewer points may mend
_UNREACHABLE = ("NoSegment", "NoTable", "NoRoute")

Pair = tuple[str, str]  # a place and a site
Point = tuple[float, float]  # longitude, latitude


@dataclass(frozen=True)
class Router:
    """A router, and how it likes to be asked."""

    address: str
    profile: str = "driving"
    nearest: int = 8  # sites of each type, by crow distance, among which the nearest in time is sought
    pairs: int = 10_000  # sources × destinations of a request: osrm-routed refuses more than 100 × 100 by default

    @property
    def name(self) -> str:
        """What figures are signed with; a password in the address is nobody's business."""
        parts = urlsplit(self.address)
        return f"OSRM, {parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path.rstrip('/')}/{self.profile}"


@dataclass(frozen=True)
class Answer:
    """A trip by a router: minutes (None: no way by road), and the day it was asked."""

    minutes: float | None  # None: no way by road
    day: str  # of the answer, ISO


def configured(data: Path, environment: Mapping[str, str] = os.environ) -> Router | None:
    """The router to ask, or None. Raises BuildError when what is set up cannot be understood."""
    path = data / "local" / FILE
    settings: dict = {}
    if path.exists():
        try:
            settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BuildError(
                f"data/local/{FILE} n'est pas lisible ({error}). Corrigez-le d'après docs/modeles/{FILE}."
            ) from None
    if environment.get(ADDRESS, "").strip():
        settings["address"] = environment[ADDRESS].strip()
    if not settings:
        return None
    kinds = {field.name: int if field.name in ("nearest", "pairs") else str for field in fields(Router)}
    wrong = [name for name, value in settings.items() if name not in kinds or type(value) is not kinds[name]]
    if wrong or "address" not in settings:
        what = f"« {wrong[0]} » n'y est pas compris" if wrong else "il y manque « address »"
        raise BuildError(f"data/local/{FILE} : {what}. Corrigez-le d'après docs/modeles/{FILE}.")
    router = Router(**settings)
    if urlsplit(router.address).scheme not in ("http", "https") or not urlsplit(router.address).hostname:
        raise BuildError(
            f"L'adresse du calculateur d'itinéraires n'en est pas une : écrivez http://hôte:port (data/local/{FILE} ou {ADDRESS})."
        )
    if not (1 <= router.nearest <= 50 and router.pairs >= 1 and router.profile.isidentifier()):
        raise BuildError(
            f"data/local/{FILE} : « nearest » va de 1 à 50, « pairs » est positif, « profile » est un mot. Corrigez-le."
        )
    return router


def ask(
    router: Router,
    wanted: Mapping[str, list[str]],
    places: Mapping[str, Point],
    sites: Mapping[str, Point],
    cache: Path,
    settings: Settings = SETTINGS,
) -> tuple[dict[Pair, Answer], str]:
    """Minutes of the pairs wanted (place -> sites), and one sentence when some could not be asked.

    A pair without a road has an Answer of None; a pair that nobody answered is absent. Once the router has failed for
    good, only what is in `cache` is answered.
    """
    answers: dict[Pair, Answer] = {}
    trouble = ""
    folder = cache / hashlib.sha256(f"{router.address}\x1f{router.profile}".encode()).hexdigest()[:16]
    with session() as http:
        stack = list(reversed(list(batches(router, wanted))))
        while stack:
            sources, targets = stack.pop()
            query = _query(router, [places[code] for code in sources], [sites[code] for code in targets])
            kept = _read(folder / _name(query), len(sources), len(targets))
            if kept is None and not trouble:
                try:
                    kept = _keep(
                        folder / _name(query), _table(http, router, query, len(sources), len(targets), settings)
                    )
                except _Smaller as smaller:
                    halves = list(_halves(sources, targets))
                    if halves:
                        stack += reversed(halves)
                    elif smaller.code in _UNREACHABLE:
                        kept = _keep(folder / _name(query), [[None]])
                    else:
                        trouble = f"le serveur refuse même un seul trajet ({smaller.code})"
                except Refused as refused:
                    trouble = str(refused)
            if kept is not None:
                answers |= _spread(sources, targets, *kept)
    return answers, trouble


def batches(router: Router, wanted: Mapping[str, list[str]]) -> Iterator[tuple[list[str], list[str]]]:
    """Places and sites to ask together: within the router's limit, begun anew at each département, so that one site
    more changes the questions of its surroundings only."""
    sources: list[str] = []
    targets: dict[str, None] = {}
    for place in sorted(wanted):
        union = targets | dict.fromkeys(wanted[place])
        full = (len(sources) + 1) * len(union) > router.pairs or len(sources) + 1 + len(union) > MOST_POINTS
        if sources and (full or sources[-1][:2] != place[:2]):
            yield sources, sorted(targets)
            sources, union = [], dict.fromkeys(wanted[place])
        sources, targets = [*sources, place], union
    if sources:
        yield sources, sorted(targets)


def _halves(sources: list[str], targets: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """The same question in two; nothing when it is of one pair."""
    if len(sources) > 1:
        middle = len(sources) // 2
        yield sources[:middle], targets
        yield sources[middle:], targets
    elif len(targets) > 1:
        middle = len(targets) // 2
        yield sources, targets[:middle]
        yield sources, targets[middle:]


class _Smaller(Exception):
    """The router wants fewer points, or cannot place one of them."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def _query(router: Router, sources: list[Point], targets: list[Point]) -> str:
    points = ";".join(f"{lon:.5f},{lat:.5f}" for lon, lat in (*sources, *targets))
    first, second = range(len(sources)), range(len(sources), len(sources) + len(targets))
    return (
        f"/table/v1/{router.profile}/{points}?annotations=duration&sources={';'.join(map(str, first))}"
        f"&destinations={';'.join(map(str, second))}"
    )


def _table(http: requests.Session, router: Router, query: str, rows: int, columns: int, settings: Settings) -> list:
    return patient(settings)(_once, http, router.address.rstrip("/") + query, rows, columns, settings)


def _once(http: requests.Session, url: str, rows: int, columns: int, settings: Settings) -> list:
    try:
        with http.get(
            url, stream=True, timeout=(settings.connect_s, settings.read_s), allow_redirects=False
        ) as response:
            body = response.raw.read(_MOST_BYTES, decode_content=True)
            if response.status_code not in (200, 400):
                raise refusal(response)
    except (requests.RequestException, HTTPError) as error:
        raise Passing("le calculateur d'itinéraires est injoignable, ou ne répond pas à temps") from error
    try:
        reply = json.loads(body)
        code = reply["code"]
    except (ValueError, TypeError, KeyError):
        raise Refused(
            "le calculateur d'itinéraires ne répond pas comme OSRM", "Vérifiez son adresse et son profil."
        ) from None
    if code in _SPLIT or code in _UNREACHABLE:
        raise _Smaller(code)
    if code != "Ok":
        raise Refused(
            f"le calculateur d'itinéraires refuse la demande ({str(code)[:40]})", "Vérifiez son adresse et son profil."
        )
    durations = reply.get("durations")
    if not _whole(durations, rows, columns):
        raise Refused("le tableau du calculateur d'itinéraires n'a pas la forme demandée", AGAIN)
    return durations


def _whole(durations, rows: int, columns: int) -> bool:
    """Whether this is a table of that shape, of seconds or nothing."""
    return (
        isinstance(durations, list)
        and len(durations) == rows
        and all(isinstance(row, list) and len(row) == columns for row in durations)
        and all(
            cell is None or (isinstance(cell, (int, float)) and not isinstance(cell, bool) and 0 <= cell < float("inf"))
            for row in durations
            for cell in row
        )
    )


def _spread(sources: list[str], targets: list[str], durations: list, day: str) -> dict[Pair, Answer]:
    return {
        (place, site): Answer(None if seconds is None else seconds / 60, day)
        for place, row in zip(sources, durations, strict=True)
        for site, seconds in zip(targets, row, strict=True)
    }


# -- what was answered ----------------------------------------------------------------------------------------------


def _name(query: str) -> str:
    return f"{hashlib.sha256(query.encode()).hexdigest()}.json"


def _read(path: Path, rows: int, columns: int) -> tuple[list, str] | None:
    try:
        kept = json.loads(path.read_bytes())
        durations, day = kept["durations"], date.fromisoformat(kept["day"]).isoformat()
    except (OSError, ValueError, TypeError, KeyError):
        return None  # absent or damaged: asked again
    return (durations, day) if _whole(durations, rows, columns) else None


def _keep(path: Path, durations: list) -> tuple[list, str]:
    day = date.today().isoformat()
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps({"day": day, "durations": durations}, separators=(",", ":")), encoding="utf-8")
        os.replace(draft, path)
    except OSError:
        pass  # a full disk costs the next run its time, not this one its answers
    finally:
        with suppress(OSError):
            draft.unlink()
    return durations, day
