"""A list that a visitor brings, for the time of a visit: read in a process of its own, shown, given back clean.

The ETL reads it (`python -m etl.reading`) through pipes, within bounds of memory and time: a hostile file harms nobody, and
nothing is written on the server. Its operator may name a folder where visitors can leave a cleaned list: MAILLAGE_DEPOT.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa

from maillage import catalog
from maillage.address.selection import Selection
from maillage.catalog import structure_list
from maillage.catalog.palettes import colours
from maillage.language import names, text
from maillage.language.spreadsheet import csv
from maillage.queries import territories
from maillage.records.map_view import GROUND, Base, Classes, MapView, Paint, Part
from maillage.subjects import map_composer
from maillage.subjects.atlas.map import Scene
from maillage.warehouse import Ask

ROOT = Path(__file__).parents[2]
SECONDS = 60
MOST_MB = 30  # as .streamlit/config.toml has it
MOST_ON_MAP = 10_000
MOST_DEPOSITED = 500  # files: strangers write there
FOLDER = "MAILLAGE_DEPOT"

_TOGETHER = threading.BoundedSemaphore(2)  # a reading fills a core

Progress = Callable[[str, float], None]


class UnusableList(Exception):
    """Why a file cannot be read: a sentence for whoever brought it."""


@dataclass(frozen=True)
class Brought:
    """A list, read. `rows` has the columns of `etl.reading.structures`."""

    name: str
    sha256: str
    rows: pd.DataFrame

    @property
    def understood(self) -> pd.DataFrame:
        """The rows that were understood, doubtful ones included."""
        return self.rows[self.rows["type"].notna()]

    @property
    def readings(self) -> pd.DataFrame:
        """Each row of the list; what is told of its headings is none."""
        return self.rows[self.rows["type"].notna() | (self.rows["outcome"] == "refuse")]

    @property
    def headings(self) -> list[str]:
        """What is told of the headings."""
        return list(self.rows.drop(self.readings.index)["sentence"])

    def count(self, outcome: str) -> int:
        """How many rows had an outcome: compris, ambigu, refuse."""
        return int((self.readings["outcome"] == outcome).sum())


def read(name: str, content: bytes, database: Path, progress: Progress = lambda step, share: None) -> Brought:
    """What a build would say of a list, beside the sites of a database. Raises UnusableList with a sentence."""
    if len(content) > MOST_MB * 1_000_000:
        raise UnusableList(f"« {tame(name)} » dépasse {MOST_MB} Mo. Gardez-y les seules lignes utiles.")
    command = [sys.executable, "-m", "etl.reading", "-", f"--name={tame(name)}", f"--base={database}"]
    with (
        _TOGETHER,
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process,
    ):
        late = threading.Event()
        clock = threading.Timer(SECONDS, lambda: (late.set(), process.kill()))
        rows: list[bytes] = []
        hands = [
            threading.Thread(target=_pour, args=(process.stdin, content)),
            threading.Thread(target=lambda: rows.append(process.stdout.read())),
        ]
        for thread in (clock, *hands):
            thread.daemon = True
            thread.start()
        last = ""
        try:
            for line in process.stderr:
                last = line.decode("utf-8", errors="replace").strip() or last
                share, tab, step = last.partition("\t")
                if tab:
                    progress(step, float(share))
        finally:
            process.kill()  # it has ended, or nobody waits for it any more
            clock.cancel()
            for thread in hands:
                thread.join()
        code = process.wait()
    if late.is_set():
        raise UnusableList(
            f"La lecture de « {tame(name)} » a dépassé {SECONDS} secondes. Coupez la liste en plusieurs fichiers."
        )
    if code != 0:
        sentence_known = code == 1 and last.startswith("«")
        raise UnusableList(
            last if sentence_known else f"« {tame(name)} » n'a pas pu être lu : sa lecture s'est arrêtée d'elle-même."
        )
    frame = pa.ipc.open_stream(rows[0]).read_all().to_pandas()
    return Brought(tame(name), hashlib.sha256(content).hexdigest(), frame)


def _pour(pipe, content: bytes) -> None:
    try:
        with pipe:
            pipe.write(content)
    except OSError:  # refused before it was read whole
        pass


def tame(name: str) -> str:
    """A stranger's file name, short and without a path nor anything that commands or files could mistake."""
    bare = re.sub(r"[^\w .()-]", "_", name.replace("\\", "/").rsplit("/", 1)[-1])
    stem, dot, suffix = bare.rpartition(".")
    return f"{(stem if dot else bare)[:60].strip() or 'liste'}{f'.{suffix[:8]}' if dot else ''}"


# -- given back --------------------------------------------------------------------------------------------------------


def cleaned(brought: Brought) -> pd.DataFrame:
    """The rows understood, in the columns of docs/modeles/structures.csv."""
    return brought.understood[list(structure_list.COLUMNS)]


def file_name(brought: Brought) -> str:
    """Such as a build finds it in data/local, and the same for the same list."""
    name = names.slug(brought.name.rpartition(".")[0], 40).removeprefix("structures").strip("-") or "liste"
    return f"structures-{name}-{brought.sha256[:8]}.csv"


def folder() -> Path | None:
    """Where the operator lets visitors leave lists; None when nothing is ever written."""
    named = os.environ.get(FOLDER)
    return Path(named) if named and Path(named).is_dir() else None


def deposit(brought: Brought) -> str:
    """Leave the cleaned list in the operator's folder; say its name. Raises UnusableList."""
    where = folder()
    if where is None:
        raise UnusableList("Rien ne se dépose sur cet atlas. Téléchargez la liste au propre.")
    path = where / file_name(brought)
    try:
        if sum(1 for _ in where.iterdir()) >= MOST_DEPOSITED and not path.exists():
            raise UnusableList("Le dossier des dépôts est plein : prévenez l'administrateur de cet atlas.")
        draft = path.with_suffix(f".{threading.get_ident()}.part")
        draft.write_bytes(csv(cleaned(brought)))
        draft.replace(path)
    except OSError as error:
        raise UnusableList(
            f"Le dépôt n'a pas pu être écrit ({error.strerror}) : prévenez l'administrateur de cet atlas."
        ) from None
    return path.name


# -- on a map -----------------------------------------------------------------------------------------------------------


def sites(brought: Brought, departements: list[str] | None = None) -> pd.DataFrame:
    """The rows understood, as `maillage.queries.sites.placed` gives sites, of some départements (none: all of them)."""
    rows = brought.understood
    if departements is not None:
        rows = rows[rows["departement"].isin(departements)]
    rows = rows[rows["status"] != "ferme"]
    return pd.DataFrame(
        {
            "site_id": "votre-liste-" + rows["id"],
            "type": rows["type"],
            "name": rows["nom"],
            "status": rows["status"],
            "commune_code": rows["code_commune"],
            "commune": rows["commune"],
            "departement_code": rows["departement"],
            "address": rows["adresse"],
            "lon": rows["point_lon"],
            "lat": rows["point_lat"],
            "precision": rows["precision"],
            "places": pd.to_numeric(rows["places"]).astype("Int32"),
            "opened_on": rows["date_ouverture"],
            "note": rows["remarque"],
            "as_of": rows["source_date"],
            "mine": True,
        }
    ).reset_index(drop=True)


def beside(scene: Scene, brought: Brought | None, departements: list[str]) -> Scene:
    """The map of the page with the visitor's own list upon it, and a note that says so."""
    if brought is None:
        return scene
    mine = sites(brought, departements)
    drawn = mine.head(MOST_ON_MAP)
    note = (
        f"Votre liste « {brought.name} », non enregistrée : {text.count(len(mine), 'structure')} ici, cerclées sur la carte pour "
        "cette visite seulement. Ni les chiffres, ni les listes, ni les distances n'en tiennent compte."
    )
    if len(mine) > len(drawn):
        note += f" Les {text.number(len(drawn))} premières sont posées."
    if drawn.empty:
        return replace(scene, notes=[*scene.notes, note])
    return replace(scene, view=map_composer.upon(scene.view, drawn), notes=[*scene.notes, note])


def view(ask: Ask, brought: Brought, contours: str) -> MapView:
    """The rows of a list over the départements, which are shaded by how many rows stand in each."""
    placed = sites(brought)
    codes = sorted(code for code, *_ in ask(territories.departements))
    counts = pd.Series(codes).map(placed["departement_code"].value_counts()).fillna(0)
    marks = "".join(GROUND if count == 0 else "0" for count in counts)
    classes = Classes((), colours("Purples", 6)[1:2], (int((counts > 0).sum()),), 0)
    part = Part("departements", "departement", marks, counts.astype(float).tolist())
    label = f"Carte des structures de votre liste, {len(placed)} posées. Le tableau dit où chaque ligne est placée."
    base = Base(contours, label, f"liste-{brought.sha256[:12]}", _frame(placed))
    paint = Paint([part], classes, "de votre liste")
    return map_composer.upon(map_composer.compose(ask, Selection(), base, paint, ()), placed.head(MOST_ON_MAP))


def _frame(placed: pd.DataFrame) -> tuple[float, float, float, float]:
    """West, south, east, north of the points, with some land around; France when there is none."""
    if placed.empty:
        return (-5.2, 41.3, 9.6, 51.1)
    west, east, south, north = (
        placed["lon"].min(),
        placed["lon"].max(),
        placed["lat"].min(),
        placed["lat"].max(),
    )
    margin = max(0.15, 0.08 * (east - west), 0.08 * (north - south))
    return (west - margin, south - margin, east + margin, north + margin)


def kinds(brought: Brought) -> list[str]:
    """The types of the list, in the catalogue's order."""
    types = set(brought.understood["type"])
    return [kind.code for kind in catalog.SITE_TYPES if kind.code in types]
