"""Names of communes as people, the post and registers write them, against those that communes have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from etl.formats.wording import bare
from maillage.language.names import plain, short
from maillage.language.places import arrondissement

WHOLE = {"paris": ("75056", 75100, 20), "lyon": ("69123", 69380, 9), "marseille": ("13055", 13200, 16)}
CUT = 20  # letters: registers cut names at 26, others at 30 or 32; what is shorter than this was not cut
_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "lez": "les"}
_CEDEX = re.compile(r"[\s,(-]*\b(?:CEDEX|CEDX|CDX|CX|CEDE|CED)\s*[0-9]*\b.*$")
_SMALL = frozenset(["l", "d", "le", "la", "les", "de", "du", "des", "en", "et", "a", "au", "aux", "sur", "sous"])
_TURNED = re.compile(r"^(.*?) *\((l'|le|la|les)\) *$", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """A commune's name in a cell: its spellings to look for, the likeliest first."""

    spellings: tuple[str, ...]
    cedex: bool = False  # the name of a sorting office, which need not be that of the commune it serves
    whole: str = ""  # with what was cut away, CEDEX included
    part: tuple[str, int] | None = None  # of Paris, Lyon or Marseille: city and number, 0 where it has no such part

    @property
    def arrondissement(self) -> str | None:
        """The code of « Lyon 3e »; empty when the city has no such part, None when it is not spoken of."""
        if self.part is None:
            return None
        city, number = self.part
        return str(WHOLE[city][1] + number) if number else ""

    def may_be_cut(self, name: str) -> bool:
        """Is this the beginning of a longer name (plain), which a register cut, CEDEX or not?"""
        if len(self.whole) < CUT:
            return False
        full = f"{spelling(name)} cedex 00"
        return full != self.whole and full.startswith(self.whole)

    def resembles(self, name: str) -> bool:
        """Does one of the two names begin with all the words of the other (« Boulogne », « Strasbourg Neudorf »)?

        Small words do not count, and the last word of a long name may be cut.
        """
        words = _long(spelling(name))
        for text in self.spellings:
            mine = _long(text)
            least = min(len(words), len(mine))
            if least and len(words[0]) > 2 and words[: least - 1] == mine[: least - 1]:
                last, end = words[least - 1], mine[least - 1]
                if last == end or (len(text) >= CUT and len(end) > 1 and least == len(mine) and last.startswith(end)):
                    return True
        return False


@lru_cache(maxsize=100_000)  # asked several times of each row
def written(text: str) -> Written:
    """« CHALONS S/ MARNE cedex 2 » is « chalons sur marne » or « chalons sous marne », by its CEDEX; « Abergement (L') » is turned."""
    letters = bare(text)
    if len(letters) != len(text):  # letters that are two in capitals: positions would not agree
        text = letters
    cedex = _CEDEX.search(letters)
    name = text[: cedex.start()] if cedex else text
    name = _TURNED.sub(r"\2 \1", name)
    part = arrondissement(name)
    name = re.sub(r"\([^)]*\)?|\[[^\]]*\]?", "", name)
    short = re.search(r"\bs/ ?", name, flags=re.IGNORECASE)
    ways = [re.sub(r"\bs/ ?", f"{way} ", name, flags=re.IGNORECASE) for way in ("sur ", "sous ")] if short else [name]
    if "/" in name and not short:
        ways = [name.replace("/", " sur "), name]
    return Written(tuple(map(spelling, ways)), cedex is not None, spelling(text), part or arrondissement(name))


@lru_cache(maxsize=100_000)  # names of the same communes, again and again
def spelling(name: str) -> str:
    """Plain words, « saint » and « lès » as they are written most."""
    return " ".join(_WORDS.get(word, word) for word in plain(name).split())


@lru_cache(maxsize=100_000)
def without_article(name: str) -> str:
    """« le havre » is « havre »: a plain name without its first article."""
    return re.sub(r"^(le|la|les|l) ", "", name)


def epci_name(text: str) -> str:
    """« Communauté de communes du Pays Rethélois » and « CC Pays Rethélois » are « pays rethelois »."""
    return re.sub(r"^(?:(?:cc|ca|cu|metropole) )+(?=.)", "", short(re.sub(r"\([^)]*\)", "", text)))


def _long(name: str) -> list[str]:
    """The words of a name but its small ones, unless it has no other."""
    return [word for word in name.split() if word not in _SMALL] or name.split()
