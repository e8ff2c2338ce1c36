"""The first pages, composed before the first visitor: what they import is imported, what they ask is answered and kept."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.session_manager import SessionClient

PATIENCE_SECONDS = 60.0
TERRITORY, CPTS = "territoire", "cpts"


@dataclass(frozen=True)
class Opening:
    """A page as some visitor opens it: its name in the address, what the address says it is of (`TERRITORY`, `CPTS`, or
    nothing), and what is chosen there."""

    name: str
    of: str = ""
    chosen: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """How the journal names it."""
        return " ".join([self.name or "accueil", *dict(self.chosen).values(), *([CPTS] if self.of == CPTS else [])])

    def query(self, places: dict[str, str]) -> str:
        """The query of its address. `places`: some territory and some CPTS there are, by the names of `of`."""
        return urlencode({**({self.of: places[self.of]} if self.of in places else {}), **dict(self.chosen)})


OPENINGS = (
    Opening(""),
    Opening("carte", TERRITORY),
    *(Opening("ecarts", TERRITORY, (("volet", tab),)) for tab in ("blanches", "acces", "besoin", "et_si")),
    Opening("cpts", TERRITORY),
    Opening("cpts", CPTS),
    Opening("composer", TERRITORY),
    *(Opening("comparer", TERRITORY, (("vue", view),)) for view in ("tableau", "distribution", "nuage", "cartes")),
    Opening("profil", TERRITORY),
    Opening("ceremonie", CPTS),
    *(Opening(name) for name in ("donnees", "qualite", "telecharger", "methode", "reutiliser")),
)


@dataclass
class Composed:
    """How long the page of an opening took, in seconds, and the kinds of elements it is made of, as Streamlit names them."""

    opening: Opening
    seconds: float
    kinds: frozenset[str]


@dataclass
class Spectator(SessionClient):
    """A visitor without a connection, who waits for the end of each run."""

    over: asyncio.Event = field(default_factory=asyncio.Event)
    pages: dict[str, str] = field(default_factory=dict)  # name → what Streamlit calls its script
    failed: list[str] = field(default_factory=list)  # kinds of exceptions
    kinds: set[str] = field(default_factory=set)  # of elements, in this run
    known: dict[str, str] = field(default_factory=dict)  # what is sent again comes as a hash alone

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Hear one message of the server to its page: the pages there are, its elements, what failed, the end."""
        kind = msg.WhichOneof("type")
        if kind == "new_session":
            self.pages |= {page.page_name: page.page_script_hash for page in msg.new_session.app_pages}
            self.kinds.clear()
        elif kind == "delta" and msg.delta.WhichOneof("type") == "new_element":
            element = msg.delta.new_element.WhichOneof("type")
            self.kinds.add(element)
            self.known[msg.hash] = element
            if element == "exception":
                self.failed.append(msg.delta.new_element.exception.type or "exception")
        elif kind == "ref_hash" and msg.ref_hash in self.known:
            self.kinds.add(self.known[msg.ref_hash])
        elif kind == "script_finished" and msg.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.over.set()


async def compose(runtime: Runtime, places: dict[str, str], openings: Iterable[Opening] = OPENINGS) -> list[Composed]:
    """Run each page once, as a visitor of these places ({"territoire": "departement-08"}) would. On the runtime's own loop.

    Raises RuntimeError with a sentence when a page fails or never ends.
    """
    spectator, composed = Spectator(), []
    session = runtime.connect_session(client=spectator, user_info={})
    try:
        for opening in openings:
            began = time.perf_counter()
            spectator.over.clear()
            script = spectator.pages.get(opening.name, "") if opening.name else ""
            runtime.handle_backmsg(session, request(opening, script, places))
            try:
                await asyncio.wait_for(spectator.over.wait(), PATIENCE_SECONDS)
            except TimeoutError:
                sentence = f"La page « {opening.title} » ne s'est pas composée en {PATIENCE_SECONDS:.0f} s."
                raise RuntimeError(sentence) from None
            if spectator.failed:
                raise RuntimeError(f"La page « {opening.title} » échoue ({spectator.failed[0]}).")
            seconds = round(time.perf_counter() - began, 3)
            composed.append(Composed(opening, seconds, frozenset(spectator.kinds)))
    finally:
        runtime.close_session(session)
    return composed


def request(opening: Opening, script: str, places: dict[str, str]) -> BackMsg:
    """The message by which a browser asks for a page. `script`: what Streamlit calls that of the page."""
    message = BackMsg()
    message.rerun_script.query_string = opening.query(places)
    if opening.name:
        message.rerun_script.page_name = opening.name
        message.rerun_script.page_script_hash = script
    return message


def settle() -> None:
    """Take all that the first pages left out of the collector's way: it lives as long as the process. Then the collector works,
    which the command stopped."""
    gc.collect()
    gc.freeze()
    gc.enable()
