"""The configuration of nginx for K replicas: `python -m deploy.nginx --replica 127.0.0.1:8501 127.0.0.1:8502 > nginx.conf`."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Front:
    """What nginx is told. `base`: the path under which the atlas is published, « /atlas » or nothing; `patience`: seconds given to
    whoever asks; `doors`, `rate`: connections, and requests a second, of one address; `tls`: the folder of a certificate."""

    replicas: tuple[str, ...]
    listen: str = "8080"
    base: str = ""
    www: Path = ROOT / "www"
    static: Path = ROOT / "static"
    run: Path = Path("/run/maillage-nginx")
    log: str = "/dev/stdout"
    types: Path = Path("/etc/nginx/mime.types")
    user: str = ""
    tls: str = ""
    connections: int = 10_000
    doors: int = 400
    rate: int = 30
    patience: int = 10


def configuration(front: Front) -> str:
    """The text of nginx.conf. Raises ValueError with a sentence when a replica is no address: its number is read from it."""
    for replica in front.replicas:
        if not re.fullmatch(r"\d+(\.\d+){3}:\d+", replica):
            raise ValueError(f"« {replica} » n'est pas l'adresse d'une réplique : donnez-la comme 127.0.0.1:8501.")
    if front.base and not re.fullmatch(r"(/\w[\w.~-]*)+", front.base, re.ASCII):
        raise ValueError(f"« {front.base} » n'est pas un chemin d'adresse : donnez-le comme /atlas.")
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # not HTML: nothing to escape
    return environment.get_template("nginx.conf.j2").render(**vars(front))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.nginx", description=__doc__)
    parser.add_argument("--replica", nargs="+", required=True, metavar="127.0.0.1:8501")
    for name in ("listen", "base", "log", "user", "tls"):
        parser.add_argument(f"--{name}", default=getattr(Front, name))
    for name in ("www", "static", "run"):
        parser.add_argument(f"--{name}", type=Path, default=getattr(Front, name))
    for name in ("connections", "doors", "rate", "patience"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Front, name))
    options = vars(parser.parse_args())
    try:
        print(configuration(Front(replicas=tuple(options.pop("replica")), **options)))
    except ValueError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
