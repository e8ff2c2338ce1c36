"""The first pages, composed before the first visitor: what they import is imported, what they ask is answered and kept."""

from __future__ import annotations

import asyncio
import gc
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.session_manager import SessionClient

PATIENCE_SECONDS = 60.0
PAGES = (  # the name of a page in its address, and what is chosen there
    ("", {}),
    ("carte", {}),
    ("ecarts", {"volet": "blanches"}),
    ("ecarts", {"volet": "acces"}),
    ("ecarts", {"volet": "besoin"}),
    ("ecarts", {"volet": "et_si"}),
    ("cpts", {}),
    ("composer", {}),
    ("comparer", {}),
)


@dataclass
class Spectator(SessionClient):
    """A visitor without a connection, who waits for the end of each run."""

    over: asyncio.Event = field(default_factory=asyncio.Event)
    pages: dict[str, str] = field(default_factory=dict)  # name → what Streamlit calls its script
    failed: list[str] = field(default_factory=list)  # kinds of exceptions

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Hear one message of the server to its page: the pages there are, what failed, the end."""
        kind = msg.WhichOneof("type")
        if kind == "new_session":
            self.pages |= {page.page_name: page.page_script_hash for page in msg.new_session.app_pages}
        elif kind == "delta" and msg.delta.new_element.HasField("exception"):
            self.failed.append(msg.delta.new_element.exception.type or "exception")
        elif kind == "script_finished" and msg.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.over.set()


async def compose(runtime: Runtime, place: str | None, pages=PAGES) -> dict[str, float]:
    """Run each page once, as a visitor of this place (« departement-08 ») would. Seconds a page. On the runtime's own loop.

    Raises RuntimeError with a sentence when a page fails or never ends.
    """
    spectator, seconds = Spectator(), {}
    session = runtime.connect_session(client=spectator, user_info={})
    try:
        for name, chosen in pages:
            title = " ".join([name or "carte", *chosen.values()])
            began = time.perf_counter()
            spectator.over.clear()
            runtime.handle_backmsg(session, request(name, spectator.pages.get(name, ""), chosen, place))
            try:
                await asyncio.wait_for(spectator.over.wait(), PATIENCE_SECONDS)
            except TimeoutError:
                raise RuntimeError(f"La page « {title} » ne s'est pas composée en {PATIENCE_SECONDS:.0f} s.") from None
            if spectator.failed:
                raise RuntimeError(f"La page « {title} » échoue ({spectator.failed[0]}).")
            seconds[title] = round(time.perf_counter() - began, 3)
    finally:
        runtime.close_session(session)
    return seconds


def request(name: str, script: str, chosen: dict[str, str], place: str | None) -> BackMsg:
    """The message by which a browser asks for a page."""
    message = BackMsg()
    message.rerun_script.query_string = urlencode({**({"territoire": place} if place and name else {}), **chosen})
    if name:
        message.rerun_script.page_name = name
        message.rerun_script.page_script_hash = script
    return message


def settle() -> None:
    """Take all that the first pages left out of the collector's way: it lives as long as the process."""
    gc.collect()
    gc.freeze()
