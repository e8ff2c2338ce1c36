"""The type of a structure as people write it: understood whole, with the state it may tell, or asked about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from etl.formats.lists import spellings
from maillage import catalog
from maillage.language.names import plain


@dataclass(frozen=True)
class SiteKind:
    """What a text says: the code of a type, and a status when it tells one."""

    code: str
    status: str | None = None
    exact: bool = True  # nothing else was written than the type, by its code, its name or its category of the register
    rest: str = ""  # words that may change the meaning, and are not understood


class Denied(ValueError):
    """The text says that the structure is not of the type that it names, or names two: why, in French."""


def _singular(text: str) -> str:
    return " ".join(word.removesuffix("s") if len(word) > 4 else word for word in text.split())


TYPES = {
    _singular(words): code
    for words, code in spellings(
        catalog.SITE_TYPES,
        **{
            "maison de sante": "MSP",
            "maison de sante pluridisciplinaire": "MSP",
            "maison de sante pluri professionnelle": "MSP",
            "maison sante": "MSP",
            "maison sante pluridisciplinaire": "MSP",
            "maison sante pluriprofessionnelle": "MSP",
            "mspp": "MSP",
            "p a s s": "PASS",
            "m s p": "MSP",
            "mspu": "MSP",
            "permanence d acces aux soins": "PASS",
            "centre de sante pluriprofessionnel": "CDS",
            "centre de sante polyvalent": "CDS",
            "centre sante polyvalent": "CDS",
            "appartement de coordination therapeutique": "ACT",
            "centre soins accompagnement prevention addictologie": "CSAPA",
            "ctre accueil accomp reduc risq usag drogues": "CAARUD",
            "communautes professionnelles territoriales de sante": "SIEGE_CPTS",
        },
    ).items()
}
STATUSES = spellings(
    catalog.SITE_STATUSES,
    **{
        "ouverte": "ouvert",
        "en fonctionnement": "ouvert",
        "en service": "ouvert",
        "active": "ouvert",
        "actif": "ouvert",
        "en activite": "ouvert",
        "operationnel": "ouvert",
        "operationnelle": "ouvert",
        "fonctionnelle": "ouvert",
        "fonctionnel": "ouvert",
        "existante": "ouvert",
        "existant": "ouvert",
        "en exercice": "ouvert",
        "fermee": "ferme",
        "projet": "en_projet",
        "travaux": "en_construction",
        "en travaux": "en_construction",
        "ouverture prochaine": "en_ouverture",
    },
)
_STATUS_WORDS = {_singular(words): code for words, code in STATUSES.items()} | {
    _singular(words): code
    for words, code in {
        "en projets": "en_projet",
        "future": "en_projet",
        "futur": "en_projet",
        "prevue": "en_projet",
        "prevu": "en_projet",
        "programmee": "en_projet",
        "programme": "en_projet",
        "a venir": "en_projet",
        "a l etude": "en_projet",
        "envisagee": "en_projet",
        "en reflexion": "en_projet",
        "construction": "en_construction",
        "chantier": "en_construction",
        "en chantier": "en_construction",
        "fermeture": "ferme",
        "fermes": "ferme",
        "cessee": "ferme",
        "cesse": "ferme",
        "dissoute": "ferme",
        "dissous": "ferme",
        "supprimee": "ferme",
        "supprime": "ferme",
        "ferme definitivement": "ferme",
        "fermee definitivement": "ferme",
        "en cours de creation": "en_ouverture",
        "en cours de construction": "en_construction",
        "en cours de projet": "en_projet",
        "ouvre bientot": "en_ouverture",
        "bientot ouverte": "en_ouverture",
    }.items()
}


def _each(words: str) -> frozenset[str]:
    return frozenset(_singular(words).split())


_NEVER = _each("abandonne abandonnee annule annulee refuse refusee avorte avortee inexistant inexistante")
_DENIAL = _each(
    "hors pas non sans ex ancien ancienne anciennement sauf autre aucun aucune jamais ni faux fausse excepte plus"
)
_PLAIN = _each("l d le la les un une de du des en et a au aux type structure categorie code n no avec")
_QUALITIES = _each(
    """dentaire bucco buccodentaire mobile psychiatrique psy pediatrique pediatrie ville generaliste hospitaliere hospitalier hopital
    universitaire pluriprofessionnel pluriprofessionnelle pluridisciplinaire professionnelle pluri multisite multi site polyvalent
    polyvalente medical medicale infirmier infirmiere mutualiste municipal municipale associatif associative departemental
    departementale intercommunal intercommunale adulte enfant territoriale rurale urbaine antenne annexe principal principale centre
    regional local labellisee labellise sante soin chu ch clap ambulatoire perinatale sisa"""
)
_WHEN = _each(
    """depuis le en an annee date janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre fin debut
    mi semestre trimestre 1er prevision horizon"""
)
_LEGAL = re.compile(r"\(?\b[LRD]\. ?[0-9]+(?:-[0-9]+)*\)?")  # « (L.6223-3) », as the register has it
_OTHER = "maison de sante pour maladie mentale"  # category 161 of the register, a psychiatric clinic
_FOREIGN = re.compile(r"[^\W\d_a-zœæ]")  # letters that plain words lose
_LONGEST = max(len(words.split()) for words in (*TYPES, *_STATUS_WORDS))


@lru_cache(maxsize=10_000)
def understand(text: str) -> SiteKind | None:
    """What a text says; None when it names no type. Raises Denied."""
    text = re.sub(r"^([0-9]{3})[.,]0+$", r"\1", text)  # a category that went through a column of numbers
    foreign = _FOREIGN.findall(unicodedata.normalize("NFD", text.lower()))
    if (kind := TYPES.get(_singular(plain(text)))) and "?" not in text and not foreign:
        return SiteKind(kind)
    words = _words(_LEGAL.sub(" ", text))
    if _OTHER in " ".join(words):
        raise Denied(f"le type « {text} » est celui d'une clinique psychiatrique (catégorie 161)")
    types = list(_spans(words, TYPES, catalog.FINESS_TYPE))
    if not types:
        return None
    kinds = {code for _, _, code in types}
    first = min(start for start, _, _ in types)
    rest = [None if any(start <= rank < end for start, end, _ in types) else word for rank, word in enumerate(words)]
    if _DENIAL & {word for word in rest[:first] if word} or _says_only_no(rest):
        raise Denied(f"le type « {text} » dit ce que la structure n'est pas")
    if len(kinds) > 1:
        raise Denied(f"le type « {text} » en nomme {len(kinds)} ({', '.join(sorted(kinds))})")
    if _NEVER & set(rest):
        raise Denied(f"le type « {text} » dit que la structure n'existe pas")
    statuses = list(_spans(rest, _STATUS_WORDS))
    left = [
        word
        for rank, word in enumerate(rest)
        if word and word not in _PLAIN and not any(start <= rank < end for start, end, _ in statuses)
    ]
    codes = {code for _, _, code in statuses}
    dated = _WHEN if len(codes) == 1 else frozenset()  # « MSP fermée en 2020 »
    strange = [w for w in left if w not in _QUALITIES | dated and not (dated and w.isdigit())] + foreign
    if "?" in text or _DENIAL & set(left) or len(codes) > 1:  # what they bear on cannot be told
        strange, codes = [word for word in rest if word and word not in _PLAIN] or ["?"], set()
    return SiteKind(kinds.pop(), min(codes, default=None), not any(rest) and not strange, _spoken(text, strange))


def tells(text: str) -> bool | None:
    """Does a title, or the name of a sheet or of a file, name one type: « Liste des PASS 2026 »? None when it denies one, or names two."""
    try:
        kind = understand(without_numbers(text))
    except Denied:
        return None
    return kind is not None and kind.code != "AUTRE_SERVICE"


def without_numbers(text: str) -> str:
    """A title without its dates and its numbers, which are no categories of the register there."""
    return re.sub(r"[0-9]+", " ", text.replace("_", " "))


@dataclass(frozen=True)
class State:
    """What a text says of a status: its code, and the words that are not understood beside it."""

    code: str
    rest: str = ""


@lru_cache(maxsize=10_000)
def state(text: str) -> State | None:
    """« Fermée depuis 2020 », « Projet (ouverture en 2027) »; None when it tells no status, or may tell two. Raises Denied."""
    words = _words(text)
    spans = list(_spans(words, _STATUS_WORDS))
    left = [word for rank, word in enumerate(words) if not any(start <= rank < end for start, end, _ in spans)]
    if _NEVER & set(left):
        raise Denied(f"le statut « {text} » dit que la structure n'existe pas")
    if len({code for _, _, code in spans}) != 1 or _DENIAL & set(left):
        return None
    strange = [word for word in left if word not in _PLAIN | _WHEN and not word.isdigit()]
    return State(spans[0][2], _spoken(text, [*strange, *("?" if "?" in text else "")]))


def _words(text: str) -> list[str]:
    """Plain words, plurals off, initials put together: « M.S.P. » is « msp »."""
    return _singular(_plain(text)).split()


def _spoken(text: str, words: list[str]) -> str:
    """Some of the words of a text, with their plurals."""
    written = dict(zip(_words(text), _plain(text).split(), strict=True))
    return " ".join(written.get(word, word) for word in words)


def _plain(text: str) -> str:
    return plain(re.sub(r"\b(?:[A-Za-z]\. ?){2,}[A-Za-z]?\b", lambda match: re.sub(r"[. ]", "", match[0]) + " ", text))


def _spans(words: list[str | None] | list[str], *known: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """(Start, end, code) of the longest known phrases, from the left."""
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + _LONGEST), start, -1):
            phrase = None if None in words[start:end] else " ".join(map(str, words[start:end]))
            code = next((table[phrase] for table in known if phrase in table), None)
            if code:
                yield start, end, code
                start = end - 1
                break
        start += 1


def _says_only_no(rest: list[str | None]) -> bool:
    """« MSP : non »."""
    words = [word for word in rest if word and word not in _PLAIN]
    return bool(words) and all(word in _DENIAL for word in words)
