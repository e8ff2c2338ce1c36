"""Addresses of hospitals as their files write them: 3,975 made ones, of the forms that the real file has.

What is published of the real one: 3,975 addresses, of which at most 5 may be misplaced without a doubt, and 98 % placed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from etl import build as builder
from etl.formats.lists import RefusedRow
from etl.formats.wording import bare
from etl.places.gazetteer import WHOLE_CODES, Commune, Gazetteer, Where, tidy
from maillage.language.departements import of_postcode
from tests.etl.local import whole_gazetteer
from tests.rows import rows_of

COUNT, MOST_MISPLACED, LEAST_PLACED = 3975, 5, 0.98
REGISTER = {"971": "9A", "972": "9B", "973": "9C", "974": "9D", "976": "9F"}
CUT = 26


@dataclass(frozen=True)
class Address:
    truth: Commune
    where: Where
    coded: Where  # the same with the code of its commune, as the file has it


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return whole_gazetteer()


def capitals(name: str, chance: random.Random) -> str:
    """« Saint-Étienne-lès-Remiremont » as a register writes it, one way or another."""
    text = " ".join(bare(name.replace("œ", "oe")).replace("'", " ").replace("-", " ").split())
    if chance.random() < 0.7:
        text = " ".join({"SAINT": "ST", "SAINTE": "STE"}.get(word, word) for word in text.split())
    return text


def offices(postal: set[str], departement: str) -> list[str]:
    """The CEDEX postcodes of a département: those that no commune has."""
    begin = {"2A": "20", "2B": "20", "974": "978"}.get(departement, departement)
    free = [f"{begin}{number:0{5 - len(begin)}}" for number in range(10 ** (5 - len(begin)))]
    return [code for code in free if code not in postal and departement in of_postcode(code)]


@pytest.fixture(scope="module")
def addresses(gazetteer: Gazetteer) -> list[Address]:
    chance = random.Random(2023)
    communes = [commune for commune in gazetteer.communes.values() if commune.code not in WHOLE_CODES]
    postal = {postcode for commune in communes for postcode in commune.postcodes}
    parts = dict(
        rows_of(f"SELECT name, code FROM '{builder.ROOT}/data/snapshot/commune_names.parquet' WHERE kind <> 'ancienne'")
    )
    free: dict[str, list[str]] = {}
    towns: dict[str, list[Commune]] = {}
    for commune in communes:
        towns.setdefault(commune.departement, []).append(commune)
    long_names = [commune for commune in communes if len(commune.name) > CUT]
    overseas = [commune for commune in communes if commune.departement in REGISTER]
    made = []
    for rank in range(COUNT):
        form = (
            "plain",
            "plain",
            "plain",
            "cedex",
            "cedex",
            "served",
            "cut",
            "cut cedex",
            "former",
            "overseas",
            "corsica",
        )[rank % 11]
        pool = {
            "cut": long_names,
            "cut cedex": long_names,
            "overseas": overseas,
            "corsica": [*towns["2A"], *towns["2B"]],
        }
        truth = chance.choice(pool.get(form, communes))
        name, postcode = capitals(truth.name, chance), chance.choice(truth.postcodes or ("",))
        if truth.parent:
            name = capitals(gazetteer.communes[truth.parent].name, chance)
        if form == "former":
            name, code = chance.choice(list(parts.items()))
            truth, name = gazetteer.communes[code], capitals(name, chance)
            postcode = chance.choice(truth.postcodes)
        if form == "served":  # the name and the postcode of the office of the next town
            near = chance.choice(towns[truth.departement])
            name = capitals(gazetteer.communes[near.parent or near.code].name, chance)
        if form in ("cedex", "served", "cut cedex", "corsica"):
            number = chance.choice(["", f" {chance.randint(1, 9)}", f" 0{chance.randint(1, 9)}"])
            if truth.departement not in free:
                free[truth.departement] = offices(postal, truth.departement)
            name, postcode = f"{name} CEDEX{number}", chance.choice(free[truth.departement])
        if form.startswith("cut") or chance.random() < 0.5:
            name = name[:CUT]
        register = REGISTER.get(truth.departement)
        code = f"{register}{truth.code[2:]}" if register and chance.random() < 0.8 else truth.code
        made.append(Address(truth, Where(commune=name, postcode=postcode or None), Where(code, name, postcode or None)))
    return made


def test_addresses_of_hospitals_are_placed_and_hardly_any_is_misplaced_without_a_doubt(gazetteer, addresses):
    misplaced, refused, doubted = [], [], 0
    for address in addresses:
        try:
            stated = gazetteer.stated(tidy(address.where))
        except RefusedRow:
            refused.append(address)
            continue
        doubted += bool(stated.doubts)
        same = {address.truth.code, address.truth.parent}
        if not same & {stated.commune.code, stated.commune.parent} - {None} and not stated.doubts:
            misplaced.append((address, stated))
    assert len(addresses) == COUNT
    assert len(misplaced) <= MOST_MISPLACED, misplaced[:10]
    assert len(refused) <= (1 - LEAST_PLACED) * COUNT, refused[:10]
    assert doubted < COUNT / 2


def test_the_code_beside_an_address_is_never_contradicted_by_it(gazetteer, addresses):
    refused, elsewhere = [], []
    for address in addresses:
        try:
            stated = gazetteer.stated(tidy(address.coded))
        except RefusedRow as reason:
            refused.append((address, str(reason)))
            continue
        if (
            address.truth.code not in (stated.commune.code, stated.commune.parent)
            and stated.commune.code != address.truth.parent
        ):
            elsewhere.append((address, stated))
    assert refused == [] and elsewhere == []


REGISTER_FILE = builder.ROOT.parent / "shared" / "real" / "finess" / "etablissements_occitanie_2026-01.csv.gz"


@pytest.mark.skipif(not REGISTER_FILE.exists(), reason="../shared/real is absent")
def test_true_addresses_of_a_register_are_placed_by_their_name_and_postcode(gazetteer):
    rows = rows_of(f"SELECT ligneacheminement, code_insee FROM read_csv('{REGISTER_FILE}', all_varchar = true)")
    misplaced, refused, count = [], [], 0
    for line, code in rows:
        truth = gazetteer.today(code)
        if not line or truth is None:
            continue
        count += 1
        try:
            stated = gazetteer.stated(tidy(Where(commune=line)))
        except RefusedRow:
            refused.append(line)
            continue
        if not stated.doubts and not {truth.code, truth.parent} & {stated.commune.code, stated.commune.parent} - {None}:
            misplaced.append((line, truth.title, stated.commune.title))
    assert count > 9_000
    assert misplaced == [] and len(refused) <= (1 - LEAST_PLACED) * count, (misplaced[:5], refused[:5])
