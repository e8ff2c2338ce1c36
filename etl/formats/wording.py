"""Words: names and addresses of the registers, which are in capitals, as French writes them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=100_000)
def bare(text: str) -> str:
    """Capitals without accents: « Hôpital » → « HOPITAL »."""
    if text.isascii():
        return text.upper()
    return "".join(c for c in unicodedata.normalize("NFD", text.upper()) if not unicodedata.combining(c))


# Common nouns: no capital unless they come first, and the accent that capitals lose.
_NOUNS = """
    accès accompagnement accueil addictologie antenne appartement appartements centre clinique collectif communal
    communauté coordination dentaire dentaires départemental dépistage diagnostic dispositif équipe équipes halte hôpital
    hospitalier infirmier infirmière infirmiers lit lits maison médical médicale médicalisé médicalisés médico mobile
    municipal mutualiste pluridisciplinaire pluriprofessionnelle pôle polyvalent précarité prévention professionnelle
    professionnelles régional santé site social soins spécialisée spécialisés territoriale territoriales thérapeutique
    universitaire vaccination
"""
# Common words whose accents registers lose; unlike nouns, they keep the capital that they are written with.
_ACCENTED = """
    armée cèdre cèdres château cité étoile forêt général générale généraliste généralistes hépatites hôpitaux hôtel île juvénile
    lumière maternité médecin médecine médecins médicaux médicobus mère métropole miséricorde mutualité pédiatrie pédiatrique
    pédopsychiatrie privé privée proximité psychothérapique réadaptation réduction rééducation région réseau résidence rivière
    rivières sémaphore solidarité spécialisé spécialisées unité unités université vallée
"""
# Kept in capitals though they have a vowel; a word without one (CHRS, CMP) is taken for an acronym.
_ACRONYMS = """
    ACT ADAPEI APF APHM APHP ARS CAARUD CATTP CCAS CHRU CHU CIAS CLAT CPAM CSAPA CSI DAC EHPAD EMMSP EMPP EMSAP EMSP EPSM ESP
    ESS ESSIP GHU GIP HAD LAM MSPU PASS SIAO SISA SOS UAD UGECAM USMP USP
"""
# Without a vowel, and yet words: cut short by the register.
SHORT = {"ST": "Saint", "STE": "Sainte", "STS": "Saints", "DR": "Dr", "PR": "Pr", "MGR": "Mgr", "CTRE": "centre"}
_SMALL = "à au aux chez d de des du en et l la le les lès ou par pour sous sur"
WAYS = {
    "ALL": "allée",
    "AV": "avenue",
    "BD": "boulevard",
    "CAR": "carrefour",
    "CHE": "chemin",
    "CHS": "chaussée",
    "CITE": "cité",
    "CRS": "cours",
    "ESP": "esplanade",
    "FG": "faubourg",
    "GR": "grande rue",
    "HAM": "hameau",
    "IMM": "immeuble",
    "IMP": "impasse",
    "LD": "lieu-dit",
    "LOT": "lotissement",
    "MTE": "montée",
    "PAS": "passage",
    "PL": "place",
    "PROM": "promenade",
    "QU": "quai",
    "QUA": "quartier",
    "R": "rue",
    "RES": "résidence",
    "RLE": "ruelle",
    "RPT": "rond-point",
    "RTE": "route",
    "SEN": "sentier",
    "SQ": "square",
    "TRA": "traverse",
    "VGE": "village",
    "ZA": "zone artisanale",
    "ZAC": "ZAC",
    "ZI": "zone industrielle",
}
REPEATS = {"B": "bis", "T": "ter", "Q": "quater"}

COMMON = {bare(word): word for word in _NOUNS.split()}
ACCENTED = {bare(word): word for word in (_NOUNS + _ACCENTED).split() if not word.isascii()}
ACRONYMS, SMALL = frozenset(_ACRONYMS.split()), frozenset(_SMALL.split())
_WORD = re.compile(r"[^\W_]+(?:\.[^\W_])*")
_ELIDED = re.compile(r"\b([DL]) (?=[AEIOUYHÀÂÉÈÊÎÔ]\w)")  # « COTE D OR »
_ROMAN, _ORDINAL = re.compile("[IVX]{2,}"), re.compile("(?<=^[0-9])[eè]me$")
_VOWELS = set("AEIOUY")


def name(text: str) -> str:
    """« MAISON DE SANTE D'AUTUN » → « Maison de santé d'Autun »; what already has small letters only gets lost accents back."""
    words = accented(_lowered(" ".join(text.split())))
    return words[:1].upper() + words[1:]


def accented(text: str) -> str:
    """« Pole de sante de la Vallee » → « Pôle de santé de la Vallée »; capitals stay where they are, acronyms as they are."""
    return _WORD.sub(lambda match: _accented(match.group()), text)


def _accented(word: str) -> str:
    known = ACCENTED.get(word.upper()) if word.isascii() and not (len(word) > 1 and word.isupper()) else None
    if known is None:
        return word
    return known[0].upper() + known[1:] if word[0].isupper() else known


def address(number: str, repeat: str, way: str, street: str, place: str = "") -> str | None:
    """« 62 avenue de Jasseron », from the cells of a register; the locality when there is no street; None without either."""
    if not street:
        return name(place) or None
    way = WAYS.get(way, way.lower())
    street = re.sub(rf"(?i)^{re.escape(way)} ", "", street)  # « RUE » in both cells
    return " ".join(filter(None, [number, REPEATS.get(repeat, repeat.lower()), way, _lowered(street)]))


def _lowered(text: str) -> str:
    if any(letter.islower() for letter in text):
        return text
    text = _ELIDED.sub(r"\1'", text)
    return _WORD.sub(lambda match: _word(match.group(), text[: match.start()], text[match.end() :]), text)


def _word(word: str, before: str, after: str) -> str:
    if word == "A" and before.endswith(" ") and after.startswith(" "):
        return "à"
    if word in SHORT:
        return SHORT[word]
    if word == "CEGIDD":
        return "CeGIDD"
    if _is_acronym(word) or (before.endswith(" ") and _ROMAN.fullmatch(word)):
        return word
    lower = word.lower()
    if lower in SMALL and (len(word) > 1 or after.startswith(("'", "’"))):
        return lower
    return COMMON.get(bare(word)) or _ORDINAL.sub("e", word[0] + lower[1:])


@lru_cache(maxsize=50_000)
def _is_acronym(word: str) -> bool:
    if word in ACRONYMS or "." in word or re.fullmatch("[0-9]+[A-Z]", word):
        return True
    return len(word) > 1 and word.isalpha() and not _VOWELS.intersection(bare(word))
