"""Places as people write them: an arrondissement of Paris, Lyon or Marseille, a name with its département behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from maillage.language.names import plain

POSTAL = {"paris": 75000, "lyon": 69000, "marseille": 13000}  # what comes before the number of an arrondissement
ARRONDISSEMENTS = {"paris": 20, "lyon": 9, "marseille": 16}
_ROMAN = {"i": 1, "v": 5, "x": 10}
_CITY = f"(?P<city>{'|'.join(ARRONDISSEMENTS)})"
_NUMBER = r"(?:0?(?P<digits>[0-9]{1,2})|(?P<roman>[ivx]{1,5}))(?: ?(?:er|e|eme|ieme|nd|nde))?"
_WORD = r"(?:arrondissements?|arrond|arrdts?|arrt|ardts?|arr|ar)"
_FORMS = (
    re.compile(rf"{_CITY}(?: {_WORD})? {_NUMBER}(?: {_WORD})?"),
    re.compile(rf"{_NUMBER} {_WORD}(?: de)? {_CITY}"),
)
_IRIS = re.compile("([0-9]{5}|2[AB][0-9]{3})([0-9]{4})")
_BEHIND = (
    re.compile(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]"),
    re.compile(r"(.+?)\s*[,;/]\s*([^,;/]+)"),
    re.compile(r"(.+?)\s+[–-]\s*([^–-].*)"),
    re.compile(r"(.+?)[\s–-]+(\d{2,3}|2[ABab])"),
)
_BEFORE = re.compile(
    r"(?:les? )?(?:communes?|villes?|mairies?)\s*(?::\s*|de (?:la |l['’])?|d['’]\s*)(?=\w)", re.IGNORECASE
)
_COUNTRY = re.compile(r"[\s,(-]+france\)?$", re.IGNORECASE)
_ARTICLE_LAST = re.compile(r"(.+?)[\s,]+\(?(l['’]?|le|la|les)\)?$", re.IGNORECASE)


def arrondissement(text: str) -> tuple[str, int] | None:
    """« Paris XIe », « LYON 03 », « 13ème arrondissement de Marseille »: the city (plain) and the number, 0 where it has no such part.

    None when the text speaks of no part of these cities.
    """
    words = plain(text)
    form = next(filter(None, (pattern.fullmatch(words) for pattern in _FORMS)), None)
    if form is None:
        return None
    number = int(form["digits"]) if form["digits"] else _roman(form["roman"])
    return form["city"], number if 1 <= number <= ARRONDISSEMENTS[form["city"]] else 0


def postal_part(city: str, postcode: str) -> int:
    """The arrondissement of a city (plain) that has a postcode; 0 when it has none of them: 75011 and 75116 are Paris's 11th and 16th."""
    if not postcode.isdigit() or city not in POSTAL:
        return 0
    number = 16 if postcode == "75116" else int(postcode) - POSTAL[city]
    return number if 1 <= number <= ARRONDISSEMENTS[city] else 0


def _roman(letters: str) -> int:
    values = [_ROMAN[letter] for letter in letters]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def iris(text: str) -> tuple[str, str] | None:
    """« 084090101 »: a commune's code, and a part of it (« 0000 » where it is not cut); None when the text is no code of an IRIS.

    The SIREN of an intercommunalité has nine digits too: it begins with 20 or 24, and its key is right.
    """
    code = re.sub(r"^IRIS\W*|\s", "", text.upper())
    code = f"0{code}" if re.fullmatch("[0-9]{8}", code) else code
    parts = _IRIS.fullmatch(code)
    return None if parts is None or (code[:2] in ("20", "24") and _is_siren(code)) else (parts[1], parts[2])


def _is_siren(digits: str) -> bool:
    doubled = [int(digit) * (1 + rank % 2) for rank, digit in enumerate(digits)]
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0


def divided(text: str) -> Iterator[tuple[str, str]]:
    """(Name, what may be its département) for each way to cut a text: « Sedan, Ardennes », « Sedan (08) », « Sedan - 08 »."""
    for pattern in _BEHIND:
        if both := pattern.fullmatch(text.strip()):
            yield both[1], both[2]


def stripped(text: str) -> str:
    """A name without what people put around it: « Commune de Sedan », « Sedan, France », « MANS LE »; as it is where nothing is."""
    name = _COUNTRY.sub("", _BEFORE.sub("", text.strip(), count=1))
    turned = _ARTICLE_LAST.fullmatch(name)
    return f"{turned[2]} {turned[1]}" if turned else name
