"""A territory in a link: whole, short, and never another one when it is damaged."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from maillage import address
from maillage.address import links
from maillage.address.draft import NAME_LETTERS, Draft

CODES = st.one_of(
    st.integers(1, 95_999).filter(lambda n: n // 1000 != 20).map(lambda n: f"{n:05d}"),
    st.integers(97_100, 97_699).map(str),
    st.tuples(st.sampled_from(["2A", "2B"]), st.integers(0, 999)).map(lambda part: f"{part[0]}{part[1]:03d}"),
)


@given(st.lists(CODES, max_size=300))
def test_a_link_gives_its_communes_back(codes):
    assert links.unpack(links.pack(codes)) == tuple(sorted(set(codes), key=lambda code: code))


@given(st.lists(CODES, min_size=1, max_size=60), st.data())
def test_a_damaged_link_is_a_sentence_and_never_another_territory(codes, data):
    link = links.pack(codes)
    at = data.draw(st.integers(1, len(link) - 1))
    harm = data.draw(st.sampled_from(["cut", "change", "add"]))
    letter = data.draw(st.sampled_from("ABCxyz012-_é%"))
    damaged = {"cut": link[:at], "change": link[:at] + letter + link[at + 1 :], "add": link[:at] + letter + link[at:]}[
        harm
    ]
    assume(damaged != link)
    try:
        assert links.unpack(damaged) == links.unpack(link)  # the last letter has bits that mean nothing
    except ValueError as error:
        assert "abîmé" in str(error)


@given(st.text(max_size=200))
def test_any_text_gives_communes_or_a_sentence(text):
    try:
        assert len(links.unpack(text)) <= links.MOST
    except ValueError as error:
        assert str(error)


def test_five_hundred_communes_anywhere_are_short_enough_to_send(cursor):
    codes = [code for (code,) in cursor.execute("SELECT code FROM residence ORDER BY hash(code) LIMIT 1500").fetchall()]
    assert len(links.pack(codes[:500])) < 1_000
    assert len(links.pack(codes)) < 2_000
    assert links.unpack(links.pack(codes)) == tuple(sorted(codes))


def test_a_link_written_by_hand():
    assert links.unpack("08409,08105,2a004") == ("08105", "08409", "2A004")
    with pytest.raises(ValueError, match="08X09"):
        links.unpack("08105,08x09")
    with pytest.raises(ValueError, match="communes au plus"):
        links.unpack(",".join(f"{n:05d}" for n in range(1_000, 3_000)))


def test_a_bomb_is_refused():
    import zlib
    from base64 import urlsafe_b64encode

    body = bytes(10_000_000)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = zlib.crc32(body).to_bytes(4, "big") + packer.compress(body) + packer.flush()
    with pytest.raises(ValueError, match="abîmé"):
        links.unpack("a" + urlsafe_b64encode(content).decode().rstrip("="))


def test_a_version_to_come_is_said():
    with pytest.raises(ValueError, match="version « b »"):
        links.unpack("bAAAA")


@given(st.lists(CODES, max_size=50), st.text(max_size=NAME_LETTERS))
def test_a_draft_is_its_address(codes, name):
    wanted = Draft(tuple(sorted(set(codes))), name)
    assert address.parse(Draft, address.query(wanted)) == (wanted, [])


def test_an_address_that_is_not_understood_leaves_an_empty_draft_and_says_so():
    draft, problems = address.parse(Draft, {"communes": "aQUFB", "nom": "x" * 200})
    assert draft == Draft()
    assert len(problems) == 2 and "recopiez-le" in problems[0]
