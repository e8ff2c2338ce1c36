"""What changed between the places of care, the CPTS and the sources of two builds.

A line says what the data say, and no more: a place that appears is an opening only where the list was already whole, or
where its date says so; elsewhere it is newly known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyproj

from etl.history.passage import Change, Passage
from maillage import catalog
from maillage.language import text as french

MOVED_METRES = 200
DECLARED = {
    "declared_population": "habitant",
    "declared_communes": "commune",
    "declared_professionals": "professionnel",
}
NAMED = 6  # communes of a perimeter that are named; the others are counted


# -- places of care -------------------------------------------------------------------------------------------------

# Names are compared without case, accents or signs.
_KEY = "trim(regexp_replace(lower(strip_accents(s.name)), '[^a-z0-9]+', ' ', 'g')) AS key"
_SITE_KEYS = (["site_id"], ["finess", "type"], ["finess"], ["type", "commune_code", "key"])


def of_sites(connection, old: str, new: str, both: set[str], passage: Passage) -> Iterable[Change]:
    """Changes of structures between two builds, a row each: opened, closed, moved, places…"""
    was, now, gone, come = match(_read_sites(connection, old), _read_sites(connection, new), _SITE_KEYS)
    ((since,),) = connection.execute(f"SELECT strftime(built_at, '%Y-%m-%d') FROM {old}.build").fetchall()
    sources = {source for (source,) in connection.execute(f"SELECT source_id FROM {new}.source").fetchall()}
    listed, lists = _whole(connection, old), _whole(connection, new)
    for row in rows(come, come["departement_code"].isin(both)):
        begun = (row.type, row.departement_code) in listed or (text(row.opened_on) or "") > since
        yield _site(row, "ouverte" if row.status == "ouvert" and begun else "apparue", after=_where(row))
    for row in rows(gone, gone["departement_code"].isin(both)):
        ended = (row.type, row.departement_code) in listed & lists and row.source_id in sources
        yield _site(row, "fermee" if row.status == "ouvert" and ended else "retiree", before=_where(row))
    here = was["departement_code"].isin(both) | now["departement_code"].isin(both)
    metres = _metres(was, now)
    pairs = zip(was["commune_code"], now["commune_code"], strict=True)
    elsewhere = np.array(
        [text(a) is not None and text(b) is not None and not passage.same(a, b) for a, b in pairs], dtype=bool
    )
    differs = {
        "deplacee": (metres > MOVED_METRES) | elsewhere,
        "renommee": was["key"] != now["key"],
        "statut": was["status"] != now["status"],
        "type": was["type"] != now["type"],
        "capacite": was["places"].notna() & now["places"].notna() & (was["places"] != now["places"]).fillna(False),
    }
    for kind, mask in differs.items():
        mask = (mask & here).to_numpy()
        for a, b, far in zip(rows(was, mask), rows(now, mask), metres[mask], strict=True):
            yield _site_change(kind, a, b, far)


def rows(frame: pd.DataFrame, mask=None) -> Iterable[NamedTuple]:
    """The rows of a frame, those where a mask is true. Mostly there is none, and a frame takes long to say so."""
    some = len(frame) if mask is None else mask.any()
    return (frame if mask is None else frame[mask]).itertuples() if some else ()


def _site_change(kind: str, was, now, metres: float) -> Change:
    if kind == "deplacee":
        km = "" if np.isnan(metres) else f", à {metres / 1000:.1f} km".replace(".", ",")
        return _site(now, kind, _where(was), f"{_where(now) or 'ailleurs'}{km}")
    if kind == "statut":
        became = {"ouvert": "ouverte", "ferme": "fermee"}.get(now.status, kind)
        return _site(now, became, *map(_state, (was, now)))
    if kind == "type":
        return _site(now, kind, was.type, now.type)
    if kind == "capacite":
        return _site(now, kind, *(_count(side.places, "place") for side in (was, now)))
    return _site(now, kind, was.name, now.name)


def _site(row, kind: str, before: str | None = None, after: str | None = None) -> Change:
    return Change("structure", kind, row.site_id, row.name, row.departement_code, row.type, before, after)


def _state(row) -> str:
    """« ouvert (2024-01) »: a state, and since when where that is known."""
    label = catalog.SITE_STATUS[row.status].label
    return f"{label} ({row.opened_on})" if row.status == "ouvert" and text(row.opened_on) else label


def _where(row) -> str | None:
    return ", ".join(filter(None, (text(row.address), text(row.commune)))) or None


def _metres(was: pd.DataFrame, now: pd.DataFrame) -> pd.Series:
    """Between the two places of each site; unknown unless both are known better than by their commune."""
    exact = (was["precision"] == "adresse") & (now["precision"] == "adresse")
    metres = pd.Series(np.nan, index=was.index)
    if exact.any():
        ends = (side[exact][axis].astype(float).to_numpy() for side in (was, now) for axis in ("lon", "lat"))
        metres[exact] = pyproj.Geod(ellps="WGS84").inv(*ends)[2]
    return metres


def _read_sites(connection, database: str) -> pd.DataFrame:
    return connection.execute(
        f"""
        SELECT s.site_id, s.type, s.name, {_KEY}, s.status, s.departement_code, s.commune_code, t.name AS commune, s.address,
               s.lon, s.lat, s.precision, s.places, s.finess, s.opened_on, s.source_id
        FROM {database}.site s LEFT JOIN {database}.territory t
          ON t.code = s.commune_code AND t.level IN ('commune', 'arrondissement_municipal') ORDER BY s.site_id
        """
    ).fetchdf()


def _whole(connection, database: str) -> set[tuple[str, str]]:
    """(type, département) where a build says that nothing is missing."""
    query = f"SELECT subject, departement_code FROM {database}.inventory WHERE extent = 'complet'"
    return set(connection.execute(query).fetchall())


def match(old: pd.DataFrame, new: pd.DataFrame, keys: Sequence[list[str]]) -> tuple[pd.DataFrame, ...]:
    """Rows of before and of today that are the same thing, aligned, then those left on each side.

    Each key is tried on what the ones before it left; it must be known, and alone of its kind on both sides.
    """
    pairs, left, right = [pd.DataFrame({"index_old": [], "index_new": []}, dtype="int64")], old, new
    for key in keys:
        if left.empty or right.empty:
            break
        ends = [
            side.dropna(subset=key).drop_duplicates(key, keep=False).reset_index()[["index", *key]]
            for side in (left, right)
        ]
        merged = ends[0].merge(ends[1], on=key, suffixes=("_old", "_new"))
        pairs.append(merged[["index_old", "index_new"]])
        left, right = left.drop(merged["index_old"]), right.drop(merged["index_new"])
    same = pd.concat(pairs)
    return (
        old.loc[same["index_old"]].reset_index(drop=True),
        new.loc[same["index_new"]].reset_index(drop=True),
        left,
        right,
    )


def text(cell) -> str | None:
    """A cell, None for what is missing."""
    return None if pd.isna(cell) else cell


# -- CPTS -----------------------------------------------------------------------------------------------------------


def of_cpts(connection, old: str, new: str, both: set[str], passage: Passage) -> Iterable[Change]:
    """Changes of CPTS between two builds, a row each: status, perimeter, declared figures…"""
    sides = [_read_cpts(connection, database, both) for database in (old, new)]
    was, now, gone, come = match(*sides, (["cpts_id"], ["key", "home"]))
    for row in rows(come):
        yield _of_cpts(row, "apparue", after=_standing(row))
    for row in rows(gone):
        yield _of_cpts(row, "retiree", before=_standing(row))
    for a, b in zip(rows(was), rows(now), strict=True):
        if a.key != b.key:
            yield _of_cpts(b, "renommee", a.name, b.name)
        if a.status != b.status:
            yield _of_cpts(b, "statut", _standing(a), _standing(b))
        gained = [passage.new["name"][c] for c in b.members if not any(passage.same(o, c) for o in a.members)]
        lost = [passage.old["name"][c] for c in a.members if not any(passage.same(c, n) for n in b.members)]
        if gained or lost:
            parts = [
                f"{word} {french.enumeration(names, NAMED)}"
                for word, names in (("avec", gained), ("sans", lost))
                if names
            ]
            yield _of_cpts(b, "perimetre", _extent(a), f"{_extent(b)} : {' ; '.join(parts)}")
        for column, noun in DECLARED.items():
            before, after = getattr(a, column), getattr(b, column)
            if text(after) is not None and text(before) != after:  # one that a list no longer says is no news of it
                yield _of_cpts(b, "declaration", _count(before, noun), _count(after, noun))


def _count(number, noun: str) -> str | None:
    """« 94 159 habitants »; None where nothing is known."""
    return None if text(number) is None else french.count(int(number), noun)


def _of_cpts(row, kind: str, before: str | None = None, after: str | None = None) -> Change:
    return Change("cpts", kind, row.cpts_id, row.name, row.home, None, before, after)


def _standing(row) -> str:
    label = catalog.CPTS_STATUS[row.status].label
    return f"{label} ({row.status_date})" if text(row.status_date) else label


def _extent(row) -> str:
    return (
        f"{len(row.members)} commune{'s' if len(row.members) > 1 else ''}" if len(row.members) else "périmètre inconnu"
    )


def _read_cpts(connection, database: str, both: set[str]) -> pd.DataFrame:
    """One row per CPTS of these départements; `members` are those of its communes that are in them, in code order."""
    return connection.execute(
        f"""
        WITH member AS (
            SELECT m.cpts_id, list(m.commune_code ORDER BY m.commune_code) AS members, mode(t.departement_code) AS home
            FROM {database}.cpts_commune m JOIN {database}.territory t
              ON t.code = m.commune_code AND t.level IN ('commune', 'arrondissement_municipal')
            WHERE t.departement_code IN (SELECT unnest($both)) GROUP BY m.cpts_id
        )
        SELECT s.cpts_id, s.name, {_KEY}, s.status, s.status_date, {", ".join(f"s.{column}" for column in DECLARED)}, coalesce(members, []) AS members,
               coalesce(home, list_filter(s.departement_codes, lambda d: list_contains($both, d))[1]) AS home
        FROM {database}.cpts s LEFT JOIN member USING (cpts_id)
        WHERE home IS NOT NULL OR list_has_any(s.departement_codes, $both) ORDER BY s.cpts_id
        """,
        {"both": sorted(both)},
    ).fetchdf()


# -- sources --------------------------------------------------------------------------------------------------------


def of_sources(connection, old: str, new: str, same_extent: bool) -> Iterable[Change]:
    """With other départements, the same file gives another number of rows: that is no news of it."""
    rows = connection.execute(
        f"""
        SELECT coalesce(n.source_id, o.source_id), coalesce(n.title, o.title), o.vintage, n.vintage, o."rows", n."rows",
               o.sha256 IS DISTINCT FROM n.sha256, o.source_id IS NULL, n.source_id IS NULL
        FROM {old}.source o FULL JOIN {new}.source n USING (source_id)
        """
    ).fetchall()
    for source_id, title, vintage, newer, count, counted, altered, come, gone in rows:
        before, after = (f"{when} ({rows} lignes)" for when, rows in ((vintage, count), (newer, counted)))
        if come:
            yield Change("source", "apparue", source_id, title, after=after)
        elif gone:
            yield Change("source", "retiree", source_id, title, before=before)
        elif vintage != newer:
            yield Change("source", "millesime", source_id, title, before=before, after=after)
        elif altered or (same_extent and count != counted):
            yield Change("source", "contenu", source_id, title, before=before, after=after)
