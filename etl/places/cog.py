"""Is a file drawn on today's map (the communes of data/snapshot)? What is of another year cannot be mixed with it."""

from __future__ import annotations

from collections.abc import Collection

from etl.source import Inputs, Source, SourceError


def require_todays_map(source: Source, codes: Collection[str], inputs: Inputs, optional: Collection[str] = ()) -> None:
    """Raise SourceError unless `codes` are those of today's communes and municipal arrondissements; `optional` may lack."""
    missing = sorted(inputs.known_communes.keys() - set(codes) - set(optional))
    unknown = sorted(set(codes) - inputs.known_communes.keys())
    if missing or unknown:
        problems = [
            f"{len(some)} codes {what} ({', '.join(some[:5])}{'…' if len(some) > 5 else ''})"
            for some, what in ((missing, "manquent"), (unknown, "sont inconnus"))
            if some
        ]
        raise SourceError(
            f"La source « {source.title} » n'est pas sur la carte des communes d'aujourd'hui : {' et '.join(problems)}. Refaites la "
            "carte avec les paquets de la même année, ou revenez à l'adresse précédente."
        )
