"""A page's choices and the address say the same thing, both ways."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage import address
from maillage.address import param

TYPES = ("MSP", "ESP", "PASS")


@dataclass(frozen=True)
class Choices:
    kind: str = param("type", address.one_of(TYPES), "MSP")
    kinds: tuple[str, ...] = param("types", address.many_of(TYPES), ("MSP",))
    minutes: int = param("seuil", address.number(5, 60), 15)
    weight: float = param("poids", address.number(0.0, 1.0), 0.5)
    places: tuple[str, ...] = param("communes", address.codes(500), ())
    all: bool = param("tout", address.flag(), False)
    name: str = param("nom", address.free(80), "")


choices = st.builds(
    Choices,
    kind=st.sampled_from(TYPES),
    kinds=st.sets(st.sampled_from(TYPES)).map(lambda chosen: tuple(t for t in TYPES if t in chosen)),
    minutes=st.integers(5, 60),
    weight=st.integers(0, 100).map(lambda n: n / 100),
    places=st.lists(st.from_regex(r"(0[1-9]|2A|97)[0-9]{3}", fullmatch=True), unique=True, max_size=20).map(tuple),
    all=st.booleans(),
    name=st.text(max_size=80),
)


@given(choices)
def test_choices_survive_the_address(chosen):
    assert address.parse(Choices, address.query(chosen)) == (chosen, [])


def test_the_defaults_write_nothing():
    assert address.query(Choices()) == {}
    assert address.parse(Choices, {}) == (Choices(), [])


@given(st.dictionaries(st.sampled_from(sorted(address.names(Choices))), st.text(max_size=300)))
def test_no_address_is_an_error(query):
    chosen, problems = address.parse(Choices, query)
    assert all(problem.endswith(".") for problem in problems)
    assert address.parse(Choices, address.query(chosen)) == (chosen, [])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"type": "XYZ"}, "valeurs possibles : MSP, ESP, PASS"),
        ({"types": "MSP,XYZ"}, "« XYZ » n'existe pas"),
        ({"seuil": "4"}, "un nombre entier de 5 à 60"),
        ({"seuil": "10.5"}, "un nombre entier"),
        ({"poids": "nan"}, "un nombre de 0.0 à 1.0"),
        ({"communes": "08105,<b>"}, "« <B> » n'est pas un code"),
        ({"communes": ",".join(f"{n:05}" for n in range(501))}, "500 codes au plus"),
        ({"tout": "peut-être"}, "oui ou non"),
        ({"nom": "x" * 81}, "80 caractères au plus"),
    ],
)
def test_what_is_not_understood_is_told_and_keeps_its_default(query, words):
    chosen, [problem] = address.parse(Choices, query)
    assert chosen == Choices()
    assert words in problem


def test_the_order_of_an_address_does_not_matter():
    assert address.parse(Choices, {"types": "PASS,MSP"})[0].kinds == ("MSP", "PASS")
    assert address.parse(Choices, {"types": "aucun"})[0].kinds == ()
