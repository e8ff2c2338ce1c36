"""The command line of the ETL: `python -m etl build`, `check`, `sources`, `snapshot`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb
from tqdm import tqdm

from etl import build as builder
from etl.source import BuildError
from etl.sources import SOURCES

ROOT = builder.ROOT
DATABASE = builder.DATABASE


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrompu : rien n'a été remplacé.", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m etl", description="Construit la base de Maillage.")
    commands = top.add_subparsers(required=True, metavar="commande")

    build = commands.add_parser("build", help="construire la base à partir des données embarquées")
    build.add_argument("--departement", nargs="+", default=[], metavar="08", help="seulement ces départements")
    build.add_argument("--output", type=Path, default=DATABASE, help="fichier à écrire")
    build.add_argument("--progress", choices=("bar", "lines"), default="bar", help=argparse.SUPPRESS)
    build.set_defaults(run=run_build)

    check = commands.add_parser("check", help="vérifier une base construite")
    check.add_argument("path", type=Path, nargs="?", default=DATABASE)
    check.set_defaults(run=run_check)

    sources = commands.add_parser("sources", help="ce que l'on sait de chaque source")
    sources.set_defaults(run=run_sources)

    snapshot = commands.add_parser("snapshot", help="refaire data/snapshot à partir de ses paquets")
    snapshot.add_argument("--packages", type=Path, help="dossier où lire ou garder les paquets téléchargés")
    snapshot.set_defaults(run=run_snapshot)
    return top


def run_build(options) -> int:
    with tqdm(total=100, bar_format="{bar:30} {percentage:3.0f} % {desc}", disable=options.progress != "bar") as bar:

        def progress(step: str, share: float) -> None:
            bar.set_description_str(step)
            bar.update(round(100 * share) - bar.n)
            if options.progress == "lines":
                # Read by maillage/ui.py, which draws its own bar.
                print(f"{share:.3f}\t{step}", flush=True)

        version = builder.build(options.output, departements=tuple(options.departement), progress=progress)
    print(f"{options.output.name} : construction {version}.")
    return 0


def run_check(options) -> int:
    if not options.path.exists():
        raise BuildError(f"{options.path} n'existe pas. Lancez « python -m etl build ».")
    try:
        with duckdb.connect(str(options.path), read_only=True) as connection:
            offenders = builder.check(connection)
    except duckdb.Error as error:
        raise BuildError(f"{options.path} n'est pas une base lisible : {str(error).splitlines()[0]}") from error
    print("\n".join(offenders) or f"{len(builder.checks())} vérifications, rien à redire.")
    return 1 if offenders else 0


def run_sources(options) -> int:
    for module in SOURCES:
        source = module.SOURCE
        print(f"{source.source_id} : {source.title}")
        print(f"    {source.producer}")
        print(f"    {source.licence} ; millésime {source.vintage} ; lu le {source.retrieved_at}")
    return 0


def run_snapshot(options) -> int:
    # geopandas and the packages are needed here only.
    from etl import snapshot

    for name, count in snapshot.build(ROOT / "data" / "snapshot", options.packages).items():
        print(f"{name} : {count} lignes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
