"""What a pasted list of communes means: codes or names, in columns or in a sentence, old codes and names followed, homonyms asked about.

Nothing is guessed: a name that several communes bear or bore, that none does, or that contradicts its postal code becomes a
question with candidates.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from rapidfuzz import fuzz, process

from maillage.address.links import MOST
from maillage.language.departements import Departements
from maillage.language.names import spelled
from maillage.language.places import arrondissement, divided, iris, postal_part, stripped

EN_CLAIR = (
    "Coller une liste de communes",
    "Les codes et les noms sont reconnus comme on les écrit, avec ou sans code postal ; ce qui est douteux est "
    "demandé, jamais deviné.",
)

MOST_CELLS = 4 * MOST  # a table has a code, a name and two figures a row
MOST_SOUGHT = 40  # unknown names that are looked up among those that resemble them
RESEMBLES = 76.0  # of 100: « Sedann » and « Sedan » are at 91
OFFERED = 6
LONGEST = 100  # letters of a cell: no commune's name has 50
CODE = re.compile(r"(?:[0-9]{2}|2[ABab]|9[A-Fa-f])[0-9]{3}")
STILL_USED = 2000  # a name given up before that year is another commune's when one bears it today
_OVERSEAS = {"9A1": "971", "9B2": "972", "9C3": "973", "9D4": "974", "9F6": "976"}  # how registers begin these codes
_CEDEX = re.compile(r"[\s–-]*\b(?:c[eé]dex|cx)\b.*$", re.IGNORECASE)
_NUMBERED = re.compile(r"\s*\(?[0-9]{1,3}[.)]\s+(?=\D)")  # « 1. Sedan », « 2) Rethel »
_INHABITANTS = re.compile(r"\s*[:(–-]?\s*\(?[0-9][0-9\s\u202f\u00a0.]*\s*hab\w*\.?\)?", re.IGNORECASE)
_TOTAL = re.compile(r"(?:sous )?tota(?:l|ux)\b.*|ensemble\b.*")
_FLOATED = re.compile(
    r"(?<![0-9.,])([0-9]{4,5}|[0-9]{8,9})[.,]0+(?![0-9.,])"
)  # a code that went through a column of numbers
INTRODUCE = frozenset(["code", "codes", "insee", "cog", "com", "commune", "fr", "n", "no"])  # words before a code
_HEADINGS = """
    code | codes | insee | code insee | code commune | codgeo | com | commune | communes | nom | noms | nom
    commune | libelle | libgeo | departement | dep | population | pop | habitants | epci | nom de la commune | n |
    no | numero | dept | ville | villes | cp | code postal
"""
HEADINGS = frozenset(" ".join(_HEADINGS.split()).split(" | "))


@dataclass(frozen=True)
class Candidate:
    """A commune that a pasted word may mean."""

    code: str
    name: str
    departement_code: str
    population: int


@dataclass(frozen=True)
class Directory:
    """The communes of today, cities and their arrondissements both; `moved` takes an old code to its code of today."""

    communes: Mapping[str, Candidate]
    moved: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]  # Paris, Lyon, Marseille -> their arrondissements, in order
    departements: Mapping[str, str]  # code -> name
    names: Collection[tuple[str, str, int | None]] = ()  # (name, code of today, last year) beside those of today

    @cached_property
    def named(self) -> dict[str, list[str]]:
        """Codes by plain name, the most populous first."""
        names: dict[str, list[str]] = {}
        for commune in sorted(self.communes.values(), key=lambda commune: (-commune.population, commune.code)):
            names.setdefault(spelled(commune.name), []).append(commune.code)
        return names

    @cached_property
    def formerly(self) -> dict[str, dict[str, int | None]]:
        """Codes and last year (None: still the name of a part) by plain name, of communes that have another name today."""
        names: dict[str, dict[str, int | None]] = {}
        for name, code, until in self.names:
            if code in self.communes:
                names.setdefault(spelled(name), {})[code] = until
        return names

    @cached_property
    def written(self) -> frozenset[tuple[str, str]]:
        """Every name as it is written but for its capitals, with its code."""
        today = {(commune.name.lower(), code) for code, commune in self.communes.items()}
        return frozenset(today | {(name.lower(), code) for name, code, _ in self.names})

    def bearing(self, name: str) -> tuple[str, ...]:
        """Communes of that name, then those that bore it, or have a part of that name; accents tell apart when they are written."""
        today = self.named.get(spelled(name), [])
        former = [
            code
            for code, until in self.formerly.get(spelled(name), {}).items()
            if code not in today and (not today or until is None or until >= STILL_USED)
        ]
        codes = (*today, *former)
        exact = () if name.isascii() else tuple(code for code in codes if (name.strip().lower(), code) in self.written)
        return exact or codes

    @cached_property
    def areas(self) -> Departements:
        """What texts say of départements."""
        return Departements((code, name) for code, name in self.departements.items())


@dataclass(frozen=True)
class Undecided:
    """What could not be decided, as it was written, and the communes it may mean (none: nothing resembles it)."""

    asked: str
    homonyms: bool  # several communes bear that very name
    candidates: tuple[Candidate, ...]


@dataclass
class Pasted:
    """What a list means. `refusal`, when there is one, is a sentence, and nothing else was read."""

    codes: tuple[str, ...] = ()  # arrondissements in place of Paris, Lyon and Marseille; in code order
    duplicates: int = 0  # mentions of a commune already read
    followed: dict[str, str] = field(default_factory=dict)  # old code or old name -> code of today
    expanded: list[str] = field(default_factory=list)  # cities replaced by all their arrondissements
    ignored: list[str] = field(default_factory=list)  # cells of a row that already named its commune
    questions: list[Undecided] = field(default_factory=list)
    refusal: str = ""


def read(pasted: str, directory: Directory, near: Collection[str] = ()) -> Pasted:
    """What a pasted text means. Candidates of the départements `near` come first, then the most populous."""
    lines = [(line, _cells(line)) for line in pasted.splitlines() if line.strip()]
    count = sum(len(cells) for _, cells in lines)
    if count > MOST_CELLS:
        return Pasted(refusal=_too_many(count, "codes ou noms"))
    table = _is_table([line for line, _ in lines])
    if lines and all(spelled(cell) in HEADINGS for cell in lines[0][1]):
        del lines[0]
    result = Pasted()
    totals = [cells for _, cells in lines if cells and _TOTAL.fullmatch(spelled(cells[0]))]
    result.ignored += [cell for cells in totals for cell in cells]
    lines = [(line, cells) for line, cells in lines if cells not in totals]
    mentions: list[str] = []
    unsure: dict[str, tuple[str, ...]] = {}
    rows = [
        _beside(
            [seen for cell in cells for seen in _one_or_several(cell, directory, alone=len(cells) == 1)],
            result,
            directory,
        )
        for _, cells in lines
    ]
    agreements = [agreed for cells in rows if (agreed := _agreement(cells)) is not None]
    postal = table and agreements.count(False) > agreements.count(True)
    for read_as in rows:
        for seen in _one_commune(read_as, result, postal, directory) if table else _each(read_as, directory):
            code = _certain(seen, directory, near)
            if code:
                mentions.append(code)
                old = seen.former or _former_name(seen.text, code, directory)
                if old and old != code:
                    result.followed[old] = code
            else:
                unsure[seen.text] = seen.codes
    unsure = {words: codes for words, codes in unsure.items() if len(codes) != 1 or codes[0] not in mentions}
    kept = {code for mention in mentions for code in directory.parts.get(mention, (mention,))}
    if len(kept) > MOST:
        return Pasted(refusal=_too_many(len(kept), "communes"))
    result.codes = tuple(sorted(kept))
    result.duplicates = len(mentions) - len(set(mentions))
    result.expanded = [directory.communes[code].name for code in dict.fromkeys(mentions) if code in directory.parts]
    result.questions = list(_questions(unsure, directory, near))
    return result


def _too_many(count: int, what: str) -> str:
    count, most = (f"{number:,}".replace(",", "\u202f") for number in (count, MOST))
    return (
        f"La liste est trop longue : {count} {what}, alors qu'un territoire a {most} communes au plus. Collez-en une partie, ou "
        "partez d'une intercommunalité."
    )


def _questions(
    unsure: Mapping[str, tuple[str, ...]], directory: Directory, near: Collection[str]
) -> Iterator[Undecided]:
    for rank, (asked, codes) in enumerate(unsure.items()):
        candidates = codes or (_alike(asked, directory) if rank < MOST_SOUGHT else ())
        communes = sorted(
            (directory.communes[code] for code in candidates), key=lambda c: c.departement_code not in near
        )
        yield Undecided(asked, len(codes) > 1, tuple(communes if codes else communes[:OFFERED]))


# -- lines and cells ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """One cell: the communes it may mean (one: certain; none: not understood)."""

    text: str
    codes: tuple[str, ...]
    former: str = ""  # the code as it was written, where it was
    contradicted: bool = False  # by the postal code, or the code, beside the name


def _certain(seen: Seen, directory: Directory, near: Collection[str]) -> str:
    """The commune that a cell means for sure; empty when it is to be asked.

    Of communes that share a name by what one of them was called, the only one near is meant; homonyms of today are asked about.
    """
    if seen.contradicted or not seen.codes:
        return ""
    if len(seen.codes) == 1:
        return seen.codes[0]
    today = {spelled(directory.communes[code].name) for code in seen.codes}
    local = [code for code in seen.codes if directory.communes[code].departement_code in near]
    return local[0] if len(local) == 1 and len(today) > 1 else ""


def _former_name(text: str, code: str, directory: Directory) -> str:
    """The text, when it is a name that the commune no longer has as its own."""
    return text if code in directory.formerly.get(spelled(text), {}) else ""


def _is_table(lines: list[str]) -> bool:
    """Whether lines are the rows of one table: several, cut by one mark as many times each."""
    return len(lines) > 1 and any(
        len(cut := {line.count(mark) for line in lines}) == 1 and cut != {0} for mark in "\t;|"
    )


def _cells(line: str) -> list[str]:
    """The cells of a line, quotes and the marks of spreadsheets taken off; several codes in one cell are several cells."""
    cells = []
    for cell in re.split(r"[\t;|,]", _FLOATED.sub(r"\1", _INHABITANTS.sub("", _NUMBERED.sub("", line, count=1)))):
        cell = cell.strip(" \u00a0\u202f=\"'’«»“”•*.–—-")
        words = cell.split()
        cells += words if len(words) > 1 and all(CODE.fullmatch(word) for word in words) else [cell] if cell else []
    return cells


def _agreement(cells: list[Seen]) -> bool | None:
    """Are the code and the name of a row those of one commune? None when it lacks one; not when its code is a postal one."""
    coded = {code for seen in cells if seen.former for code in seen.codes}
    named = {code for seen in cells if not seen.former for code in seen.codes}
    return bool(coded & named) if coded and named else None


def _one_commune(cells: list[Seen], result: Pasted, postal: bool, directory: Directory) -> list[Seen]:
    """A row of a table: its code where a name beside it agrees, else its name, else its codes; the rest is ignored, and told.

    Where the table has postal codes, those of a row whose name is not understood tell nothing: its words are asked about.
    """
    coded = [seen for seen in cells if seen.former]
    named = [seen for seen in cells if seen.codes and not seen.former]
    words = [seen for seen in cells if not seen.codes and re.search(r"[^\W\d_]{3}", seen.text)]
    if coded and words and not named and (postal or any(_CEDEX.search(seen.text) for seen in words)):
        result.ignored += [seen.text for seen in cells if seen is not words[0]]
        return words[:1]
    agreed = [seen for seen in coded if any(seen.codes[0] in _with_parts(other, directory) for other in named)]
    kept = agreed[:1] or [seen for seen in named if len(seen.codes) == 1][:1] or named[:1] or coded or cells[:1]
    parts = [_in_part(seen, coded, directory) for seen in kept]
    explained = {code for seen in kept for code in seen.codes} | {c for seen in named for c in seen.codes if agreed}
    used = coded if parts != kept else []
    result.ignored += [seen.text for seen in cells if seen not in [*kept, *used] and not explained & set(seen.codes)]
    return parts


def _with_parts(seen: Seen, directory: Directory) -> tuple[str, ...]:
    return seen.codes + tuple(part for code in seen.codes for part in directory.parts.get(code, ()))


def _in_part(seen: Seen, coded: list[Seen], directory: Directory) -> Seen:
    """A city, as its arrondissement that has the postcode beside it."""
    parts = {_part(seen.codes[0], other.former, directory) for other in coded} if len(seen.codes) == 1 else set()
    parts -= set(seen.codes)
    return replace(seen, codes=tuple(parts)) if len(parts) == 1 and not seen.former else seen


def _each(cells: list[Seen], directory: Directory) -> list[Seen]:
    """A list: every cell counts, but a name whose own code is written beside it.

    Of a name and a code that is another commune's of the same département, the code may be a postcode: it is asked about.
    """
    names, codes = [seen for seen in cells if seen.codes and not seen.former], [seen for seen in cells if seen.former]
    if len(cells) == 2 and len(names) == len(codes) == 1 and not set(codes[0].codes) & set(names[0].codes):
        areas = [{directory.communes[c].departement_code for c in seen.codes} for seen in cells]
        city = _in_part(names[0], codes, directory)
        if city != names[0]:
            return [city]
        if areas[0] & areas[1]:
            return [names[0], replace(codes[0], contradicted=True)]
    coded = {seen.codes[0] for seen in cells if seen.former}
    return [seen for seen in cells if seen.former or len(seen.codes) < 2 or not coded & set(seen.codes)]


def _beside(cells: list[Seen], result: Pasted, directory: Directory) -> list[Seen]:
    """A row without the cell that is the département of the name beside it, which it tells from its homonyms.

    « Laval, Mayenne » may be two communes: what is a commune's name too is asked about, and never taken.
    """
    for rank, seen in enumerate(cells):
        area = frozenset() if seen.former else directory.areas.read(seen.text)
        words = bool(re.search(r"[^\W\d_]{2}", seen.text))
        for place in (rank - 1, rank + 1):
            if not area or not words or not 0 <= place < len(cells) or cells[place].former:
                continue
            here = tuple(code for code in cells[place].codes if directory.communes[code].departement_code in area)
            if not here or (place > rank and len(cells) > 2 and not seen.codes):
                continue
            others = [Seen(seen.text, seen.codes, contradicted=True)] if seen.codes and seen.codes != here else []
            result.ignored += [] if others else [seen.text]
            kept = [replace(cells[place], codes=here), *others]
            low, high = sorted((rank, place))
            return [*cells[:low], *kept, *_beside(cells[high + 1 :], result, directory)]
    return cells


def _one_or_several(cell: str, directory: Directory, alone: bool) -> list[Seen]:
    """What a cell means, or each of its pieces where it is a list: « Sedan et Rethel », « Sedan / Rethel / Vouziers »."""
    seen = _cell(cell, directory, alone)
    if "?" in cell:
        return [replace(seen, contradicted=True)]
    pieces = (
        [seen] if seen.codes or len(cell) > LONGEST else re.split(r"\s*[/+&]\s*|\s+et\s+|\s+[–-]\s+", stripped(cell))
    )
    several = [_cell(stripped(piece), directory, alone=False) for piece in pieces if isinstance(piece, str)]
    certain = len(several) > 1 and all(len(one.codes) == 1 and not one.contradicted for one in several)
    areas = {directory.communes[one.codes[0]].departement_code for one in several} if certain else set()
    return several if len(areas) == 1 else [seen]


def _cell(cell: str, directory: Directory, alone: bool) -> Seen:
    if len(cell) > LONGEST:
        return Seen(cell[:LONGEST] + "…", ())
    if CODE.fullmatch(cell):
        return _code(cell, cell.upper(), directory)
    part = iris(cell)
    if part and (whole := _code(cell, part[0], directory)).codes:
        name = directory.communes[whole.codes[0]].name
        return whole if part[1] == "0000" else Seen(f"IRIS de {name}", whole.codes, contradicted=True)
    if re.fullmatch(r"[\d\s\u202f\u00a0.,%+-]+", cell):
        # Spreadsheets eat the first zero of a column of codes.
        return _code(cell, f"0{cell}", directory) if alone and re.fullmatch(r"\d{4}", cell) else Seen(cell, ())
    both = re.fullmatch(
        rf"(?:F-)?[(\[]?({CODE.pattern})[)\]]?[\s:–-]+(\D.*)|(\D.*?)[\s:–-]*[(\[]?({CODE.pattern})[)\]]?", cell
    )
    if not both:
        return Seen(cell, _named(cell, directory))
    code, name = (both[1] or both[4]).upper(), both[2] or both[3]
    coded, named = _code(cell, code, directory), _named(name, directory)
    if coded.codes and (coded.codes[0] in named or (not named and _goes_with(name, coded.codes[0], directory))):
        return coded
    # The digits are a postal code: it tells the département.
    local = tuple(
        _part(c, code, directory) for c in named if directory.communes[c].departement_code in _departements(code)
    )
    return Seen(cell, local) if local else Seen(cell, (*named, *coded.codes) if named else (), contradicted=bool(named))


def _goes_with(name: str, code: str, directory: Directory) -> bool:
    """May words that name no commune stand beside the code of one: they introduce it, or resemble its name?

    Otherwise the digits may be a postal code, which is another commune's code.
    """
    words = spelled(name)
    return set(words.split()) <= INTRODUCE or fuzz.ratio(words, spelled(directory.communes[code].name)) >= RESEMBLES


def _part(city: str, postcode: str, directory: Directory) -> str:
    """The arrondissement of a city that has a postcode; the commune itself where there is none."""
    number = postal_part(spelled(directory.communes[city].name), postcode)
    parts = directory.parts.get(city, ())
    return parts[number - 1] if 0 < number <= len(parts) else city


def _code(cell: str, code: str, directory: Directory) -> Seen:
    """Follow a code to today, through as many changes as there were; one of the Seine of before 1968 may be a postcode of Paris."""
    paris = next(iter(directory.named.get("paris", ())), "")
    if code not in directory.communes and paris and (part := _part(paris, code, directory)) != paris:
        return Seen(cell, (part,), former=code, contradicted=True)
    today = _OVERSEAS.get(code[:3], code[:3]) + code[3:]
    for _ in range(5):
        if today in directory.communes:
            return Seen(cell, (today,), former=code)
        today = directory.moved.get(today, "")
    return Seen(cell, ())


def _departements(code: str) -> tuple[str, ...]:
    """Those of a postal code: Corsica's « 20 » is for two, and La Réunion has CEDEX in 978."""
    if code[:3] == "978":
        return ("974",)
    return ("2A", "2B") if code[:2] == "20" else (code[:3] if code[:2] == "97" else code[:2],)


def _named(name: str, directory: Directory) -> tuple[str, ...]:
    """The communes that bear a name, with a département behind it or not: « Saint-Denis (93) », « Sedan - Ardennes »."""
    if codes := directory.bearing(name):
        return codes
    article = re.fullmatch(r"(.+?)\s*\((l[ea]s?|l['’]?)\)", name, re.IGNORECASE)
    if article:
        return _named(f"{article[2]} {article[1]}", directory)
    if city := arrondissement(name):
        parts = [part for whole in directory.named.get(city[0], ()) for part in directory.parts.get(whole, ())]
        return (parts[city[1] - 1],) if 0 < city[1] <= len(parts) else ()
    for one, words in divided(name):
        area = directory.areas.read(words)
        if here := tuple(c for c in _bearing(one, directory) if directory.communes[c].departement_code in area):
            return here
    return _bearing(name, directory)


def _bearing(name: str, directory: Directory) -> tuple[str, ...]:
    """The communes of a name, else of what stays of it without what people put around it: « Commune de Sedan »."""
    short = re.sub(r"\bs/ ?|/", " sur ", stripped(name), flags=re.IGNORECASE)
    return directory.bearing(name) or directory.bearing(stripped(name)) or directory.bearing(short)


def _alike(asked: str, directory: Directory) -> tuple[str, ...]:
    """Communes whose name resembles what was written, the closest first, then the most populous, then that of a code beside it.

    A CEDEX is asked about.
    """
    name = _CEDEX.sub("", re.sub(r"^\(?[0-9]{5}\)?[\s–-]+", "", asked))
    code = re.match(rf"\(?({CODE.pattern})\b", asked)
    coded = _code(asked, code[1].upper(), directory).codes if code else ()
    if name != asked and (named := _named(name, directory)):
        return named
    likenesses = process.extract(
        spelled(name), directory.named.keys(), scorer=fuzz.ratio, score_cutoff=RESEMBLES, limit=OFFERED
    )
    return tuple(dict.fromkeys((*(code for name, _, _ in likenesses for code in directory.named[name]), *coded)))
