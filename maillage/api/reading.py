"""What every route is given: the build it reads from end to end, the territory asked for, the page of a list, a turn."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Path, Query, Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from maillage import catalog
from maillage.address.selection import Selection
from maillage.api import problems
from maillage.api.problems import Problem
from maillage.queries import territories
from maillage.queries.territories import Territory
from maillage.subjects.atlas.map import resolve
from maillage.warehouse import Ask, Edition

MOST_ROWS, USUAL_ROWS = 50_000, 1_000
MOST_SHAPES = 1_000  # contours in one answer
FARTHEST_ROW = 10_000_000
PATIENCE_SECONDS = 10.0  # for a turn at a long computation
TURNS = threading.BoundedSemaphore(2)  # long computations at once: visitors on screen are served meanwhile

TERRITORY = "^[a-z_]{4,24}-[0-9A-Za-z]{1,9}$"
Place = Annotated[
    str,
    Path(
        pattern=TERRITORY,
        description="Level and code, as in the address of the pages: departement-08, commune-08105, region-44, france-FR.",
        examples=["departement-08"],
    ),
]
Name = Annotated[str, Path(pattern="^[a-z0-9_]{2,60}$", description="Code of an indicator.", examples=["densite"])]
OfPlace = Annotated[
    str,
    Query(
        pattern=TERRITORY,
        description="Level and code of a territory: departement-08, epci-200041630, commune-08105, france-FR.",
        examples=["departement-08"],
    ),
]


class Reading:
    """One request: the build that it reads, whatever takes its place meanwhile."""

    def __init__(self, request: Request):
        self.request = request

    @cached_property
    def edition(self) -> Edition:
        """Opened by the first who asks, which is never the loop that serves everybody. Raises Unavailable, which has its problem."""
        return self.request.app.state.edition()

    @property
    def ask(self) -> Ask:
        """Asks the build of this request. Raises Unavailable."""
        return self.edition.ask

    @property
    def root(self) -> str:
        """The absolute address of the interface."""
        url = self.request.url
        return f"{url.scheme}://{url.netloc}{self.request.scope.get('root_path', '')}"


# What waits for nothing is asynchronous: else FastAPI takes a thread for each.


async def reading(request: Request) -> Reading:
    """What a route reads from."""
    return Reading(request)


Asked = Annotated[Reading, Depends(reading)]


@dataclass(frozen=True)
class Window:
    """Which rows of a list."""

    limit: int
    offset: int


async def window(
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows at most; contours: 1,000 at most.")] = USUAL_ROWS,
    offset: Annotated[int, Query(ge=0, le=FARTHEST_ROW, description="Rows to skip.")] = 0,
) -> Window:
    """The page of a list that is asked for."""
    return Window(limit, offset)


Paged = Annotated[Window, Depends(window)]


async def turn() -> AsyncIterator[None]:
    """A turn at a long computation. Raises Problem when none comes in time."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not TURNS.acquire(blocking=False):  # who waits holds no thread
        if time.monotonic() > until:
            raise Problem(
                "busy",
                "D'autres calculs sont en cours : redemandez dans quelques secondes.",
                "Other computations are running: ask again in a few seconds.",
                Retry_After="5",
            )
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        TURNS.release()


KNOWN: dict[Callable, frozenset[str]] = {}  # the parameters of each route, by what answers there


def parameters(route: APIRoute) -> frozenset[str]:
    """The parameters that a route knows."""
    if route.endpoint not in KNOWN:
        fields = get_flat_params(route.dependant)
        KNOWN[route.endpoint] = frozenset(field.alias for field in fields if isinstance(field.field_info, params.Query))
    return KNOWN[route.endpoint]


async def known_parameters(request: Request) -> None:
    """A parameter that does not exist is a problem: left aside, it would answer another question."""
    known = parameters(request.scope["route"])
    strange = sorted(set(request.query_params) - known)
    if strange:
        listed = ", ".join(sorted(known)) or "–"
        raise Problem(
            "invalid",
            f"Paramètre inconnu : « {problems.short(strange[0])} ». Ceux d'ici : {listed}.",
            f"Unknown parameter: “{problems.short(strange[0])}”. Those known here: {listed}.",
            [(name, "il n'existe pas ici", "there is none here") for name in strange[:20]],
        )


def place(ask: Ask, written: str) -> Territory:
    """« departement-08 » → the territory. Raises Problem when there is none; a commune that another one took says which."""
    level, _, code = written.partition("-")
    if level in catalog.LEVEL:
        here = ask(territories.territory, level, code.upper())
        if here is None and level == "commune":
            here = ask(territories.territory, "arrondissement_municipal", code)
        if here is not None:
            return here
        moved = ask(territories.successor, code) if level == "commune" else None
        if moved:
            raise Problem(
                "unknown",
                f"La commune {code} fait aujourd'hui partie de {moved[1]} (commune-{moved[0]}).",
                f"Commune {code} is now a part of {moved[1]} (commune-{moved[0]}).",
            )
    raise problems.unknown(written, "Aucun territoire de ce nom", "No such territory")


def selection(ask: Ask, written: str, statuses: tuple[str, ...], **more) -> Selection:
    """The selection of the pages for a territory that exists."""
    here = place(ask, written)
    return resolve(ask, Selection(here.level, here.code, statuses=statuses, **more))[0]


def several(text: str, known, name: str) -> tuple[str, ...]:
    """« MSP,CDS » → the codes, each once, in their order. Raises Problem for one that does not exist."""
    codes = tuple(dict.fromkeys(filter(None, (part.strip() for part in text.split(",")))))
    strange = [code for code in codes if code not in known]
    if strange or not codes:
        listed = ", ".join(known)
        what = problems.short(strange[0]) if strange else ""
        raise Problem(
            "invalid",
            f"{name} : « {what} » n'en est pas un. Ils sont : {listed}.",
            f"{name}: “{what}” is none. They are: {listed}.",
            [(name, f"l'un de {listed}", f"one of {listed}")],
        )
    return codes


STATUSES, EVERY_STATUS = ",".join(catalog.DEFAULT_CPTS_STATUSES), ",".join(catalog.CPTS_STATUS)
OfStatuses = Annotated[
    str, Query(max_length=200, description="CPTS statuses that count, apart by commas.", examples=["aci_signe"])
]
