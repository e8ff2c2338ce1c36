"""Drafts of territories: their form in the address, what they start from, how they are kept in a file and compared."""

from __future__ import annotations

import json
from datetime import date

import numpy as np

from maillage import catalog
from maillage.address import links
from maillage.address.draft import NAME_LETTERS
from maillage.language import text
from maillage.methods import pasting, plane
from maillage.queries import communes, cpts, territories
from maillage.records.figure import COMMUNES, Figure
from maillage.records.territory import ComparedDrafts, Dossier, Grid, Key
from maillage.subjects import country
from maillage.subjects.territory.wording import NAMED, reading
from maillage.warehouse import Ask

FORMAT = "maillage-territoire"
MOST_BYTES = 200_000  # of a file: 1,500 communes take 15,000
STARTS = ("epci", "cpts", "departement", "commune", "arrondissement_municipal")


# -- what a draft starts from ---------------------------------------------------------------------------------------------------


def directory(ask: Ask) -> pasting.Directory:
    """What pasted names and codes mean: kept, since it is the same for every reader."""
    listed, moved, cities, departements = ask(communes.gazetteer)
    parts: dict[str, tuple[str, ...]] = {}
    for city, code in cities:
        parts[city] = (*parts.get(city, ()), code)
    known = {code: pasting.Candidate(code, *rest) for code, *rest in listed}
    return pasting.Directory(known, dict(moved), parts, dict(departements), ask(communes.former_names))


def members(ask: Ask, kind: str, code: str) -> tuple[str, ...]:
    """The communes of an intercommunalité, a CPTS, a département, or of a commune (its arrondissements)."""
    if kind == "cpts":
        return ask(cpts.members, code)
    if kind == "departement":
        every = country.every(ask)
        return tuple(every.loc[every["departement_code"] == code, "code"])
    return tuple(ask(territories.members, kind, code))


def within(ask: Ask, code: str, minutes: float) -> tuple[str, ...]:
    """Communes whose town hall is within that many minutes, as they are guessed, of the town hall of a commune."""
    every = ask.keep(country.towns)
    home = every.points[np.isin(every.codes, members(ask, "commune", code) or (code,))]
    if not len(home):
        return ()
    near = plane.distances(every.points, home).min(axis=1) <= catalog.TRAVEL.km(minutes)
    return tuple(every.codes[near])


# -- a file ---------------------------------------------------------------------------------------------------------------------


def to_file(dossier: Dossier, on: date) -> bytes:
    """A draft as JSON, readable by a person: its name, its communes with their names, the day and the build."""
    names = dict(zip(dossier.communes["code"], dossier.communes["name"], strict=True))
    content = {
        "format": FORMAT,
        "version": 1,
        "nom": dossier.name,
        "date": on.isoformat(),
        "construction": dossier.build.version,
        "population": dossier.population,
        "communes": [{"code": code, "nom": names[code]} for code in dossier.codes],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def from_file(content: bytes) -> tuple[str, tuple[str, ...]]:
    """(name, codes as they are written) of such a file. Raises ValueError with a French sentence."""
    if len(content) > MOST_BYTES:
        raise ValueError(
            "Ce fichier est trop gros pour un territoire : choisissez un fichier enregistré par cette page."
        )
    try:
        document = json.loads(content.decode("utf-8-sig"))
        known = isinstance(document, dict) and document.get("format") == FORMAT
        listed = [each["code"] for each in document["communes"]] if known else None
        name = str(document.get("nom", ""))[:NAME_LETTERS] if known else ""
    except (ValueError, KeyError, TypeError, RecursionError):
        known, listed, name = False, None, ""
    if not known:
        raise ValueError(
            "Ce fichier n'est pas un territoire enregistré par cette page : collez plutôt sa liste de communes."
        )
    if len(listed) > links.MOST or not all(isinstance(code, str) for code in listed):
        raise ValueError(f"Ce fichier n'a pas la forme attendue, ou a plus de {links.MOST} communes.")
    return name, tuple(listed)


# -- two versions ---------------------------------------------------------------------------------------------------------------


def compare(a: Dossier, b: Dossier) -> ComparedDrafts:
    """Two drafts side by side, figure by figure; two minima or two maxima have no difference."""
    rows = [
        ("Communes", "", 0, len(a.codes), len(b.codes)),
        ("Surface", "km²", 0, a.area_km2, b.area_km2),
        ("Classe de taille", "", 0, *(each.size.kind.code if each.size else None for each in (a, b))),
        ("Morceaux", "", 0, len(a.pieces), len(b.pieces)),
        ("Enclaves", "", 0, len(a.enclaves), len(b.enclaves)),
        ("Communes laissées seules autour", "", 0, *(len(t.orphans.sure) + len(t.orphans.unsure) for t in (a, b))),
        ("CPTS chevauchées", "", 0, len(a.overlaps), len(b.overlaps)),
    ]
    theirs = {figure.indicator: figure for figure in b.figures}
    for figure in a.figures:
        other = theirs.get(figure.indicator)
        values = (figure.own, other.own if other else None)
        if any(values) and (figure.scope == COMMUNES or values[0] != values[1]):
            rows.append((figure.label, figure.unit, figure.decimals, *values))
    counts = zip(a.site_counts.itertuples(index=False), b.site_counts.itertuples(index=False), strict=True)
    for mine, other in counts:
        if "inconnu" not in (mine.extent, other.extent):
            rows.append((f"{mine.label} : sites ouverts recensés", "", 0, mine.open, other.open))
    cells = tuple(
        (label, unit, _cell(one, decimals), _cell(two, decimals), _gap(one, two, decimals))
        for label, unit, decimals, one, two in rows
    )
    ours, others = set(a.codes), set(b.codes)
    return ComparedDrafts(
        Grid(("", "Unité", f"A : {a.name}", f"B : {b.name}", "B − A"), cells),
        (
            _communes("En commun", a, ours & others),
            _communes("Seulement dans A", a, ours - others),
            _communes("Seulement dans B", b, others - ours),
        ),
    )


def _cell(value, decimals: int) -> str:
    if isinstance(value, Figure) or value is None:
        return reading(value, decimals)
    return value if isinstance(value, str) else text.number(value, decimals)


def _gap(a, b, decimals: int) -> str:
    """The difference of two plain figures; two minima or two maxima have none."""
    if isinstance(a, Figure) and isinstance(b, Figure):
        if not (a.rankable and b.rankable):
            return "–"
        a, b = a.value, b.value
    if not all(isinstance(value, int | float) for value in (a, b)):
        return "–"
    gap = round(b, decimals) - round(a, decimals)
    return ("+" if gap > 0 else "") + text.number(gap, decimals)


def _communes(label: str, of: Dossier, codes: set[str]) -> Key:
    names = list(of.communes.loc[of.communes["code"].isin(codes), "name"])
    return Key(text.count(len(names), "commune"), label, text.enumeration(names, NAMED))
