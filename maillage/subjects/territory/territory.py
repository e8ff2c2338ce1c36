"""Everything that is known of a set of communes, a CPTS or a draft: questions asked, answers put together, nothing drawn.

`dossier(ask, codes)` for a draft, `of_cpts(ask, cpts_id)` for a CPTS. What is unknown is None, never zero, and `notes` says why.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import shapely

from maillage import catalog
from maillage.language import figures as language_figures
from maillage.language import text
from maillage.methods import perimeters
from maillage.queries import communes, cpts, indicators, provenance, territories
from maillage.records.figure import IndicatorLine
from maillage.records.territory import Build, Cpts, Dossier, Event, Share, Size
from maillage.subjects import country
from maillage.subjects.cpts import differences
from maillage.subjects.territory import claims, neighbours
from maillage.subjects.territory import sites as territory_sites
from maillage.subjects.territory.figures import figures
from maillage.warehouse import Ask

DRAFT = "Territoire sans nom"


def of_cpts(ask: Ask, cpts_id: str) -> Dossier | None:
    """The dossier of a CPTS with its known members, none when its perimeter is unknown; None when there is no such CPTS."""
    card = ask(cpts.card, cpts_id)
    return dossier(ask, ask(cpts.members, cpts_id), cpts_id=cpts_id, name=card["name"]) if card else None


def dossier(
    ask: Ask,
    codes: Sequence[str],
    *,
    cpts_id: str = "",
    name: str = "",
    statuses: tuple[str, ...] = catalog.DEFAULT_CPTS_STATUSES,
) -> Dossier:
    """The dossier of a set of communes; codes that no commune has today are left aside, and told.

    With `cpts_id` it is that of the CPTS: its own communes are not an overlap. `statuses`: the CPTS that count as covering.
    """
    members = country.members(ask, codes)
    lost = sorted(set(codes) - set(members["code"]))
    codes = tuple(members["code"])
    card = ask(cpts.card, cpts_id) if cpts_id else None
    contour = shapely.coverage_union_all(members["geometry"].to_numpy()) if codes else None
    people = int(members["population"].sum()) if codes else None
    departements, regions = _shares(ask, members, card)
    surveys = ask(communes.surveys, tuple(share.code for share in departements))
    inside = territory_sites.inside(ask, members, contour)
    counts = territory_sites.counts(inside, surveys, len(departements))
    places = [(s.level, s.code, s.name) for s in (*departements, *_distinct(regions, departements))] + [
        ("france", "FR", "France")
    ]
    facts = _cpts(ask, card, members, people) if card else None
    partial = facts is not None and facts.perimeter != "complet"
    near = neighbours.around(ask, codes, statuses)
    gaps = ask(indicators.area_gaps)
    lines = figures(ask, members, places, _parts(departements, people), statuses, counts, near.standing, partial)
    overlaps = neighbours.overlaps(ask, codes, statuses, cpts_id)
    return Dossier(
        name=name or (card["name"] if card else DRAFT),
        kind="cpts" if card else "brouillon",
        codes=codes,
        communes=members,
        contour=contour,
        population=people,
        population_year=int(members["population_year"].max()) if codes else None,
        area_km2=float(members["area_km2"].sum()) if codes else None,
        size=None if people is None or partial else size(people),
        departements=departements,
        regions=regions,
        figures=lines,
        sites=inside,
        site_counts=counts,
        nearest=territory_sites.nearest(ask, members, inside, surveys),
        pieces=perimeters.pieces(members, near.borders),
        enclaves=neighbours.enclaves(ask, contour, codes),
        overlaps=overlaps,
        orphans=neighbours.orphans(codes, near),
        cpts_listed=not _unlisted(departements, surveys),
        cpts=facts,
        sources=_sources(ask, lines, inside, facts, overlaps),
        build=_build(ask),
        notes=tuple(_notes(members, lost, facts, departements, surveys, gaps)),
    )


def size(population: int) -> Size:
    """The ACI size class of that many inhabitants, and how far the next and the one before are."""
    rank = catalog.SIZE_CLASSES.index(catalog.size_class(population))
    here = catalog.SIZE_CLASSES[rank]
    after = catalog.SIZE_CLASSES[rank + 1] if rank + 1 < len(catalog.SIZE_CLASSES) else None
    before = catalog.SIZE_CLASSES[rank - 1] if rank else None
    return Size(
        here,
        after.at_least - population if after else None,
        after,
        population - here.at_least if before else None,
        before,
    )


def _shares(ask: Ask, members: pd.DataFrame, card: dict | None) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
    """Départements and régions of the members; those a CPTS names when none of its members is known."""
    total = int(members["population"].sum())
    if members.empty:
        rows = [
            (code, ask(territories.territory, "departement", code))
            for code in (card["departement_codes"] if card else ())
        ]
        here = [
            (level, code, 0)
            for code, parts in rows
            for level, code in (("departement", code), ("region", parts.region_code))
        ]
        people = {(level, code): 0 for level, code, _ in here}
    else:
        people = {}
        for level in ("departement", "region"):
            for code, count in members.groupby(f"{level}_code")["population"].sum().items():
                people[level, code] = int(count)
    shares = [
        Share(level, code, ask(territories.territory, level, code).name, count, 100 * count / total if total else None)
        for (level, code), count in sorted(people.items(), key=lambda item: (-item[1], item[0]))
    ]
    return tuple(s for s in shares if s.level == "departement"), tuple(s for s in shares if s.level == "region")


def _distinct(regions: tuple[Share, ...], departements: tuple[Share, ...]) -> list[Share]:
    """Régions that are not one département over again, as overseas."""
    return [region for region in regions if region.name not in {departement.name for departement in departements}]


def _parts(departements: tuple[Share, ...], people: int | None) -> dict[str, float]:
    return {share.code: share.population / people for share in departements if share.population} if people else {}


def _cpts(ask: Ask, card: dict, members: pd.DataFrame, people: int | None) -> Cpts:
    year = int(members["population_year"].max()) if len(members) else None
    history = ask(communes.history, tuple(members["code"])) if len(members) else []
    events = tuple(Event(*row) for row in ask(cpts.events, card["cpts_id"]))
    kept = {name: card[name] for name in Cpts.__annotations__ if name in card}
    return Cpts(
        **kept | {"aliases": tuple(card["aliases"]), "departement_codes": tuple(card["departement_codes"])},
        events=events,
        claims=claims.of_cpts(ask, card["cpts_id"]),
        differences=differences.differences(
            card, len(members), people, year, history, ask(cpts.counted_in, card["cpts_id"])
        ),
    )


def _sources(
    ask: Ask, lines: tuple[IndicatorLine, ...], inside: pd.DataFrame, facts: Cpts | None, overlaps
) -> pd.DataFrame:
    """Every source that something in the dossier rests on."""
    titles = {title for figure in lines for title in figure.source.split(" ; ")} | set(inside["source"])
    titles |= {facts.source} if facts else set()
    titles |= {ask(cpts.card, overlap.cpts_id)["source"] for overlap in overlaps}
    every = ask(provenance.sources)
    kept = every["title"].isin(titles) | every["source_id"].isin(["geographie", "populations"])
    return every.loc[kept, ["title", "producer", "licence", "vintage", "retrieved_at"]].reset_index(drop=True)


def _build(ask: Ask) -> Build:
    row = ask(provenance.build)
    return Build(row["version"], row["built_at"], row["mode"])


def _unlisted(departements: tuple[Share, ...], surveys: pd.DataFrame) -> list[str]:
    """Names of the départements where some CPTS or perimeters are not known."""
    listed = set(surveys.loc[(surveys["subject"] == "CPTS") & (surveys["extent"] == "complet"), "departement_code"])
    return [share.name for share in departements if share.code not in listed]


def _notes(members, lost, facts, departements, surveys, gaps) -> list[str]:
    """What is not known, and what must be read with care. `gaps`: of the area of each département (`indicators.area_gaps`)."""
    sentences = []
    if lost:
        left = text.count(
            len(lost),
            "code sans commune aujourd'hui, laissé de côté",
            "codes sans commune aujourd'hui, laissés de côté",
        )
        sentences.append(f"{left} : {', '.join(lost[:10])}{'…' if len(lost) > 10 else ''}.")
    if facts and facts.perimeter == "inconnu":
        sentences.append(
            "Périmètre inconnu : aucune commune membre n'est nommée, donc ni population, ni surface, ni carte calculées."
        )
    if facts and facts.perimeter == "partiel":
        sentences.append(
            "Périmètre partiel : tout ce qui est compté ici ne l'est que sur les communes connues, c'est un minimum."
        )
    if (members["departement_code"] == "976").any():
        sentences.append("Mayotte n'a que la population de son recensement de 2017.")
    if unlisted := _unlisted(departements, surveys):
        sentences.append(
            f"Les périmètres de CPTS ne sont pas tous connus ({', '.join(unlisted)}) : chevauchements, communes couvertes et communes "
            "laissées seules peuvent manquer."
        )
    unplaced = surveys[(surveys["subject"] != "CPTS") & (surveys["unplaced"] > 0)]
    for departement, rows in unplaced.groupby("departement_code"):
        listed = ", ".join(
            f"{catalog.short(subject)} {count}"
            for subject, count in zip(rows["subject"], rows["unplaced"], strict=True)
        )
        sentences.append(
            f"Sites du département {departement} sans commune connue, peut-être dans ce territoire, non comptés ici : {listed}."
        )
    sentences += filter(None, (language_figures.area(gaps.get(share.code), share.name) for share in departements))
    if departements:
        sentences.append(
            "Mortalité prématurée, âges, pauvreté et médecins ne sont publiés que par département : le territoire en reçoit le chiffre, "
            "en proportion de ses habitants quand il s'étend sur plusieurs, sans répartition entre les communes."
        )
    return sentences
