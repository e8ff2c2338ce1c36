"""The command line of the ETL: build, fetch, doctor, check, report, read, sources, diff, rollback, snapshot."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb
from tqdm import tqdm

from etl import build as builder
from etl import doctor, reading, report
from etl.history import builds, diff
from etl.intake import Live
from etl.network.cache import Cache
from etl.network.fetch import bar, fetch
from etl.source import BuildError, Source, SourceError
from etl.sources import SOURCES

ROOT = builder.ROOT
DATABASE = builder.DATABASE
RAW = ROOT / "data" / "raw"
REMOTE = tuple(module for module in SOURCES if module.SOURCE.remote)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit status: 0, or 1 after one sentence on stderr, 130 when interrupted."""
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
    """Commands and their options: a contract with users and their scripts."""
    top = argparse.ArgumentParser(prog="python -m etl", description="Construit la base de Maillage.")
    commands = top.add_subparsers(required=True, metavar="commande")

    build = commands.add_parser("build", help="construire la base : données embarquées, listes de data/local")
    build.add_argument("--live", action="store_true", help="et sources officielles, demandées au réseau")
    build.add_argument(
        "--offline", action="store_true", help="avec --live : les fichiers déjà dans data/raw, sans réseau"
    )
    build.add_argument(
        "--accepter",
        nargs="+",
        default=[],
        metavar="SOURCE",
        help="croire ces sources même si elles ont perdu beaucoup de lignes",
    )
    build.add_argument("--departement", nargs="+", default=[], metavar="08", help="seulement ces départements")
    build.add_argument("--output", type=Path, default=DATABASE, help="fichier à écrire")
    build.add_argument("--progress", choices=("bar", "lines"), default="bar", help=argparse.SUPPRESS)
    build.set_defaults(run=run_build)

    fetch = commands.add_parser("fetch", help="télécharger et vérifier les sources officielles, sans construire")
    fetch.add_argument("sources", nargs="*", metavar="SOURCE", help="seulement celles-ci (voir « sources »)")
    fetch.add_argument("--offline", action="store_true", help="dire ce que data/raw contient, sans réseau")
    fetch.set_defaults(run=run_fetch)

    doctor = commands.add_parser(
        "doctor",
        help="dire ce que chaque source officielle est aujourd'hui : joignable, taille, date, forme ; sans rien écrire",
    )
    doctor.add_argument("sources", nargs="*", metavar="SOURCE", help="seulement celles-ci (voir « sources »)")
    doctor.set_defaults(run=run_doctor)

    check = commands.add_parser("check", help="vérifier une base construite")
    check.add_argument("path", type=Path, nargs="?", default=DATABASE)
    check.set_defaults(run=run_check)

    report = commands.add_parser("report", help="ce que chaque source a donné à une base, et les lignes refusées")
    report.add_argument("path", type=Path, nargs="?", default=DATABASE)
    report.add_argument("--rows", action="store_true", help="ligne par ligne, et non seulement les comptes")
    report.set_defaults(run=run_report)

    list_command = commands.add_parser(
        "read", help="lire une liste de structures sans rien construire : comprise, refusée, pourquoi"
    )
    reading.arguments(list_command)

    sources = commands.add_parser("sources", help="ce que l'on sait de chaque source")
    sources.set_defaults(run=run_sources)

    diff = commands.add_parser("diff", help="ce qui a ouvert, fermé, déménagé, changé entre deux bases")
    diff.add_argument("old", metavar="ANCIENNE", help="un fichier, ou une version de data/builds")
    diff.add_argument("new", metavar="NOUVELLE", help="un fichier, ou une version de data/builds")
    diff.set_defaults(run=run_diff)

    rollback = commands.add_parser("rollback", help="remettre en place la construction précédente")
    rollback.set_defaults(run=run_rollback)

    snapshot = commands.add_parser("snapshot", help="refaire data/snapshot à partir de ses paquets")
    snapshot.add_argument("--packages", type=Path, help="dossier où lire ou garder les paquets téléchargés")
    snapshot.set_defaults(run=run_snapshot)
    return top


def run_build(options) -> int:
    """Build, with a bar or a line a step; say what nobody read."""
    live = bring(REMOTE, options.offline, frozenset(options.accepter)) if options.live else None
    with tqdm(total=100, bar_format="{bar:30} {percentage:3.0f} % {desc}", disable=options.progress != "bar") as bar:

        def progress(step: str, share: float) -> None:
            bar.set_description_str(step)
            bar.update(round(100 * share) - bar.n)
            if options.progress == "lines":
                # Read by maillage/screen/frame.py, which draws its own bar.
                print(f"{share:.3f}\t{step}", flush=True)

        version = builder.build(
            options.output,
            departements=tuple(options.departement),
            live=live,
            offline=options.offline or not options.live,
            progress=progress,
        )
    with duckdb.connect(str(options.output), read_only=True) as connection:
        troubles, unread = report.troubles(connection), report.unread(connection)
    print("".join(f"{sentence}\n" for sentence in troubles), end="", file=sys.stderr)
    print(" ".join(filter(None, [f"{options.output.name} : construction {version}.", unread])))
    return 0


def bring(modules, offline: bool, accepted: frozenset[str] = frozenset()) -> Live:
    """Fetch every source, each with its bar; one that fails is a sentence, and the next one is tried."""
    unknown = accepted - {module.SOURCE.source_id for module in REMOTE}
    if unknown:
        raise BuildError(f"Source inconnue : {', '.join(sorted(unknown))}. « python -m etl sources » les donne.")
    cache, files = Cache(RAW), {}
    for module in modules:
        source = module.SOURCE
        try:
            with bar(source.title) as progress:
                files[source.source_id] = fetch(source, cache, offline=offline, progress=progress)
        except SourceError as error:
            files[source.source_id] = error
    return Live(cache, files, accepted)


def run_fetch(options) -> int:
    """Bring the files of live sources, one line each, without building."""
    known = {module.SOURCE.source_id: module for module in REMOTE}
    if unknown := set(options.sources) - set(known):
        raise BuildError(f"Source inconnue : {', '.join(sorted(unknown))}. À demander au réseau : {', '.join(known)}.")
    live = bring([known[name] for name in options.sources or known], options.offline)
    for name, brought in live.files.items():
        if isinstance(brought, SourceError):
            print(f"{name} : {brought}", file=sys.stderr)
        else:
            outcome = brought.trouble or {"nouveau": "nouveau fichier", "inchange": "inchangé"}.get(brought.outcome, "")
            print(f"{name} : {brought.name}, {brought.path.stat().st_size / 1e6:.1f} Mo, {outcome}")
    return 1 if any(isinstance(brought, SourceError) for brought in live.files.values()) else 0


def run_doctor(options) -> int:
    """One line a live source; 1 when one of them cannot be had, or is of another shape."""
    known = (*(module.SOURCE.source_id for module in REMOTE), doctor.ADDRESSES)
    if unknown := set(options.sources) - set(known):
        raise BuildError(f"Source inconnue : {', '.join(sorted(unknown))}. À demander au réseau : {', '.join(known)}.")
    sound = True
    for diagnosis in doctor.examine(options.sources):
        print(diagnosis, flush=True)
        sound &= diagnosis.sound
    return 0 if sound else 1


def run_check(options) -> int:
    """Run the checks on a built database; 1 when a row offends. Raises BuildError when there is no readable base."""
    if not options.path.exists():
        raise BuildError(f"{options.path} n'existe pas. Lancez « python -m etl build ».")
    try:
        with duckdb.connect(str(options.path), read_only=True) as connection:
            offenders = builder.check(connection)
    except duckdb.Error as error:
        raise BuildError(f"{options.path} n'est pas une base lisible : {str(error).splitlines()[0]}") from error
    print("\n".join(offenders) or f"{len(builder.checks())} vérifications, rien à redire.")
    return 1 if offenders else 0


def run_report(options) -> int:
    """What became of the rows of the lists, as lines of text."""
    if not options.path.exists():
        raise BuildError(f"{options.path} n'existe pas. Lancez « python -m etl build ».")
    try:
        with duckdb.connect(str(options.path), read_only=True) as connection:
            print("\n".join(report.lines(connection, options.rows)))
    except duckdb.Error as error:
        raise BuildError(f"{options.path} n'est pas une base lisible : {str(error).splitlines()[0]}") from error
    return 0


def run_sources(options) -> int:
    """Every source that a build may read: producer, licence, vintage, when it was brought."""
    cache = Cache(RAW)
    for module in SOURCES:
        source = module.SOURCE
        print(f"{source.source_id} : {source.title}")
        print(f"    {source.producer}")
        print(f"    {source.licence} ; millésime {source.vintage} ; {retrieved(source, cache)}")
    return 0


def retrieved(source: Source, cache: Cache) -> str:
    """When a source was brought, in words."""
    if source.local:
        return f"listes locales data/local/{source.local}"
    if not source.remote:
        return f"embarquée, lue le {source.retrieved_at}"
    latest = cache.latest(source.source_id)
    return f"téléchargée le {latest.retrieved_at:%d/%m/%Y} ({latest.name})" if latest else "jamais téléchargée"


def run_diff(options) -> int:
    """What changed between two builds, as text."""
    print(diff.report(builds.locate(options.old, DATABASE), builds.locate(options.new, DATABASE)))
    return 0


def run_rollback(options) -> int:
    """Put a kept build back in place."""
    version = builds.rollback(DATABASE, ROOT / "static", tell=lambda sentence: print(sentence, file=sys.stderr))
    print(f"{DATABASE.name} : construction {version} remise en place.")
    return 0


def run_snapshot(options) -> int:
    """Remake the embedded geography from packages on disk."""
    # geopandas and the packages are needed here only.
    from etl import snapshot

    for name, count in snapshot.build(ROOT / "data" / "snapshot", options.packages).items():
        print(f"{name} : {count} lignes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
