"""Minutes by car asked of a router, when somebody set one up, and kept in data/raw: OSRM or Valhalla, which give tables, or the
isochrones of IGN.

The router is set up by data/local/router.toml (see docs/modeles/router.toml) or, for its address alone, by the environment
variable MAILLAGE_ROUTER. Nothing here is needed for a build: what a router does not answer stays an estimate. Each answer is kept
as it comes, under the fingerprint of its question: a run that was interrupted asks only for the rest.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from etl.network import isochrones, replies
from etl.network.content import AGAIN, RefusedFile
from etl.network.download import Settings, session
from etl.network.engines import ENGINES, Conversation, Pair, Point, Router, Smaller, Trip
from etl.source import BuildError

FILE, ADDRESS = "router.toml", "MAILLAGE_ROUTER"
SETTINGS = Settings(connect_s=5, read_s=60, retries=3, backoff_s=1, backoff_most_s=10)
MOST_POINTS = 300  # in one address: about six kilobytes


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
    kinds = {field.name: (str,) for field in fields(Router)}
    kinds |= {"nearest": (int,), "pairs": (int,), "per_second": (int, float)}
    wrong = [name for name, value in settings.items() if type(value) not in kinds.get(name, ())]
    engine = ENGINES.get(settings.get("engine", "osrm"))
    if not wrong and engine is None:
        names = ", ".join(ENGINES)
        raise BuildError(
            f"data/local/{FILE} : « {settings['engine']} » n'est pas un moteur connu ({names}). Corrigez-le."
        )
    if engine and engine.address:
        settings.setdefault("address", engine.address)
    if wrong or "address" not in settings:
        what = f"« {wrong[0]} » n'y est pas compris" if wrong else "il y manque « address »"
        raise BuildError(f"data/local/{FILE} : {what}. Corrigez-le d'après docs/modeles/{FILE}.")
    router = Router(**settings)
    if urlsplit(router.address).scheme not in ("http", "https") or not urlsplit(router.address).hostname:
        raise BuildError(
            f"L'adresse du calculateur d'itinéraires n'en est pas une : écrivez http://hôte:port (data/local/{FILE} ou {ADDRESS})."
        )
    if not (1 <= router.nearest <= 50 and router.pairs >= 1 and router.per_second >= 0 and router.mode.isidentifier()):
        raise BuildError(
            f"data/local/{FILE} : « nearest » va de 1 à 50, « pairs » et « per_second » sont positifs, « profile » est un mot. "
            "Corrigez-le."
        )
    return router


def ask(
    router: Router,
    wanted: Mapping[str, list[str]],
    places: Mapping[str, Point],
    sites: Mapping[str, Point],
    cache: Path,
    settings: Settings = SETTINGS,
) -> tuple[dict[Pair, Trip], str]:
    """Minutes of the pairs wanted (place -> sites), and one sentence when some could not be asked.

    A pair without a road has an Answer of None; a pair that nobody answered is absent. Once the router has failed for
    good, only what is in `cache` is answered.
    """
    engine = ENGINES[router.engine]
    folder = cache / hashlib.sha256(f"{router.address}\x1f{router.mode}".encode()).hexdigest()[:16]
    with session() as http:
        line = Conversation(http, router, settings)
        if engine.table is None:
            return isochrones.ask(line, router, wanted, places, sites, folder)
        return _by_tables(line, router, wanted, places, sites, folder)


def _by_tables(
    line: Conversation,
    router: Router,
    wanted: Mapping[str, list[str]],
    places: Mapping[str, Point],
    sites: Mapping[str, Point],
    folder: Path,
) -> tuple[dict[Pair, Trip], str]:
    engine = ENGINES[router.engine]
    answers: dict[Pair, Trip] = {}
    trouble = ""
    stack = list(reversed(list(batches(router, wanted))))
    while stack:
        sources, targets = stack.pop()
        question = engine.table(router.mode, [places[code] for code in sources], [sites[code] for code in targets])
        path, is_whole = replies.path(folder, question.text), partial(_whole, rows=len(sources), columns=len(targets))
        known = replies.read(path, "durations", is_whole)
        if known is None and not trouble:
            try:
                durations = engine.durations(line.ask(question))
                if not is_whole(durations):
                    raise RefusedFile("le tableau du calculateur d'itinéraires n'a pas la forme demandée", AGAIN)
                known = replies.write(path, "durations", durations)
            except Smaller as smaller:
                halves = list(_halves(sources, targets))
                if halves:
                    stack += reversed(halves)
                elif smaller.unreachable:
                    known = replies.write(path, "durations", [[None]])
                else:
                    trouble = f"le serveur refuse même un seul trajet ({smaller.code})"
            except RefusedFile as refused:
                trouble = str(refused)
        if known is not None:
            answers |= _spread(sources, targets, *known)
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


def _spread(sources: list[str], targets: list[str], durations: list, day: str) -> dict[Pair, Trip]:
    return {
        (place, site): Trip(None if seconds is None else seconds / 60, day)
        for place, row in zip(sources, durations, strict=True)
        for site, seconds in zip(targets, row, strict=True)
    }
