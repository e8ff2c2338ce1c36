"""Which intercommunalité each commune belongs to, from the package that the snapshot was made with."""

from __future__ import annotations

from collections import Counter

import duckdb
import pandas as pd

from etl import frames
from etl.packages import TODAY
from etl.source import Inputs, Note, Source, SourceError, Tally
from etl.sources import decoupage

SOURCE = Source(
    source_id="decoupage_epci",
    title=f"Intercommunalités et leurs communes (découpage administratif {TODAY})",
    producer="DGCL, repris par Etalab",
    page=decoupage.SOURCE.page,
    licence="Licence Ouverte 2.0 (données), MIT (paquet)",
    vintage=TODAY,
    remote=decoupage.remote("epci.json"),
    writes="territory",
    reads=("geographie",),
)

LEFT_OUT = 0.01  # share of the communes of an intercommunalité that may be in none any more


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the new memberships, where the intercommunalité is one of today's map; the others are noted, nothing changes.

    An intercommunalité that no commune belongs to any more leaves the map.
    """
    rows = decoupage.objects(SOURCE, inputs, ("code", "nom", "membres"))
    belongs = _members(rows, inputs)
    names = {row["code"]: row["nom"] for row in rows}
    known = {
        code for (code,) in connection.execute("SELECT code FROM staging.territory WHERE level = 'epci'").fetchall()
    }
    communes = connection.execute(
        "SELECT code, coalesce(parent_code, code), name, epci_code FROM staging.territory "
        "WHERE level IN ('commune', 'arrondissement_municipal') ORDER BY level DESC, code"
    ).fetchall()
    alone = sum(epci is not None and parent not in belongs for _, parent, _, epci in communes)
    if alone > max(1, LEFT_OUT * len(communes)):
        raise SourceError(
            f"La source « {SOURCE.title} » laisse {alone} communes sur {len(communes)} sans intercommunalité : ce n'est pas le "
            f"fichier attendu. Voyez {SOURCE.page}."
        )
    moved, lost, notes = [], Counter(), []
    for code, parent, name, before in communes:
        after = belongs.get(parent)
        if after == before:
            continue
        if after is not None and after not in known:
            lost[after] += 1
            continue
        moved.append((code, after))
        outcome = f"rejoint {names[after]}" if after else "n'est plus dans aucune intercommunalité"
        sentence = f"{name} {outcome}, selon ce fichier plus récent que la carte embarquée."
        notes.append(Note(code, "ambigu", "intercommunalité changée", sentence, name))
    for epci, count in lost.items():
        sentence = f"« {names[epci]} » ({epci}) n'est pas sur la carte embarquée : ses {count} communes restent où elles étaient."
        notes.append(Note(epci, "refuse", "intercommunalité inconnue", sentence, names[epci]))
    if moved:
        frame = pd.DataFrame(moved, columns=["code", "epci_code"], dtype=object)
        frames.insert(connection, "staging.epci_member", frame)
    return Tally(len(rows), len(rows) - len(lost), tuple(notes))


def _members(rows: list[dict], inputs: Inputs) -> dict[str, str]:
    """Commune of today -> SIREN. Raises SourceError on an unknown commune, or one in two intercommunalités."""
    belongs: dict[str, str] = {}
    for row in rows:
        for member in row["membres"]:
            code = member.get("code") if isinstance(member, dict) else None
            today = inputs.successors.get(code, code)
            if today not in inputs.known_communes:
                raise SourceError(
                    f"La source « {SOURCE.title} » place dans {row['nom']} une commune inconnue ({code}). Refaites la carte "
                    "avec les paquets de la même année."
                )
            if belongs.setdefault(today, row["code"]) != row["code"]:
                raise SourceError(
                    f"La source « {SOURCE.title} » place {today} dans deux intercommunalités ({belongs[today]} et "
                    f"{row['code']}). Voyez {SOURCE.page}."
                )
    return belongs
