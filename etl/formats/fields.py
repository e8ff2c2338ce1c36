"""What the fields of a file mean when nobody promised their names: told by what they hold, never guessed.

A table is a dict: field -> its values, one a row, None where empty. Shares are of the filled values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from etl.formats.cpts_names import plain
from maillage.language.names import unaccented

Table = dict[str, list]

MOSTLY, NEARLY_ALL = 0.6, 0.9
PIECES = 1.5  # rows a name, on average: from there on, a row is a piece of what it names
_FINESS = re.compile(r"(?:[0-9]{2}|2[AB]|9[A-J])[0-9]{7}")
_INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_NAMED = re.compile(r"\bcpts\b|\bcommunautes? professionnelles?")
_NAME = re.compile(r"nom|\bnm\b|lib|raison|intitule|label|name|territoire|titre|appellation|designation")
# Of a person, of another place, of a stage.
_OTHER = re.compile(
    r"president|porteu|contact|coord|responsable|referent|prenom|animat|direct|commune|ville|adresse|siege|quartier|iris|"
    r"canton|statut|avancement|\betat|\bphase|\bstade|\btype|\bcom\b|\bdep|\breg|\bepci\b|\bars\b"
)
_CONTACT = re.compile(r"@|https?:|www\.|^\+?[\d .]{9,}$")
_YES, _NO = (
    frozenset(("oui", "o", "yes", "true", "vrai", "1", "x")),
    frozenset(("non", "n", "no", "false", "faux", "0")),
)
_SERIAL = re.compile(r"fid|objectid|gid|ogc|rowid|oid")  # numbers that a geographic server deals out anew each time


def tabulate(rows: Iterable[dict]) -> Table:
    """Rows as they came -> a table; blank texts and empty lists are None."""
    rows = list(rows)
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [_filled(row.get(name)) for row in rows] for name in names}


def _filled(value):
    value = " ".join(value.split()) if isinstance(value, str) else value
    return None if value in ("", [], {}) else value


def texts(values: Sequence) -> list[str]:
    """The filled values, as text."""
    return [_text(value) for value in values if value is not None and not isinstance(value, dict | list)]


def _text(value) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def share(values: Sequence, test: Callable[[str], object]) -> float:
    """Which part of the filled values passes; 0 when nothing is filled."""
    filled = Counter(texts(values))  # a layer writes the name of a CPTS on each of its communes
    return sum(count for value, count in filled.items() if test(value)) / filled.total() if filled else 0.0


def name_field(
    table: Table, places: Collection[str] = frozenset(), code_of: Callable[[str], str | None] = lambda text: None
) -> str | None:
    """The field of the names of CPTS: the one called so (« nom_cpts »), or whose values say « CPTS », or that is one of names.

    A name may come back, on each commune or piece of its CPTS. Names of `places` (plain) are not names of CPTS, unless the field
    is called so, nor are a few words that are stages for `code_of`.
    """
    best, chosen = 0.0, None
    for field, values in table.items():
        filled = texts(values)
        distinct = set(filled)
        if share(values, _is_worded) < NEARLY_ALL or share(values, plain) < MOSTLY:
            continue
        key = _key(field)
        hinted = bool(_NAME.search(key)) and not _OTHER.search(key)
        called = "cpts" in unaccented(field) and (hinted or not key)
        named = share(sorted(distinct), lambda text: _NAMED.search(unaccented(text)))
        known = len(filled) / len(values)
        if not (called or (known >= MOSTLY and (hinted or named >= 0.3))):
            continue
        stages = len(distinct) <= min(20, max(2, len(filled) - 1)) and share(sorted(distinct), code_of) >= MOSTLY
        if stages or (not called and share(sorted(distinct), lambda text: _is_place(text, places)) > 0.5):
            continue
        score = 3 * called + 2 * named + hinted + known + len(distinct) / len(filled) / 2
        if score > best:
            best, chosen = score, field
    return chosen


def _is_worded(text: str) -> bool:
    """Words, and neither a sentence nor a way to reach somebody."""
    return bool(re.search(r"[^\W\d_]{3}", text)) and len(text) <= 150 and not _CONTACT.search(text)


def _is_place(text: str, places: Collection[str]) -> bool:
    return not _NAMED.search(unaccented(text)) and plain(text) in places


def finess_field(table: Table, places: Sequence[Collection[str]], seats: Collection[str]) -> str | None:
    """Nine characters that are known seats, or that begin with the département they lie in (a SIREN does not)."""

    def belongs(field: str) -> bool:
        pairs = [(_text(value), place) for value, place in zip(table[field], places, strict=True) if value is not None]
        pairs = [(text, place) for text, place in pairs if _FINESS.fullmatch(text)]
        rows = len(texts(table[field]))
        if not rows or len(pairs) / rows < MOSTLY:
            return False
        placed = [(text, place) for text, place in pairs if place]
        local = sum(any(text[:2] == departement[:2] for departement in place) for text, place in placed)
        return (
            sum(text in seats for text, _ in pairs) / len(pairs) >= MOSTLY
            or bool(placed and local / len(placed) >= MOSTLY)
            or (not placed and "finess" in _key(field))
        )

    return next((field for field in table if belongs(field)), None)


def status_field(table: Table, code_of: Callable[[str], str | None], most: int = 20) -> str | None:
    """A few values that come back, most of them understood by `code_of`."""
    known = {}
    for field, values in table.items():
        filled = texts(values)
        if filled and len(set(filled)) <= min(most, max(2, len(filled) - 1)):
            known[field] = share(values, code_of)
    best = max(known, key=known.get, default=None)
    return best if best is not None and known[best] >= MOSTLY else None


def flag_fields(table: Table, code_of: Callable[[str], str | None]) -> dict[str, str]:
    """Field -> the stage that its own name says, where its values say yes or no (« aci » : OUI, NON)."""
    flags = {}
    for field, values in table.items():
        filled = texts(values)
        stage = code_of(_key(field))
        if stage and filled and all(is_yes(text) is not None for text in filled):
            flags[field] = stage
    return flags


def is_yes(text: str) -> bool | None:
    """True for OUI, vrai, 1; False for NON, faux, 0; None for anything else."""
    word = unaccented(text).strip()
    return True if word in _YES else False if word in _NO else None


def member_field(table: Table, known: Collection[str], names: Sequence[str | None] = ()) -> str | None:
    """Lists of commune codes; or one code a row, hardly ever twice, where `names` come back from row to row.

    Where each name comes once, one code a row would be the commune of a seat.
    """
    pieces = len([name for name in names if name]) >= PIECES * len(set(filter(None, names)))
    for field, values in table.items():
        lists = [codes(value) for value in values if value is not None]
        every = [code for one in lists for code in one or ["?"]]
        several = sum(len(one) > 1 for one in lists) >= len(lists) / 2
        each_once = bool(names) and pieces and len(set(every)) >= NEARLY_ALL * len(every)
        if lists and (several or each_once) and sum(code in known for code in every) >= NEARLY_ALL * len(every):
            return field
    return None


def codes(value) -> list[str]:
    """Commune codes in a list or a text (« 08105, 08106 »); empty when something else than codes is in it."""
    parts = value if isinstance(value, list) else re.split(r"[\s,;|/{}\[\]\"']+", str(value))
    parts_read = [_text(part).strip().upper().zfill(5) for part in parts if part not in (None, "")]
    return parts_read if all(_INSEE.fullmatch(code) for code in parts_read) else []


def departement_field(table: Table, places: Sequence[Collection[str]], known: Collection[str]) -> str | None:
    """A département code that is the one the rows lie in; « 8 » is read 08."""
    for field, values in table.items():
        pairs = [(departement(value), place) for value, place in zip(values, places, strict=True) if value is not None]
        placed = [(code, place) for code, place in pairs if place]
        if pairs and sum(code in known for code, _ in pairs) >= NEARLY_ALL * len(pairs):
            agreeing = sum(code in place for code, place in placed)
            if (placed and agreeing >= MOSTLY * len(placed)) or (not placed and "dep" in _key(field)):
                return field
    return None


def departement(value) -> str:
    """A département's code as the atlas writes it: 1 is 01, 2a is 2A."""
    return _text(value).upper().zfill(2)


def figure_field(table: Table, computed: Sequence[int | None], within: float) -> str | None:
    """Numbers that are what we count ourselves, `within` so much (0.25: a quarter), for most rows; the closest field."""
    near = {}
    for field, values in table.items():
        pairs = [(number(value), count) for value, count in zip(values, computed, strict=True) if value is not None]
        pairs = [(value, count) for value, count in pairs if count]
        if pairs:
            near[field] = sum(value is not None and abs(value / count - 1) <= within for value, count in pairs) / len(
                pairs
            )
    best = max(near, key=near.get, default=None)
    return best if best is not None and near[best] >= MOSTLY else None


def number(value) -> int | None:
    """A whole number that a database holds, and is not zero; « 34 400 » too."""
    text = re.sub(r"[\s\u00a0\u202f]", "", _text(value))
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) and int(text) else None


def id_field(table: Table, spent: Collection[str], names: Sequence[str | None] = ()) -> str | None:
    """A field that calls itself an identifier and is one, of each row or of each of `names`; not the server's serial numbers."""
    distinct = len({plain(name) for name in names if name})
    for field, values in table.items():
        filled, key = texts(values), _key(field)
        known = len(set(filled))
        named = re.fullmatch(r"(?:.* )?id|identifiant|code|num|numero|ref|reference", key) and not _SERIAL.search(key)
        of_rows = known >= 0.95 * len(filled) and len(filled) < PIECES * (distinct or len(filled))
        of_names = 0.95 * distinct <= known <= 1.05 * distinct
        if field in spent or not named or len(filled) < len(values) or not (of_rows or of_names):
            continue
        if all(re.fullmatch(r"[\w./-]{1,60}", text) for text in filled):
            return field
    return None


def date_fields(table: Table, meanings: dict[str, str]) -> dict[str, str]:
    """Field -> what its dates are of. That it holds dates is seen; of what, its name says (`meanings`: what -> pattern)."""
    fields = {}
    for field, values in table.items():
        if share(values, day) >= NEARLY_ALL:
            key = _key(field)
            purposes = [what for what, pattern in meanings.items() if re.search(pattern, key)]
            if len(purposes) == 1:
                fields[field] = purposes[0]
    return fields


def day(value) -> str | None:
    """AAAA-MM-JJ of an ISO date, with or without hour, or of JJ/MM/AAAA; AAAA-MM and MM/AAAA as far as they go."""
    text = _text(value).strip()
    if match := re.fullmatch(r"([0-9]{2})/([0-9]{2})/([0-9]{4})(?: .*)?", text):
        text = f"{match[3]}-{match[2]}-{match[1]}"
    elif match := re.fullmatch(r"([0-9]{2})/([0-9]{4})", text):
        text = f"{match[2]}-{match[1]}"
    match = re.match(r"([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(?:[TZ ].*)?$", text)
    if not match or not "1990" <= text[:4] <= "2100":
        return None
    try:
        date.fromisoformat(match[1] if len(match[1]) == 10 else match[1] + "-01")
    except ValueError:
        return None
    return match[1]


def kind(values: Sequence) -> str:
    """What a field holds, in French, without quoting it: people's addresses and telephones may be there."""
    filled = [value for value in values if value is not None]
    if any(isinstance(value, dict | list) for value in filled):
        return "listes ou objets"
    if share(values, _CONTACT.search) >= 0.3:
        return "coordonnées de contact"
    if share(values, day) >= NEARLY_ALL:
        return "dates, sans que leur nom dise de quoi"
    nature = (
        "nombres"
        if share(values, lambda text: re.fullmatch(r"-?[0-9]+(?:[.,][0-9]+)?", text)) >= NEARLY_ALL
        else "textes"
    )
    counts = Counter(texts(values))
    return f"{nature}, {len(counts)} valeur{'s' if len(counts) > 1 else ''} différente{'s' if len(counts) > 1 else ''}"


def _key(field: str) -> str:
    """« DATE_SIGNATURE_ACI », « dateSignatureAci » -> « date signature aci »."""
    return plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", field))
