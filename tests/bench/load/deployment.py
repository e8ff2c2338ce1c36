"""Replicas behind a true nginx, on loopback: what deploy/ describes, started, killed and restarted here."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.nginx import Front, configuration
from deploy.www import lay_out

ROOT = Path(__file__).parents[3]
STARTED_SECONDS = 120
BASE = "/atlas"
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


@dataclass
class Deployment:
    """`command(port)` is the program of a replica. Replicas are numbered from 1, as nginx's cookie numbers them."""

    folder: Path
    command: Callable[[int], list[str]]
    ports: tuple[int, ...]
    url: str = ""
    processes: dict[int, subprocess.Popen] = field(default_factory=dict)

    def start(self, number: int) -> None:
        with (self.folder / f"replica-{number}.log").open("a") as log:
            self.processes[number] = subprocess.Popen(
                self.command(self.ports[number - 1]), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
            )

    def ready(self, number: int) -> None:
        """Wait until this replica says that it is ready. Raises RuntimeError with the end of its log."""
        until = time.monotonic() + STARTED_SECONDS
        while self.processes[number].poll() is None and time.monotonic() < until:
            if answers(f"http://127.0.0.1:{self.ports[number - 1]}/ready"):
                return
            time.sleep(0.1)
        raise RuntimeError(f"Replica {number} did not start. {self.log(number)[-2000:]}")

    def stop(self, number: int, how: str = "terminate") -> None:
        process = self.processes[number]
        getattr(process, how)()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self) -> None:
        """End what replicas were started with."""

    def log(self, number: int) -> str:
        return (self.folder / f"replica-{number}.log").read_text()

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self.processes.values() if process.poll() is None]


def atlas(port: int) -> list[str]:
    """The atlas itself."""
    return [sys.executable, "serve.py", "--port", str(port), "--base", BASE.strip("/")]


@contextmanager
def deployed(
    folder: Path, command=atlas, replicas: int = 2, kind: type[Deployment] = Deployment, **front
) -> Iterator[Deployment]:
    """K replicas that are ready, and nginx in front of them at `url`. `kind`: how replicas are started."""
    listen, *ports = free_ports(replicas + 1)
    here = kind(folder, command, tuple(ports), f"http://127.0.0.1:{listen}{BASE}")
    lay_out(folder / "www", BASE)
    settings = Front(
        tuple(f"127.0.0.1:{port}" for port in ports),
        f"127.0.0.1:{listen}",
        BASE,
        folder / "www",
        ROOT / "static",
        folder,
        str(folder / "visits.log"),
        user="root" if os.getuid() == 0 else "",
        **front,
    )
    (folder / "nginx.conf").write_text(configuration(settings))
    with ExitStack() as ending:
        ending.callback(here.close)
        for number in range(1, replicas + 1):
            here.start(number)
            ending.callback(here.stop, number)
        with (folder / "nginx.log").open("w") as log:
            nginx = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf")], stdout=log, stderr=subprocess.STDOUT)
        ending.callback(nginx.wait, 20)
        ending.callback(nginx.terminate)
        for number in here.processes:
            here.ready(number)
        yield here


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except (urllib.error.URLError, OSError):
        return False
    return True


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
