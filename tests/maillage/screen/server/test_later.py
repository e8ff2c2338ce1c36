"""What few ask for is made at its first question, once, and ends with the service."""

import asyncio
from contextlib import asynccontextmanager

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from maillage.screen.server.later import Later


@pytest.fixture
def events() -> list[str]:
    return []


@pytest.fixture
def make(events):
    """A function that makes an application which writes its life in `events`."""

    @asynccontextmanager
    async def lifespan(_):
        events.append("begins")
        yield
        events.append("ends")

    def made():
        events.append("made")
        return Starlette(routes=[Route("/", lambda _: PlainTextResponse("well"))], lifespan=lifespan)

    return made


def visitor(app) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://atlas")


def test_it_is_made_once_for_all_who_ask_and_ends_with_the_service(make, events):
    async def service():
        later = Later(make)
        assert events == []
        async with visitor(later) as client:
            answers = await asyncio.gather(*(client.get("/") for _ in range(5)))
            assert (await client.get("/nothing")).status_code == 404
        assert [answer.text for answer in answers] == ["well"] * 5 and events == ["made", "begins"]
        await later.close()

    asyncio.run(service())
    assert events == ["made", "begins", "ends"]


def test_what_nobody_asked_for_is_never_made(make, events):
    asyncio.run(Later(make).close())
    assert events == []


def test_what_could_not_be_made_is_tried_again_at_the_next_question(make, events):
    ways = iter([lambda: 1 / 0, make])

    async def service():
        later = Later(lambda: next(ways)())
        async with visitor(later) as client:
            with pytest.raises(ZeroDivisionError):
                await client.get("/")
            assert (await client.get("/")).text == "well"
        await later.close()

    asyncio.run(service())
    assert events == ["made", "begins", "ends"]
