"""A server on 127.0.0.1 that says what a test tells it to, faults included, and remembers what it was asked.

    with Server() as server:
        url = server.serve("/communes.json", Answer(status=500), Answer(b"[]", etag='"a"'))
        …
        assert [request.status for request in server.requests] == [500, 200]

Answers are given in order and the last one repeats; a function of the request may stand for an answer. With an `etag` or a
`last_modified`, an answer honours conditional requests and ranges as RFC 9110 wants, unless told otherwise.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from etl.network.download import Settings

TEN_GB = 10_000_000_000


class Fault(Enum):
    """What goes wrong once `after` bytes of the body are sent."""

    CUT = auto()  # the connection closes
    RESET = auto()  # the connection breaks
    STALL = auto()  # nothing more comes
    DRIP = auto()  # one byte every twentieth of a second
    MUTE = auto()  # not even a status line


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    ranges: bool = True  # False: a Range is ignored, the whole body comes
    trusts_ranges: bool = False  # True: If-Range is ignored, the asked part of whatever is there comes
    conditional: bool = True  # False: never a 304
    chunked: bool = False  # no Content-Length
    length: int | None = None  # a Content-Length that is not the body's
    fault: Fault | None = None
    after: int = 0


def patience(settings: Settings, fault: Fault | None, seconds: float = 0.2) -> Settings:
    """Settings that soon leave a server that is silent, or drips, and give any other its time."""
    if fault is Fault.DRIP:
        return replace(settings, slow_s=seconds)
    return replace(settings, read_s=seconds) if fault in (Fault.STALL, Fault.MUTE) else settings


def redirect(target: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": target})


def huge(length: int = TEN_GB) -> Answer:
    """An answer that announces ten gigabytes, and sends a little."""
    return Answer(b"[" + b" " * 1000, length=length, fault=Fault.STALL, after=1000)


@dataclass
class Request:
    path: str  # with its query; a whole address when the server is used as a proxy
    headers: dict[str, str]  # names in lower case
    status: int = 0  # what was answered
    body: bytes = b""  # what was posted

    @property
    def range(self) -> str | None:
        return self.headers.get("range")


Script = Answer | Callable[[Request], Answer]


class Server:
    """`certificate` is a PEM file, key and certificate, that makes it speak HTTPS."""

    def __init__(self, certificate: Path | None = None):
        self.requests: list[Request] = []
        self._scripts: dict[str, list[Script]] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
            self._scheme = "https"

    def __enter__(self) -> Server:
        threading.Thread(target=self._http.serve_forever, args=(0.005,), daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._closing.set()  # wakes those that stall
        self._http.shutdown()
        self._http.server_close()

    def url(self, path: str) -> str:
        return f"{self._scheme}://127.0.0.1:{self._http.server_port}{path}"

    def serve(self, path: str, *answers: Script) -> str:
        """Answer so from now on at this path (with or without a query); return its address."""
        with self._lock:
            self._scripts[path] = list(answers)
        return self.url(path)

    def serve_file(self, path: str, file: Path, **options) -> str:
        """A file as a good server gives it."""
        body = file.read_bytes()
        return self.serve(path, Answer(body, etag=f'"{hashlib.md5(body).hexdigest()}"', **options))

    def serve_dataset(self, path: str, files: dict[str, bytes | Script], **wrong) -> str:
        """A data.gouv.fr dataset (API v1) and its files, oldest first, under /static; `wrong` keys replace what the
        catalogue says of each. A file that is not bytes is served so, and has no size nor checksum in the catalogue.
        """
        resources = []
        for day, (name, content) in enumerate(files.items(), 1):
            resource = {
                "title": name,
                "format": "json.gz",
                "filesize": None,
                "checksum": None,
                "filetype": "file",
                "last_modified": f"2026-08-{day:02}T10:00:00+00:00",
            }
            if isinstance(content, bytes):
                resource["filesize"] = len(content)
                resource["checksum"] = {"type": "sha1", "value": hashlib.sha1(content).hexdigest()}
                content = Answer(content, etag=f'"{hashlib.md5(content).hexdigest()}"')
            resource["url"] = self.serve(f"/static/{name}", content)
            resources.append(resource | wrong)
        return self.serve(path, Answer(json.dumps({"id": "1", "resources": resources}).encode()))

    def asked(self, path: str) -> list[Request]:
        """The requests for this path, in order."""
        with self._lock:
            return [request for request in self.requests if path in (request.path, urlsplit(request.path).path)]

    def _answer(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            paths = (request.path, urlsplit(request.path).path)
            script = next((self._scripts[path] for path in paths if path in self._scripts), [Answer(status=404)])
            answer = script.pop(0) if len(script) > 1 else script[0]
        return answer if isinstance(answer, Answer) else answer(request)

    def _handler(server) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                request = Request(self.path, {name.lower(): value for name, value in self.headers.items()})
                request.body = self.rfile.read(int(request.headers.get("content-length", 0)))
                answer = server._answer(request)
                with suppress(OSError):  # the client may leave before the end
                    _Reply(self, request, answer, server._closing).send()

            do_POST = do_GET

            def log_message(self, *_):
                pass

        return Handler


class _Reply:
    def __init__(self, handler: BaseHTTPRequestHandler, request: Request, answer: Answer, closing: threading.Event):
        self.handler, self.request, self.answer, self.closing = handler, request, answer, closing
        handler.close_connection = True

    def send(self) -> None:
        if self.answer.fault is Fault.MUTE:
            self.closing.wait(60)
            return
        status, body, headers = self._content()
        self.request.status = status
        self.handler.protocol_version = "HTTP/1.1" if self.answer.chunked else "HTTP/1.0"
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self._body(body)

    def _content(self) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers, given what was asked."""
        answer, asked = self.answer, self.request.headers
        validators = {"ETag": answer.etag, "Last-Modified": answer.last_modified}
        headers = {name: value for name, value in validators.items() if value} | answer.headers
        if answer.status != 200:
            return answer.status, answer.body, self._sized(answer.body, headers)
        unchanged = (answer.etag and asked.get("if-none-match") == answer.etag) or (
            "if-none-match" not in asked
            and answer.last_modified
            and asked.get("if-modified-since") == answer.last_modified
        )
        if unchanged and answer.conditional:
            return 304, b"", headers
        wanted = re.fullmatch(r"bytes=(\d+)-", asked.get("range", ""))
        if wanted and answer.ranges and self._is_still_that():
            start, whole = int(wanted[1]), len(answer.body)
            if start >= whole:
                return 416, b"", self._sized(b"", headers | {"Content-Range": f"bytes */{whole}"})
            body = answer.body[start:]
            return 206, body, self._sized(body, headers | {"Content-Range": f"bytes {start}-{whole - 1}/{whole}"})
        return 200, answer.body, self._sized(answer.body, headers)

    def _is_still_that(self) -> bool:
        condition = self.request.headers.get("if-range")
        answer = self.answer
        return answer.trusts_ranges or condition is None or condition in (answer.etag, answer.last_modified)

    def _sized(self, body: bytes, headers: dict[str, str]) -> dict[str, str]:
        if self.answer.chunked:
            return headers | {"Transfer-Encoding": "chunked"}
        length = len(body) if self.answer.length is None else self.answer.length
        return {"Content-Length": str(length)} | headers

    def _body(self, body: bytes) -> None:
        fault = self.answer.fault
        self._write(body if fault is None else body[: self.answer.after])
        if fault is Fault.STALL:
            self.closing.wait(60)
        elif fault is Fault.RESET:
            linger = struct.pack("ii", 1, 0)
            self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.handler.connection.close()
        elif fault is Fault.DRIP:
            for index in range(self.answer.after, len(body)):
                self._write(body[index : index + 1])
                if self.closing.wait(0.05):
                    return
        if fault in (None, Fault.DRIP) and self.answer.chunked:
            self.handler.wfile.write(b"0\r\n\r\n")

    def _write(self, data: bytes) -> None:
        if self.answer.chunked and data:
            data = f"{len(data):x}\r\n".encode() + data + b"\r\n"
        self.handler.wfile.write(data)
        self.handler.wfile.flush()
