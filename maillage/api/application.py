"""The interface as one ASGI application: mounted beside the pages by the server, or served alone."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maillage import catalog
from maillage.api import (
    features,
    gaps,
    indicators,
    problems,
    provenance,
    reading,
    schemas,
    structures,
    territories,
    whole,
)
from maillage.api.problems import Problem
from maillage.warehouse import Edition, Unavailable

VERSION = "1.0"
PATH = "/api/v1"
BODY_BYTES = 1_000_000  # of a question: all the communes of France are 300,000, and get their own problem
PACKED_BYTES = 1_000  # from this size on, answers are packed
PACKING = 4  # of 9, which takes seven times as long on contours for 2 % less
DESCRIPTION = (
    "Open atlas of coordinated care in France: the answers of its pages, for other programs. Each figure carries its unit, "
    "year, date, source, bound and basis. Missing, zero, withheld and partly listed are four different things. "
    "Documents of error are RFC 9457, in French or in English."
)
WRONG = {
    status: {
        "description": kind.english,
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
    }
    for status, kind in {kind.status: kind for kind in reversed(problems.KINDS)}.items()
    if status not in (405, 500)
}


def interface(edition: Callable[[], Edition], threshold: int = catalog.THRESHOLD) -> FastAPI:
    """The interface over the build in place. `edition` gives it, raising Unavailable; `threshold` is that of its secrets, which
    its readers' copies depend on."""
    app = FastAPI(
        title="Maillage",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,  # their scripts come from elsewhere: the page « Réutiliser » is the documentation
        redoc_url=None,
        dependencies=[Depends(reading.known_parameters)],
        responses=WRONG,
        redirect_slashes=False,
        middleware=[
            Middleware(ShortQuestions),
            Middleware(Heads),
            Middleware(GZipMiddleware, minimum_size=PACKED_BYTES, compresslevel=PACKING),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],  # open data, without a cookie: a notebook in a browser may read it
                allow_methods=["GET", "HEAD", "POST"],
                expose_headers=["ETag", "Link", "X-Total-Count"],
            ),
        ],
        exception_handlers={
            Problem: problems.answer,
            RequestValidationError: lambda request, error: problems.answer(request, problems.of_errors(error.errors())),
            HTTPException: refused,
            Unavailable: unavailable,
            Exception: failed,
        },
    )
    app.state.edition, app.state.tag = edition, f"{VERSION}-{threshold}"
    for room in (features, territories, indicators, structures, gaps, provenance, whole):
        app.include_router(room.router)
    app.openapi = lambda: described(app)
    return app


def described(app: FastAPI) -> dict:
    """The interface's own OpenAPI, with the document of problems and the formats that are not JSON."""
    if app.openapi_schema is None:
        schema = FastAPI.openapi(app)
        kinds = schema["components"]["schemas"]
        model = schemas.ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        kinds |= model.pop("$defs") | {"ProblemDocument": model}
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"].setdefault("304", {"description": "The same as before: If-None-Match"})
                if any(each["name"] == "format" for each in operation.get("parameters", ())):
                    operation["responses"]["200"]["content"] |= OTHERS
    return app.openapi_schema


OTHERS = {
    "text/csv": {"schema": {"type": "string"}},
    "application/geo+json": {"schema": {"type": "object"}},
    "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
}


def refused(request: Request, error: HTTPException) -> Response:
    """What the routing refuses: no such path, no such method, a body too long."""
    if error.status_code == 404:
        problem = Problem("unknown", "Rien à cette adresse.", "Nothing at this address.")
    elif error.status_code == 405:
        problem = Problem(
            "method",
            "Cette adresse ne se demande pas ainsi.",
            "This address has no such method.",
            **(error.headers or {}),
        )
    elif isinstance(error.__cause__, TooLong):  # FastAPI reads the body, and says only that it cannot
        problem = too_long()
    else:
        problem = Problem("invalid", "La question n'est pas lisible.", "The request cannot be read.")
    return problems.answer(request, problem)


def unavailable(request: Request, error: Unavailable) -> Response:
    """There is no database, or no use of it."""
    problem = Problem("unavailable", str(error), f"The data cannot be read (in French): {error}", Retry_After="30")
    return problems.answer(request, problem)


def failed(request: Request, _: Exception) -> Response:
    """A mistake of ours: the server writes it in its journal, and nothing of it is in the answer."""
    sentence = "L'atlas s'est trompé ; la question est écrite au journal de son administrateur."
    return problems.answer(request, Problem("failure", sentence, "The atlas failed; its operator has a trace of it."))


class Heads:
    """ASGI middleware: HEAD is asked as GET is, and the server leaves the body out; the whole base, not to be read for its head, answers itself."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD" and not scope["path"].endswith(whole.FILE):
            scope = {**scope, "method": "GET"}
        await self.app(scope, receive, send)


class TooLong(Exception):
    """A body goes beyond BODY_BYTES."""


def too_long() -> Problem:
    """The problem of a body that is not read to its end."""
    return Problem("too_large", f"Au plus {BODY_BYTES} octets.", f"At most {BODY_BYTES} bytes.")


class ShortQuestions:
    """ASGI middleware: a body beyond BODY_BYTES is not read to its end, and gets a problem."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > BODY_BYTES:
                raise TooLong
            return message

        try:
            await self.app(scope, counted, send)
        except TooLong:
            await problems.answer(Request(scope), too_long())(scope, receive, send)
