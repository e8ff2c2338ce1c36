"""Départements as people, ministries and registers write them: by code, by name, or both.

What is not understood is no contradiction: reading gives the départements that a text may mean, none when it tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from maillage.language.names import plain

OVERSEAS = {"9A": "971", "9B": "972", "9C": "973", "9D": "974", "9F": "976"}  # as FINESS and the SAE write them
_PARTS = {  # what stands for a part of a département, or for several
    "20": ("2A", "2B"),
    "201": ("2A",),
    "20A": ("2A",),
    "202": ("2B",),
    "20B": ("2B",),
    "CORSE": ("2A", "2B"),
    "69D": ("69",),
    "69M": ("69",),
    "6AE": ("67", "68"),
    "ALSACE": ("67", "68"),
    "COLLECTIVITE EUROPEENNE D ALSACE": ("67", "68"),
    "GUYANE FRANCAISE": ("973",),
    "97": ("971", "972", "973", "974", "976"),
    "RHONE ET METROPOLE DE LYON": ("69",),
    "METROPOLE DE LYON": ("69",),
    "GRAND LYON": ("69",),
}
_FORMER = {
    "basses alpes": "04",
    "charente inferieure": "17",
    "cotes du nord": "22",
    "loire inferieure": "44",
    "basses pyrenees": "64",
    "seine inferieure": "76",
}
_CODE = re.compile(r"0{0,2}[0-9]{1,3}|0?2[AB]|20[AB]|9[A-F]|69[DM]|6AE|(?:D|FR|DT|DD|TD|CD)(?:[0-9]{2,3}|2[AB])")
# What stands between several. Signs first: « Indre et Loire / 37 » is one name and its code.
_BETWEEN = (re.compile("[,;/|&+]"), re.compile(r"(?<!-)\bet\b(?!-)"))
_POSTCODE = re.compile("[0-9]{5}")
_INTRODUCED = re.compile(
    r"^(?:(?:departements?|dept|dep|dpt|cd|dt|dd|td|dtars|ars|delegation (?:departementale|territoriale)|fr|dom|conseil departemental|code|no|num|numero|n) )+(?:d |de l |de la |du |des |de )?"
)
_ARTICLE = re.compile(r"^(?:l |la |le |les |ile de la |ile de )")
_SAINT = re.compile(r"\bst\b")


class Departements:
    """Those of today, by code and by name."""

    def __init__(self, named: Iterable[tuple[str, str]]):
        self._names = {_spelling(name): code for code, name in named}
        self._codes = frozenset(self._names.values())
        self._names |= {name: code for name, code in _FORMER.items() if code in self._codes}

    def read(self, text: str | None) -> frozenset[str]:
        """The codes that a text may mean: « 08 - Ardennes », « Ardennes (08) », « D08 », « 008 », « 20 », « 9D », « 69M ».

        None when it is not understood, or says a code and a name of two départements.
        """
        text = re.sub(r"([0-9])[.,]0+$", r"\1", (text or "").strip())
        text = re.sub(r"(?<=\b2) (?=[ABab]\b)|(?<=\bD)[ -](?=[0-9])", "", text)
        whole = _INTRODUCED.sub("", f"{plain(text)} ").strip()
        if named := self._named(whole):
            return named
        for between in _BETWEEN:
            pieces = [piece for piece in between.split(text) if piece.strip()]
            if len(pieces) > 1 and all(several := [self.read(piece) for piece in pieces]):
                return frozenset().union(*several)
        words = whole.upper().split()
        coded = [self._coded(word) for word in words if _CODE.fullmatch(word) or _POSTCODE.fullmatch(word)]
        if not coded or not all(coded):
            return frozenset()
        codes = frozenset().union(*coded)
        others = [word.lower() for word in words if not (_CODE.fullmatch(word) or _POSTCODE.fullmatch(word))]
        rest = re.sub(
            r"^(?:(?:et|ou) )+|(?: (?:et|ou))+$|^(?:et|ou)$", "", _INTRODUCED.sub("", f"{' '.join(others)} ").strip()
        )
        if not rest:
            return codes
        return codes & self._named(rest)

    def _named(self, words: str) -> frozenset[str]:
        if parts := _PARTS.get(words.upper()):
            return frozenset(parts) & self._codes
        code = self._names.get(_spelling(words))
        return frozenset([code]) if code else frozenset()

    def _coded(self, word: str) -> frozenset[str]:
        word = re.sub("^(?:DT|DD|TD|CD|D|FR)(?=..)|^0(?=2[AB]$)", "", word)
        if word in _PARTS:
            return frozenset(_PARTS[word]) & self._codes
        if _POSTCODE.fullmatch(word):
            return of_postcode(word) & self._codes
        code = OVERSEAS.get(word, word)
        return frozenset({code, code.lstrip("0").zfill(2)} & self._codes)


def of_postcode(postcode: str) -> frozenset[str]:
    """The départements that a postcode may be in, those of CEDEX included: Corsica's share « 20 », La Réunion's have « 978 » too."""
    if postcode[:2] == "20":
        certain = {"0": {"2A"}, "1": {"2A"}, "2": {"2B"}, "6": {"2B"}}
        return frozenset(certain.get(postcode[2:3], {"2A", "2B"}))
    if postcode[:3] == "978":
        return frozenset({"974"})
    return frozenset({postcode[:3] if postcode[:2] in ("97", "98") else postcode[:2]})


def overseas_code(code: str) -> str:
    """A commune's code where the register of 9A to 9F stands: « 9D411 » is 97411; any other code as it is."""
    departement = OVERSEAS.get(code[:2], "")
    return f"97{code[2:]}" if len(code) == 5 and departement and code[2] == departement[2] else code


def _spelling(name: str) -> str:
    return _ARTICLE.sub("", _SAINT.sub("saint", plain(name)))
