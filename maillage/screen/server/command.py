"""The command that serves the atlas. What is set wrong is said in one sentence, and nothing is served."""

from __future__ import annotations

import argparse
import os
import re
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from maillage import settings

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "app.py"
MESSAGE_BYTES = 4 * 1024 * 1024  # of what a page may send at once; files come another way
GRACE_SECONDS = 10  # for what is being sent when the service is asked to stop
MISUSED, UNABLE = 2, 1  # what the process answers


class Parser(argparse.ArgumentParser):
    """Options of the server; a bad one is one sentence and a non-zero end."""

    def error(self, message: str) -> NoReturn:
        """Stop with one French sentence, in place of the usage of argparse."""
        stop(f"{message[:1].upper()}{message[1:]} : « {self.prog} --help » dit ce qui existe.", MISUSED)


def main(arguments: list[str] | None = None) -> int:
    """Serve the atlas until it is stopped; bad settings end it with one sentence."""
    options = parser().parse_args(arguments)
    if sentence := settings.mistakes() or wrong(options):
        stop(sentence, MISUSED)
    with listening(options.address, options.port) as door:
        from maillage.screen.server import application, journal

        journal.install()
        if sentence := application.why_not_ready():
            stop(sentence, UNABLE)
        return serve(application.application(SCRIPT, base=options.base), door)


def serve(app, door: socket.socket) -> int:
    """Serve until told to stop. 0 when it ended as asked."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets=None) -> None:
            await super().startup(sockets)
            if self.started:
                host, port = door.getsockname()[:2]
                print(f"Maillage répond à http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
                notify("READY=1")

    server = Server(
        uvicorn.Config(
            app,
            ws="websockets-sansio",
            ws_max_size=MESSAGE_BYTES,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            lifespan="on",
        )
    )
    with suppress(KeyboardInterrupt):
        server.run(sockets=[door])
    return 0 if server.started else UNABLE


def notify(state: str) -> None:
    """Tell systemd, where it started us (sd_notify(3)), that a restart may go on to the next replica."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)


def parser() -> argparse.ArgumentParser:
    """The options of the server."""
    made = Parser(prog="python serve.py", description="Sert l'atlas Maillage.", allow_abbrev=False)
    made.add_argument("--address", default="127.0.0.1", help="adresse à laquelle répondre (127.0.0.1)")
    made.add_argument("--port", type=int, default=8501, help="port auquel répondre (8501)")
    made.add_argument("--base", default="", help="chemin sous lequel l'atlas est publié, par exemple « atlas »")
    return made


def wrong(options: argparse.Namespace) -> str | None:
    """A sentence when an option means nothing."""
    if not 0 < options.port < 65536:
        return f"--port {options.port} n'est pas un port : donnez un nombre de 1 à 65535."
    if not re.fullmatch(r"/?(\w[\w.~-]*(/\w[\w.~-]*)*)?/?", options.base, re.ASCII):
        return f"--base {options.base} n'est pas un chemin d'adresse : des lettres, des chiffres, « - » et « / »."
    return None


def listening(address: str, port: int) -> socket.socket:
    """The door, held but closed: a visitor who comes before the atlas is ready is sent to another replica."""
    try:
        (family, kind, protocol, _, place), *_ = socket.getaddrinfo(
            address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except socket.gaierror:
        stop(f"--address {address} n'est pas une adresse de cette machine.", MISUSED)
    # With its protocol: else asyncio leaves TCP_NODELAY off, and the body of an answer waits 40 ms behind its head.
    door = socket.socket(family, kind, protocol)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(place)
    except PermissionError:
        stop(f"Le port {port} est réservé : choisissez-en un au-dessus de 1023 (--port).", UNABLE)
    except OSError:
        stop(
            f"Le port {port} de {address} est déjà pris, ou l'adresse n'est pas de cette machine : --port, --address.",
            UNABLE,
        )
    return door


def stop(sentence: str, code: int) -> NoReturn:
    """End with one sentence on stderr and this exit status."""
    print(sentence, file=sys.stderr)
    raise SystemExit(code)
