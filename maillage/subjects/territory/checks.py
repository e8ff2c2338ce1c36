"""What a board must see of a territory before it signs, in words: continuity, enclaves, overlaps, communes left alone."""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.records.territory import Check, Dossier
from maillage.subjects.territory.wording import NAMED, notes

CONTINUITY, OVERLAPS, ORPHANS = "Continuité", "Chevauchements", "Communes laissées seules"


def checks(dossier: Dossier) -> tuple[Check, ...]:
    """What must be seen before signing: continuity, enclaves, overlaps, communes left alone; none without a commune."""
    return (*_continuity(dossier), _overlaps(dossier), *_orphans(dossier)) if dossier.codes else ()


def gaps(dossier: Dossier) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The checks as sentences by subject, and what is unknown."""
    if dossier.population is None:
        return (("Ce qui est inconnu", notes(dossier)),)
    sentences: dict[str, tuple[str, ...]] = {}
    for check in checks(dossier):
        sentences[check.subject] = (*sentences.get(check.subject, ()), check.sentence)
    return (*sentences.items(), ("Ce qui est inconnu ou à lire avec prudence", notes(dossier)))


def _continuity(dossier: Dossier) -> tuple[Check, ...]:
    if len(dossier.pieces) == 1:
        pieces = Check(CONTINUITY, True, "Le territoire est d'un seul tenant")
    else:
        names = [
            f"{piece.name} ({text.count(len(piece.codes), 'commune')}, {text.count(piece.population, 'habitant')})"
            for piece in dossier.pieces
        ]
        pieces = Check(
            CONTINUITY,
            False,
            f"Le territoire est en {text.count(len(dossier.pieces), 'morceau', 'morceaux')}",
            f"{text.enumeration(names, NAMED)}.",
        )
    if dossier.enclaves.empty:
        return pieces, Check(CONTINUITY, True, "Aucune enclave")
    around = text.count(
        len(dossier.enclaves), "commune enclavée, hors du territoire", "communes enclavées, hors du territoire"
    )
    return pieces, Check(CONTINUITY, False, around, f"{_named(dossier.enclaves)}.")


def _overlaps(dossier: Dossier) -> Check:
    if not dossier.overlaps:
        if dossier.cpts_listed:
            return Check(OVERLAPS, True, "Aucune commune n'est dans une autre CPTS")
        return Check(OVERLAPS, None, "Aucune commune n'est dans une autre CPTS au périmètre connu")
    names = [
        f"{overlap.name} ({catalog.CPTS_STATUS[overlap.status].label} ; {text.count(len(overlap.codes), 'commune')} en commun, "
        f"{text.count(overlap.population, 'habitant')})"
        for overlap in dossier.overlaps
    ]
    head = text.count(len(dossier.overlaps), "CPTS chevauchée", "CPTS chevauchées")
    return Check(OVERLAPS, False, head, f"{text.enumeration(names, NAMED)}.")


def _orphans(dossier: Dossier) -> tuple[Check, ...]:
    """Those that are sure, and those that may be, apart: what is not known is never counted with what is."""
    sure, unsure = dossier.orphans.sure, dossier.orphans.unsure
    rule = "sans CPTS, dont tous les voisins sont dans ce territoire ou dans une autre CPTS"
    orphans = []
    if len(sure):
        head = text.count(len(sure), "commune voisine laissée seule", "communes voisines laissées seules")
        orphans.append(Check(ORPHANS, False, head, f"{_named(sure)} ; {rule}."))
    if len(unsure):
        head = text.count(
            len(unsure), "commune voisine peut-être laissée seule", "communes voisines peut-être laissées seules"
        )
        orphans.append(Check(ORPHANS, None, head, f"{_named(unsure)} ; {rule}, autant que les périmètres sont connus."))
    if not orphans:
        good = True if dossier.cpts_listed else None
        head = "Aucune commune voisine laissée seule" if good else "Aucune commune voisine connue n'est laissée seule"
        orphans.append(Check(ORPHANS, good, head))
    return tuple(orphans)


def _named(communes: pd.DataFrame) -> str:
    ordered = communes.sort_values("population", ascending=False)
    names = [f"{row.name} ({text.number(row.population)} hab.)" for row in ordered.itertuples(index=False)]
    return text.enumeration(names, NAMED)
