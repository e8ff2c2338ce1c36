"""White zones: the communes of no CPTS under the status filter, in groups, and the CPTS that each could join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from maillage import catalog
from maillage.catalog.palettes import colours
from maillage.language import text
from maillage.methods import patches
from maillage.methods.patches import COVERED, UNKNOWN, WHITE, Patch
from maillage.queries import access, indicators
from maillage.subjects.gaps.completeness import COMPLETE, completeness
from maillage.subjects.gaps.territory import Ground, Painted, aligned, paint_words
from maillage.warehouse import Ask

STATES = (COVERED, WHITE, UNKNOWN)
WORDS = ("dans une CPTS", "dans aucune CPTS", "inconnu")
COLOURS = (colours("Greens", 5)[1], colours("OrRd", 6)[4])
COVERAGE = "cpts_part_population_couverte"  # as published
NAMED = 4  # CPTS named in a sentence; more are only counted


@dataclass(frozen=True)
class Everywhere:
    """What is known in the whole country: a zone does not stop at the border of a territory."""

    standing: pd.DataFrame  # code, status
    patches: tuple[Patch, ...]
    cpts: Mapping[str, tuple[str, str]]  # name and perimeter, by identifier


def everywhere(ask: Ask, statuses: tuple[str, ...]) -> Everywhere:
    """The whole country under these statuses: kept, since every reader needs the same."""
    standing = ask(access.standing, statuses)
    members = ask(access.members, statuses)
    homes = ask(access.residences)
    places = homes[["code", "name", "population"]].merge(standing, on="code")
    people = members.groupby("cpts_id")["population"].sum().to_dict()
    known = members.drop_duplicates("cpts_id").set_index("cpts_id")
    return Everywhere(
        standing,
        patches.patches(places, ask(access.borders), members, people),
        dict(zip(known.index, zip(known["name"], known["perimeter"], strict=True), strict=True)),
    )


@dataclass(frozen=True)
class Published:
    """The share of inhabitants in a CPTS that is published for the territory: it says how many are in none, not where."""

    percent: float
    year: int
    averaged: bool  # a mean of the départements, computed here
    outside: int  # inhabitants in no CPTS, to the nearest hundred or thousand


@dataclass(frozen=True)
class White:
    """The white zones of a territory."""

    ground: Ground
    table: pd.DataFrame  # one row per commune of the territory: code, name, departement_code, population, status, zone
    zones: tuple[Patch, ...]  # with a commune of the territory; a zone may go beyond it
    cpts: Mapping[str, tuple[str, str]]
    painted: Painted
    published: Published | None  # only where perimeters are lacking
    nameless: tuple[str, ...]  # CPTS known here without the list of all their communes
    notes: list[str]

    def people(self, status: str) -> int:
        """Inhabitants of the communes of a status."""
        return int(self.table.loc[self.table["status"] == status, "population"].sum())

    def communes(self, status: str) -> int:
        """How many communes have a status."""
        return int((self.table["status"] == status).sum())

    def zone_of(self, code: str) -> Patch | None:
        """The zone that holds a commune, None where it is in none."""
        return next((zone for zone in self.zones if code in zone.codes), None)


def compose(ask: Ask, ground: Ground) -> White:
    """The white zones of a ground, under the statuses of its selection."""
    known = ask.keep(everywhere, ground.selection.statuses)
    status = aligned(ground, known.standing)["status"]
    table = ground.places[["code", "name", "departement_code", "population"]].assign(status=status)
    table = table[ground.inside].reset_index(drop=True)
    here = set(table["code"].tolist())
    zones = tuple(zone for zone in known.patches if here & set(zone.codes))
    named = {code: zone.name for zone in zones for code in zone.codes}
    table = table.assign(zone=table["code"].map(named))
    ranks = np.array([STATES.index(each) for each in status])
    painted = paint_words(ranks, WORDS, COLOURS, unknown=STATES.index(UNKNOWN))
    without = (
        () if ground.whole else tuple(name for name, _ in ask(access.nameless, ground.selection.statuses, ground.reach))
    )
    return White(
        ground, table, zones, known.cpts, painted, published(ask, ground, table), without, notes(ground, table, without)
    )


def published(ask: Ask, ground: Ground, table: pd.DataFrame) -> Published | None:
    """The published coverage of a territory whose list of CPTS is not whole; None where it is, or nothing is published."""
    lists = completeness(ask, ground, ("CPTS",))
    here = ground.territory
    figures = ask(indicators.profile, [(here.level, here.code)], [COVERAGE])
    if lists.state == COMPLETE or figures.empty or pd.isna(figures["value"].iloc[0]):
        return None
    row = figures.iloc[0]
    outside = float(table["population"].sum()) * (1 - row["value"] / 100)
    return Published(
        float(row["value"]),
        int(row["year"]),
        row["basis"] == "mean_of_parts",
        int(round(outside, -3 if outside >= 10_000 else -2)),
    )


def notes(ground: Ground, table: pd.DataFrame, without: Sequence[str]) -> list[str]:
    """What is not known, and what to do about it."""
    if not ground.selection.statuses:
        return ["Aucun statut de CPTS n'est retenu : toutes les communes paraissent hors CPTS. Choisissez-en à gauche."]
    unknown = table[table["status"] == UNKNOWN]
    if unknown.empty:
        return []
    people = text.count(unknown["population"].sum(), "habitant")
    partly = "" if len(unknown) == len(table) else "autres "
    sentences = [
        f"Pour {text.count(len(unknown), f'{partly}commune', f'{partly}communes')} ({people}), on ne sait pas : la liste des "
        "CPTS n'y est pas complète, ou ne dit pas leur statut. Inconnu n'est pas blanc. Pour compléter : importez la liste des "
        "CPTS et de leurs communes."
    ]
    if without:
        names = text.enumeration(without, NAMED)
        sentences.append(f"CPTS connues ici sans la liste de toutes leurs communes : {names}.")
    return sentences


# -- tables ---------------------------------------------------------------------------------------------------------


def joins(white: White) -> pd.DataFrame:
    """One row per zone and CPTS next door, with French headings; a zone without any has one row."""
    inside = set(white.table["code"].tolist())
    people = white.table.set_index("code")["population"]
    rows = []
    for zone in white.zones:
        here = [code for code in zone.codes if code in inside]
        first = {
            "Zone": zone.name,
            "Communes": len(zone.codes),
            "Habitants": zone.population,
            "dont ici": int(people[here].sum()),
        }
        doubt = round(zone.unknown_border_km, 1)
        for option in zone.options or (None,):
            rows.append(first | _option(white, option) | {"Frontière avec des communes inconnues (km)": doubt})
    return pd.DataFrame(rows)


def _option(white: White, option: patches.Option | None) -> dict:
    if option is None:
        return {"CPTS voisine": "aucune connue"}
    name, perimeter = white.cpts[option.cpts_id]
    return {
        "CPTS voisine": name,
        "Frontière commune (km)": round(option.border_km, 1),
        "Population ensemble": option.population,
        "Lecture": "" if perimeter == "complet" else "minimum : périmètre partiel",
        "Taille avant": option.size_before.code,
        "Taille ensemble": option.size.code,
    }


def communes(white: White) -> pd.DataFrame:
    """One row per commune of the territory, those of no CPTS first, with French headings."""
    words = dict(zip(STATES, WORDS, strict=True))
    order = {WHITE: 0, UNKNOWN: 1, COVERED: 2}
    table = white.table.assign(rank=white.table["status"].map(order))
    table = table.sort_values(["rank", "population", "code"], ascending=[True, False, True])
    return pd.DataFrame(
        {
            "Commune": table["name"],
            "CPTS": table["status"].map(words),
            "Zone": table["zone"].astype(object).fillna(""),  # where there is no zone, its column has no type
            "Habitants": table["population"],
            "Département": table["departement_code"],
            "Code": table["code"],
        }
    )


def status_labels(statuses: tuple[str, ...]) -> str:
    """The statuses of CPTS that count, in words."""
    return ", ".join(catalog.CPTS_STATUS[status].label for status in statuses) or "aucun"
