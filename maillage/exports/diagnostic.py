"""« Diagnostic territorial »: what is known of a CPTS or of a draft, on A4, with room left to write its priorities."""

from __future__ import annotations

from maillage import catalog
from maillage.catalog.indicators import CARE, CRISES, PATHWAYS, PREVENTION, QUALITY, STAFF
from maillage.exports import colophon, typesetting
from maillage.exports.typesetting import drawn
from maillage.language import text
from maillage.records.print_frame import Vicinity
from maillage.records.territory import Dossier, Grid
from maillage.subjects.territory import checks, site_wording, wording
from maillage.views import plan_svg

# The missions of the agreement that pays CPTS, and the figures that speak of them. What is not a figure is for the board to say.
MISSIONS = (
    ("Accès aux soins : médecin traitant et soins non programmés", CARE, ("MSP", "ESP", "CDS", "PASS")),
    ("Parcours pluriprofessionnels autour du patient", PATHWAYS, ("DAC", "ESS", "EMPP")),
    ("Actions territoriales de prévention", PREVENTION, ("CEGIDD", "CLAT", "CV", "CSAPA", "CAARUD")),
    ("Réponse aux crises sanitaires graves", CRISES, ()),
    ("Qualité et pertinence des soins (mission optionnelle)", QUALITY, ()),
    ("Accompagnement des professionnels de santé (mission optionnelle)", STAFF, ("MSP", "ESP")),
)
AGREEMENT = (
    "Missions de l'accord conventionnel interprofessionnel du 20 juin 2019 et de son avenant n° 2 du 20 décembre 2021 : quatre socles, "
    "deux optionnelles. Sous chacune, les seuls faits que les données portent ; les priorités sont à écrire par la communauté."
)


def pdf(dossier: Dossier, vicinity: Vicinity) -> bytes:
    """The whole document. Raises typesetting.Unset."""
    return typesetting.pdf("diagnostic.typ", content(dossier, vicinity), dossier.build.built_at)


def content(dossier: Dossier, vicinity: Vicinity) -> dict:
    """What the template sets: nothing but texts, and the map as SVG."""
    drawing = drawn(dossier, vicinity, width=1000, height=880, names=24)
    return {
        "title": f"Diagnostic territorial : {dossier.name}",
        "description": f"{wording.extent(dossier)}. {wording.dated(dossier)}.",
        "name": dossier.name,
        "where": wording.where(dossier),
        "status": wording.status(dossier),
        "extent": wording.extent(dossier),
        "dated": f"{wording.dated(dossier)} · Maillage, atlas ouvert des soins coordonnés",
        "map": typesetting.SvgDrawing(plan_svg.svg(drawing, wording.alternative(dossier))) if drawing else None,
        "alt": wording.alternative(dossier),
        "legend": typesetting.legend(drawing) if drawing else [],
        "apart": colophon.apart(drawing.apart) if drawing else "",
        "credit": colophon.CREDIT,
        "keys": wording.keys(dossier),
        "comparisons": wording.comparisons(dossier),
        "differences": wording.card(dossier),
        "claims": dossier.cpts.claims if dossier.cpts else Grid((), ()),
        "life": wording.life(dossier),
        "structures": site_wording.structures(dossier),
        "sites": site_wording.sites(dossier),
        "nearest": site_wording.nearest(dossier),
        "distances": site_wording.distances(vicinity),
        "gaps": checks.gaps(dossier),
        "members": members(dossier),
        "members_note": f"Population municipale {dossier.population_year}, Insee.",
        "missions": [
            {"title": title, "facts": [*facts(dossier, catalog.in_document(mission)), *counted(dossier, kinds)]}
            for title, mission, kinds in MISSIONS
        ],
        "missions_note": AGREEMENT,
        "no_fact": "Aucun chiffre de ces sources ne s'y rapporte.",
        "sources": wording.sources(dossier),
        "method": colophon.method(dossier),
    }


def members(dossier: Dossier) -> list[list[tuple[str, str]]]:
    """Communes and their inhabitants in three columns, in the order of a dictionary."""
    ordered = wording.by_name(dossier.communes)
    rows = [(row.name, text.number(row.population)) for row in ordered.itertuples()]
    high = -(-len(rows) // 3)
    return [rows[first : first + high] for first in range(0, len(rows), high or 1)]


def facts(dossier: Dossier, indicators: tuple[str, ...]) -> list[str]:
    """« Taux de pauvreté : 13,3 % de la population (2021), France ≈ 15,3 »."""
    facts = []
    for name in indicators:
        figure = wording.figure(dossier, name)
        if figure is None or figure.own is None:
            continue
        own = wording.reading(figure.own, figure.decimals) + f"{text.HARD}{figure.unit}" * figure.own.known
        against = [
            f"{place} {wording.reading(value, figure.decimals)}"
            for _, _, place, value in wording.places(figure)
            if value is not None
        ]
        facts.append(f"{figure.label} : {own} ({figure.year}) ; {', '.join(against)}.")
    return facts


def counted(dossier: Dossier, kinds: tuple[str, ...]) -> list[str]:
    """What is listed of these types here; nothing where nobody looked, nor where no commune is known."""
    if dossier.population is None:
        return []
    rows = [row for row in dossier.site_counts.itertuples() if row.type in kinds and row.extent != "inconnu"]
    return [
        f"{catalog.SITE_TYPE[row.type].label} : {text.count(row.open, 'site ouvert', 'sites ouverts')}, {text.number(row.preparing)} en "
        f"préparation (liste {site_wording.LISTS[row.extent]})."
        for row in rows
    ]
