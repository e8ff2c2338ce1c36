"""The structures of a territory in words: those inside, those nearest outside, and how far the inhabitants are from them."""

from __future__ import annotations

from maillage import catalog
from maillage.language import text
from maillage.records.print_frame import Vicinity
from maillage.records.territory import Dossier, Grid

SEATS = ("HOP", "SIEGE_CPTS")  # never in these documents: neither is a structure of coordinated care
LISTS = {"complet": "complète", "partiel": "partielle"}


def counted(dossier: Dossier, kind: str):
    """What is counted of a type (a row of `Dossier.site_counts`), None where it is not looked for."""
    return next((row for row in dossier.site_counts.itertuples() if row.type == kind), None)


def structures(dossier: Dossier, every: bool = False) -> Grid:
    """Types looked for here: open, in preparation, places, and how whole the list is. `every`: hospitals and seats too."""
    if dossier.population is None:
        return Grid((), (), ("Sans commune connue, aucune structure ne peut être rattachée au territoire.",))
    counts = [row for row in dossier.site_counts.itertuples() if every or row.type not in SEATS]
    listed = [row for row in counts if row.extent in LISTS]
    rows = [
        (_named(row), text.number(row.open), text.number(row.preparing), text.number(row.places), LISTS[row.extent])
        for row in listed
    ]
    notes = ["Une liste partielle donne un minimum : d'autres structures peuvent exister."] if rows else []
    unknown = [catalog.short(row.type) for row in counts if row.extent == "inconnu"]
    if unknown:
        notes.append(f"Jamais recensés ici, donc inconnus et non absents : {', '.join(unknown)}.")
    return Grid(
        ("Structure", "Ouvertes", "En préparation", "Places", "Liste"),
        tuple(rows),
        tuple(notes),
        kinds=tuple(row.type for row in listed),
        lines=tuple(_line(row) for row in listed),
    )


def _named(row) -> str:
    """« Maison de santé pluriprofessionnelle (MSP) »; a label that holds its letters is enough."""
    short = catalog.short(row.type)
    return row.label if short in row.label else f"{row.label} ({short})"


def _line(row) -> str:
    """« 2 ouverts, 1 en préparation, 11 places »; none listed is zero where the list is whole only."""
    if not row.open and not row.preparing:
        return "0" if row.extent == "complet" else "aucun recensé"
    parts = [text.count(row.open, "ouvert")] if row.open else []
    if row.preparing:
        parts.append(f"{text.number(row.preparing)} en préparation")
    if text.known(row.places):
        parts.append(text.count(int(row.places), "place"))
    return ", ".join(parts)


def lists(dossier: Dossier) -> str:
    """The lists that the structures come from."""
    return " ; ".join(dict.fromkeys(dossier.sites["source"]))


def sites(dossier: Dossier) -> Grid:
    """Each structure inside: its type, name, commune, state and when that was known."""
    rows = [
        (
            row.type,
            row.name,
            row.commune if text.known(row.commune) else "–",
            catalog.SITE_STATUS[row.status].label,
            text.date(row.as_of),
        )
        for row in dossier.sites.itertuples()
        if row.type not in SEATS
    ]
    return Grid(("Type", "Nom", "Commune", "État", "Connu au"), tuple(rows))


def nearest(dossier: Dossier, every: bool = False) -> Grid:
    """The nearest open structure outside of each type, from the nearest commune of the territory. `every`: hospitals and seats too."""
    near = [row for row in dossier.nearest.itertuples() if every or row.type not in SEATS]
    rows = [
        (
            catalog.short(row.type),
            row.name,
            f"{row.commune if text.known(row.commune) else 'commune inconnue'} ({row.departement_code})",
            row.origin,
            text.quantity(row.km, "km", 1),
            f"≈{text.HARD}{text.quantity(row.minutes, 'min')}",
        )
        for row in near
    ]
    notes = ["Parmi les sites recensés. Distance à vol d'oiseau depuis la mairie.", text.travel()] if rows else []
    return Grid(
        ("Type", "Nom", "Commune", "Depuis", "Distance", "Temps"),
        tuple(rows),
        tuple(notes),
        kinds=tuple(row.type for row in near),
    )


def distances(vicinity: Vicinity) -> Grid:
    """How far the inhabitants are from the nearest open structure listed, inside or not."""
    limit = text.quantity(vicinity.far_minutes, "min")
    rows = []
    for row in vicinity.far.itertuples():
        about = f"≈{text.HARD}"  # minutes are an estimate: they bound nothing
        sign = about if row.whole else f"≤{text.HARD}"
        share = text.quantity(100 * row.beyond / row.population, "%") if row.population else "–"
        rows.append(
            (
                row.type,
                f"{about}{text.quantity(row.mean_minutes, 'min')}",
                f"{text.number(row.beyond)} ({share})",
                row.farthest,
                f"{sign}{text.quantity(row.farthest_km, 'km', 1)}, {about}{text.quantity(row.farthest_minutes, 'min')}",
            )
        )
    notes = ["≤ : des structures non recensées peuvent être plus proches.", text.travel()] if rows else []
    return Grid(
        ("Type", "Temps moyen", f"Habitants à plus de {limit}", "Commune la plus loin", "Sa distance, son temps"),
        tuple(rows),
        tuple(notes),
    )
