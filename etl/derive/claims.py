"""What the data say about the figures that somebody published; nothing where they cannot say."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Computation:
    """How to compute a subject: a SQL value for one claim `c`, and what it is in words."""

    value: str
    words: str


def _sites(kind: str, condition: str, value: str = "count(*)") -> str:
    """Sites of a type in a département: at least so many, the lists being partial; none known is not none."""
    return (
        "CASE WHEN c.level = 'departement' AND EXISTS ("
        f"FROM inventory i WHERE i.departement_code = c.code AND i.subject = '{kind}' AND i.extent <> 'inconnu') THEN "
        f"(SELECT nullif({value}, 0) FROM site s WHERE s.departement_code = c.code AND s.type = '{kind}' AND {condition}) END"
    )


def _cpts(condition: str) -> str:
    """CPTS of a département that has at least one in the lists."""
    return (
        "CASE WHEN c.level = 'departement' THEN "
        f"(SELECT count(*) FILTER ({condition}) FROM cpts p WHERE list_contains(p.departement_codes, c.code) "
        "HAVING count(*) > 0) END"
    )


_PREPARING = "('emergence', 'lettre_intention_validee')"
_COMPLETE = "(SELECT perimeter FROM cpts p WHERE p.cpts_id = c.cpts_id) = 'complet'"
_OPEN, _KNOWN_OPEN = "s.status = 'ouvert'", "au moins, sites ouverts recensés"
_PREPARED = "s.status IN ('en_ouverture', 'en_construction', 'en_projet')"

COMPUTATIONS = {
    "Population du département": Computation(
        "(SELECT population FROM territory t WHERE t.level = c.level AND t.code = c.code)",
        "population municipale 2023",
    ),
    "Population CPTS": Computation(
        f"CASE WHEN {_COMPLETE} THEN (SELECT sum(r.population) FROM cpts_commune m "
        "JOIN residence r ON r.code = m.commune_code WHERE m.cpts_id = c.cpts_id) END",
        "population municipale 2023 des communes membres",
    ),
    "Communes CPTS": Computation(
        f"CASE WHEN {_COMPLETE} THEN (SELECT count(*) FROM cpts_commune m WHERE m.cpts_id = c.cpts_id) END",
        "communes membres",
    ),
    "CPTS existantes": Computation(_cpts(f"p.status NOT IN {_PREPARING} AND p.status <> 'resilie'"), "CPTS recensées"),
    "CPTS initiées": Computation(_cpts("p.status <> 'resilie'"), "CPTS recensées, tous stades"),
    "CPTS en projet": Computation(_cpts(f"p.status IN {_PREPARING}"), "CPTS recensées en préparation"),
    "MSP opérationnelles": Computation(_sites("MSP", _OPEN), f"MSP : {_KNOWN_OPEN}"),
    "MSP en fonctionnement": Computation(_sites("MSP", _OPEN), f"MSP : {_KNOWN_OPEN}"),
    "MSP": Computation(
        "CASE WHEN c.level = 'region' THEN (SELECT value FROM indicator_value v WHERE v.indicator = 'msp_nombre' "
        "AND v.level = c.level AND v.code = c.code AND v.year = 2023) "
        "WHEN c.level = 'epci' THEN (SELECT count(*) FILTER (s.status = 'ouvert') FROM site s JOIN territory t "
        "ON t.level = 'commune' AND t.code = s.commune_code WHERE t.epci_code = c.code AND s.type = 'MSP' "
        "HAVING count(*) > 0) END",
        "région : nombre publié par la DITP au 31/12/2023 ; intercommunalité : sites ouverts recensés",
    ),
    "MSP en cours de constitution": Computation(_sites("MSP", _PREPARED), "au moins, MSP recensées en préparation"),
    "MSP en phase d'ouverture": Computation(
        _sites("MSP", "s.status = 'en_ouverture'"), "au moins, MSP recensées en cours d'ouverture"
    ),
    "MSP en élaboration": Computation(_sites("MSP", "s.status = 'en_projet'"), "au moins, MSP recensées en projet"),
    "ESP existantes": Computation(_sites("ESP", _OPEN), f"ESP : {_KNOWN_OPEN}"),
    "ESP programmées": Computation(_sites("ESP", _PREPARED), "au moins, ESP recensées en préparation"),
    "PASS": Computation(_sites("PASS", _OPEN), f"PASS : {_KNOWN_OPEN}"),
    "Part du département couverte par des CPTS": Computation(
        "(SELECT value FROM indicator_value v WHERE v.indicator = 'cpts_part_population_couverte' "
        "AND v.level = c.level AND v.code = c.code AND v.year = 2024)",
        "part de la population couverte publiée par la DITP (mai 2024)",
    ),
    **{
        subject: Computation(_sites(kind, f"{_OPEN} {also}", "sum(places)"), f"places recensées ({kind})")
        for subject, kind, also in (
            ("Places LHSS total", "LHSS", ""),
            ("Places LHSS CHRS Voltaire", "LHSS", "AND s.site_id = 'lhss-08-chrs-voltaire'"),
            ("Places LHSS Résidéis", "LHSS", "AND s.site_id = 'lhss-08-resideis'"),
            ("Places ACT total", "ACT", ""),
            ("Places ACT SOS Hépatites", "ACT", "AND s.site_id = 'act-08-sos-hepatites'"),
            ("Places ACT CH Bélair", "ACT", "AND s.site_id = 'act-08-ch-belair'"),
        )
    },
}


def run(connection: duckdb.DuckDBPyConnection) -> None:
    for subject, computation in COMPUTATIONS.items():
        connection.execute(
            f"""
            WITH answer AS (SELECT c.claim_id, {computation.value} AS value FROM claim c WHERE c.subject = $subject)
            UPDATE claim SET computed = answer.value, computed_as = $words FROM answer
            WHERE claim.claim_id = answer.claim_id AND answer.value IS NOT NULL
            """,
            {"subject": subject, "words": computation.words},
        )
