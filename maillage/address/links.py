"""A list of communes as a few letters of a link.

The format, version « a »: the letter a, then base64url (without padding) of four bytes of CRC-32 and of a raw deflate stream.
The stream holds the codes in increasing order, each as its difference with the one before (from -1), less one: seven bits a
byte, the lowest first, the eighth bit set on every byte but the last. A code is a number: 2A004 is 96004, 2B004 is 99004.
The CRC is that of the stream inflated. 500 communes take less than 900 letters wherever they are.

A list written by hand, « 08409,08105 », is read too.
"""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable

EN_CLAIR = (
    "Partager une liste de communes",
    "Une liste de communes tient dans l'adresse de la page, en quelques lettres et chiffres, avec de quoi voir si le "
    "lien a été abîmé. Rien n'est gardé ailleurs.",
)

MOST = 1500  # communes: the largest CPTS have some 300
VERSION = "a"
CODE = re.compile(r"(?:\d{2}|2[AB])\d{3}", re.ASCII)
CORSICA = {"2A": "96", "2B": "99"}  # département numbers that no commune has
BACK = {number: code for code, number in CORSICA.items()}
DAMAGED = "le lien est abîmé ou incomplet, recopiez-le en entier"


def pack(codes: Iterable[str]) -> str:
    """The codes of communes, without order nor repetition, as letters, digits, - and _. Raises ValueError on another code."""
    chosen = sorted({_number(code) for code in codes})
    if not chosen:
        return ""
    body, before = bytearray(), -1
    for number in chosen:
        step, before = number - before - 1, number
        while step >= 0x80:
            body.append(step & 0x7F | 0x80)
            step >>= 7
        body.append(step)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = zlib.crc32(body).to_bytes(4, "big") + packer.compress(bytes(body)) + packer.flush()
    return VERSION + urlsafe_b64encode(content).decode().rstrip("=")


def unpack(text: str) -> tuple[str, ...]:
    """The codes, in code order. Raises ValueError with a French sentence; whether the communes exist is for the database."""
    if not text:
        return ()
    if text[0].isdigit():
        return _written(text)
    if text[0] != VERSION:
        raise ValueError(f"un lien de version « {text[0]} » n'est pas connu de cette application, mettez-la à jour")
    body = text[1:]
    try:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", body):
            raise ValueError
        content = urlsafe_b64decode(body + "=" * (-len(body) % 4))
        reader = zlib.decompressobj(-15)
        stream = reader.decompress(content[4:], 3 * MOST)
        if not reader.eof or reader.unused_data or zlib.crc32(stream).to_bytes(4, "big") != content[:4]:
            raise ValueError
        return tuple(sorted(_codes(stream)))
    except (ValueError, NotBase64, zlib.error):
        raise ValueError(DAMAGED) from None


def _written(text: str) -> tuple[str, ...]:
    codes = sorted(set(text.upper().split(",")))
    if len(codes) > MOST:
        raise ValueError(f"{MOST} communes au plus")
    if wrong := [code for code in codes if not CODE.fullmatch(code)]:
        raise ValueError(f"« {wrong[0][:20]} » n'est pas un code de commune")
    return tuple(codes)


def _codes(stream: bytes) -> list[str]:
    codes, number, step, shift = [], -1, 0, 0
    for byte in stream:
        step |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            number += step + 1
            codes.append(f"{number:05d}")
            step = shift = 0
    if shift or len(codes) > MOST or any(len(code) != 5 for code in codes):
        raise ValueError
    return [BACK.get(code[:2], code[:2]) + code[2:] for code in codes]


def _number(code: str) -> int:
    if not CODE.fullmatch(code) or code[:2] in BACK:
        raise ValueError(f"« {code} » n'est pas un code de commune.")
    return int(CORSICA.get(code[:2], code[:2]) + code[2:])
