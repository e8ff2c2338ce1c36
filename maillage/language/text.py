"""Numbers, dates and names as French readers write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import markupsafe

from maillage import catalog
from maillage.language import typography
from maillage.language.typography import HARD, THIN


def known(value) -> bool:
    """Whether a cell holds something (None, NaN and NA do not)."""
    if isinstance(value, (str, int, float)):
        return bool(value == value)  # NaN is not even itself
    from pandas import isna  # a third of a second, where nothing is a figure

    return value is not None and not isna(value)


def number(value, decimals: int = 0) -> str:
    """1234.5 -> « 1 234,5 »; nothing known -> « – »; -0.0 is 0."""
    if not known(value):
        return "–"
    rounded = round(float(value), decimals) + 0.0
    return f"{rounded:,.{decimals}f}".replace(",", THIN).replace(".", ",").replace("-", "\u2212")


def quantity(value, unit: str, decimals: int = 0) -> str:
    """A number and its unit, held together: « 12,3 % », « 50,6 hab./km² »."""
    return number(value, decimals) if not known(value) else f"{number(value, decimals)}{HARD}{unit}"


def count(value, singular: str, plural: str | None = None) -> str:
    """« 1 commune », « 0 commune », « 2 communes », « 1 234 communes »."""
    word = singular if abs(value) < 2 else (plural or f"{singular}s")
    return f"{number(value)}{HARD}{word}"


def declared(cpts) -> str:
    """« 34 communes, 90 000 habitants, 250 professionnels »: what a CPTS declares of itself, empty where it declares nothing."""
    counts = (
        (cpts.declared_communes, "commune"),
        (cpts.declared_population, "habitant"),
        (cpts.declared_professionals, "professionnel"),
    )
    return ", ".join(count(value, word) for value, word in counts if known(value))


def others(rest: int) -> str:
    """What ends a list that is not whole: « et 1 autre », « et 3 autres »."""
    return f"et {count(rest, 'autre')}"


def enumeration(names: Sequence[str], most: int) -> str:
    """« A », « A et B », « A, B et C »; of more than `most`, « A, B et 3 autres »."""
    if len(names) > most:
        return f"{', '.join(names[:most])} {others(len(names) - most)}"
    return " et ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def date(value: str | None) -> str:
    """« 2022-09-15 » -> « 15/09/2022 »; « 2021-04 » -> « 04/2021 »; « 2020 » -> « 2020 »."""
    return "/".join(reversed(value.split("-"))) if known(value) else "–"


def dated(words: str) -> str:
    """Dates within words, as they are written in French: « recensement 12/05/2026 », « 01/2026 »."""
    return re.sub(r"\b\d{4}-(?:0[1-9]|1[0-2])(?:-\d\d)?\b(?!-)", lambda day: date(day[0]), words)


def when(day: str) -> str:
    """« fin 2023 » for the last day of a year, « en 2024 », « en 04/2024 », « au 01/05/2026 »."""
    if day.endswith("-12-31"):
        return f"fin {day[:4]}"
    return f"{'au' if len(day) == 10 else 'en'} {date(day)}"


def typeset(sentence: str) -> str:
    """The same sentence with the spaces that French typography holds fast: inside « », before : ; ? ! and %."""
    return typography.applied(typography.SPACES, sentence)


def escape(value) -> str:
    """A stranger's text, or ours, inside HTML."""
    return str(markupsafe.escape(typeset(str(value))))


def markdown(name: str) -> str:
    """A stranger's name inside Markdown, shown as it is written.

    Streamlit takes « :name: » for a symbol even behind a backslash: a joiner that nobody sees keeps it a word.
    """
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+-.!|<>~$@&" else "\\:\u2060" if c == ":" else c for c in name)


def territory_name(level: str, code: str, name: str) -> str:
    """« Ardennes (08) » for a département, « Sedan » otherwise."""
    return f"{name} ({code})" if level == "departement" else name


def travel() -> str:
    """How minutes are guessed, and how wrong they are where trips are long enough to matter."""
    guess, wrong = catalog.TRAVEL, next(error for error in catalog.TRAVEL.errors if error.low == 10)
    return (
        f"Temps {guess.label} ({number(guess.factor, 2)} × km puissance {number(guess.exponent, 2)} ; erreur médiane de "
        f"{number(wrong.median_percent)} % entre {wrong.low} et {wrong.high} min en Isère)."
    )


def site(row) -> list[str]:
    """The lines that explain a structure: name, type and state, place, places, age of what is known, remark."""
    kind = catalog.SITE_TYPE[row.type]
    lines = [row.name, kind.label, f"État : {catalog.SITE_STATUS[row.status].label}"]
    where = ", ".join(part for part in (row.address, row.commune) if known(part))
    if where:
        placed = "" if row.precision == "adresse" else " (symbole posé sur la commune)"
        lines.append(where + placed)
    if known(row.places):
        lines.append(count(row.places, "place"))
    if known(row.opened_on):
        lines.append(f"Ouverture : {date(row.opened_on)}")
    lines.append(
        f"Connu {'au' if len(row.as_of) == 10 else 'en'} {date(row.as_of)}"
        if known(row.as_of)
        else "État non daté par la source"
    )
    if getattr(row, "mine", False) is True:
        lines.append("Votre liste, non enregistrée")
    return lines


def shortened(text: str) -> str:
    """A stranger's text, short enough for a sentence."""
    return text if len(text) <= 40 else text[:39] + "…"
