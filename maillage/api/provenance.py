"""Routes: what is listed and how far, the sources, the build, a free set of communes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from shapely.geometry import mapping

from maillage.api import answers, completeness, figures, reading, schemas
from maillage.api.answers import Format, Wanted
from maillage.api.problems import KINDS, unknown
from maillage.api.reading import Asked, OfPlace, Paged
from maillage.queries import provenance, territories
from maillage.records.territory import Dossier
from maillage.subjects.territory import checks, territory
from maillage.warehouse import Ask

router = APIRouter(tags=["Lists, sources, free territories"])


@router.get("/completeness", response_model=schemas.Page[schemas.CompletenessRow], dependencies=[Depends(reading.turn)])
def lists(
    asked: Asked,
    page: Paged,
    within: OfPlace | None = None,
    subjects: Annotated[str, Query(max_length=200, examples=["MSP,CPTS"])] = ",".join(completeness.SUBJECTS),
    format: Wanted = None,
):
    """How far each list goes, by département: what is listed, what is published, and when each was seen."""
    kind = answers.choice(asked, format, answers.PLAIN)
    frame = asked.ask.keep(completeness.table)
    frame = frame[frame["subject"].isin(reading.several(subjects, completeness.SUBJECTS, "subjects"))]
    if within:
        here = reading.place(asked.ask, within)
        frame = frame[frame["departement_code"].isin(asked.ask(territories.reach, here.level, here.code))]
    return answers.rows(asked, frame, page, kind)


@router.get("/sources", response_model=schemas.Page[schemas.SourceRow])
def sources(asked: Asked, page: Paged, format: Wanted = None):
    """Every source, its licence, its date, what it gave to this build."""
    kind = answers.choice(asked, format, answers.PLAIN)
    return answers.rows(asked, asked.ask(provenance.sources), page, kind)


@router.get("/sources/{source_id}", response_model=schemas.Document)
def source(asked: Asked, source_id: Annotated[str, Path(max_length=80)]):
    """One source."""
    frame = asked.ask(provenance.sources)
    row = frame[frame["source_id"] == source_id]
    if row.empty:
        raise unknown(source_id, "Aucune source de cet identifiant", "No such source")
    return answers.document(asked, answers.records(row)[0])


@router.get("/problems", response_model=list[dict[str, str | int]])
def every_problem(asked: Asked):
    """The kinds of problem that an answer may be."""
    kinds = [{"code": each.code, "status": each.status, "fr": each.french, "en": each.english} for each in KINDS]
    return answers.send(asked, answers.dumped(kinds))


@router.post("/diagnostic", response_model=schemas.Document, dependencies=[Depends(reading.turn)])
def diagnostic(asked: Asked, body: schemas.Communes, format: Wanted = None):
    """Everything that is known of a free set of communes. As GeoJSON, their outline with their first figures."""
    kind = answers.choice(asked, format, (Format.JSON, Format.GEOJSON))
    dossier = asked.ask.keep(
        dossier_of, tuple(sorted(set(body.communes))), body.name, tuple(dict.fromkeys(body.statuses))
    )
    if kind is Format.JSON:
        return answers.document(asked, document(asked.ask, dossier))
    properties = {
        "name": dossier.name,
        "communes": len(dossier.codes),
        "population": dossier.population,
        "area_km2": dossier.area_km2,
    }
    feature = {
        "type": "Feature",
        "geometry": None if dossier.contour is None else mapping(dossier.contour),
        "properties": properties,
        "build": asked.edition.version,
    }
    return answers.send(asked, answers.dumped(feature), kind)


# -- answers ----------------------------------------------------------------------------------------------------------


def dossier_of(ask: Ask, codes: tuple[str, ...], name: str, statuses: tuple[str, ...]) -> Dossier:
    """The dossier of a set of communes."""
    return territory.dossier(ask, codes, name=name, statuses=statuses)


def document(ask: Ask, dossier: Dossier) -> dict:
    """A dossier as the interface gives it: figures, structures and how far they are listed, checks, doubts, sources."""
    departements = [share.code for share in dossier.departements]
    counts = answers.records(dossier.site_counts)
    sentences = completeness.of_places(ask, [row["type"] for row in counts], departements)
    return {
        "name": dossier.name,
        "communes": list(dossier.codes),
        "population": dossier.population,
        "population_year": dossier.population_year,
        "area_km2": dossier.area_km2,
        "size": dossier.size.kind.code if dossier.size else None,
        "departements": [
            {"code": share.code, "name": share.name, "population": share.population, "percent": share.percent}
            for share in dossier.departements
        ],
        "figures": [figures.line(each) for each in dossier.figures],
        "structures": [row | {"completeness": sentences[row["type"]]} for row in counts],
        "nearest": answers.records(dossier.nearest),
        "pieces": [
            {"name": each.name, "communes": each.codes, "population": each.population} for each in dossier.pieces
        ],
        "enclaves": answers.records(dossier.enclaves),
        "overlaps": [
            {
                "cpts_id": each.cpts_id,
                "name": each.name,
                "status": each.status,
                "communes": each.codes,
                "population": each.population,
            }
            for each in dossier.overlaps
        ],
        "cpts_listed": dossier.cpts_listed,
        "checks": [
            {"subject": each.subject, "good": each.good, "sentence": each.sentence} for each in checks.checks(dossier)
        ],
        "sources": answers.records(dossier.sources),
        "notes": list(dossier.notes),
    }
