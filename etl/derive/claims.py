"""What the data say about the figures that somebody published; nothing where they cannot say.

A figure is compared with one of its own time: a census of its year, sites as they were known by then. A list that is not whole
gives a minimum (`bound` at_least), and only within one département, whose list it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Computation:
    """How to compute a subject: a SQL value for one claim `c`, what it is in words, and what it is worth (`bound`, SQL too)."""

    value: str
    words: str
    bound: str = "'exact'"


_YEAR = "coalesce(c.year, try_cast(left(c.date, 4) AS INTEGER))"


def _bound(kind: str) -> str:
    """A count is what it says where the list of the département is whole; elsewhere it is a minimum."""
    whole = (
        f"EXISTS (FROM inventory i WHERE i.departement_code = c.code AND i.subject = '{kind}' AND i.extent = 'complet')"
    )
    return f"CASE WHEN {whole} THEN 'exact' ELSE 'at_least' END"


def _sites(kind: str, condition: str, words: str, value: str = "count(*)", as_of: str = "<=") -> Computation:
    """Sites of a type in a département, as they were known in the year of the claim; none known is not none.

    What was open by then counts; what was in preparation (`as_of` « = ») only as seen that very year: it may have opened since.
    A claim without a date is held against all.
    """
    then = f"({_YEAR} IS NULL OR try_cast(left(s.as_of, 4) AS INTEGER) {as_of} {_YEAR}"
    if as_of == "<=":  # open today, and opened before: it was open then
        then += f" OR try_cast(left(s.opened_on, 4) AS INTEGER) <= {_YEAR}"
    then += ")"
    return Computation(
        f"CASE WHEN c.level = 'departement' THEN (SELECT nullif({value}, 0) FROM site s "
        f"WHERE s.departement_code = c.code AND s.type = '{kind}' AND {condition} AND {then}) END",
        words,
        "'at_least'",  # whole today is not whole then: most openings are not dated
    )


_WITHIN = (
    "CASE c.level WHEN 'departement' THEN list_contains(p.departement_codes, c.code) WHEN 'france' THEN true "
    "WHEN 'region' THEN list_has_any(p.departement_codes, "
    "(SELECT list(t.code) FROM territory t WHERE t.level = 'departement' AND t.region_code = c.code)) ELSE false END"
)


def _cpts(condition: str, words: str, bound: str = "") -> Computation:
    """CPTS of a place that has at least one in the lists, none of them more recent than the claim."""
    return Computation(
        f"(SELECT count(*) FILTER ({condition}) FROM cpts p WHERE {_WITHIN} "
        f"HAVING count(*) > 0 AND ({_YEAR} IS NULL OR {_YEAR} >= max(try_cast(left(p.as_of, 4) AS INTEGER))))",
        words,
        bound or _bound("CPTS"),
    )


def _census(codes: str) -> str:
    """The latest census, of those kept, up to the year of the claim; the first one for a claim without a year."""
    return (
        f"(SELECT max_by(people, year) FROM (SELECT h.year, sum(h.population) AS people FROM population_history h "
        f"WHERE h.code IN ({codes}) GROUP BY h.year) WHERE year <= coalesce({_YEAR}, 9999))"
    )


_PREPARING = "('emergence', 'lettre_intention_validee')"
_COMPLETE = "(SELECT perimeter FROM cpts p WHERE p.cpts_id = c.cpts_id) = 'complet'"
_OPEN, _KNOWN_OPEN = "s.status = 'ouvert'", "sites ouverts recensés, connus à cette date"
_PREPARED = "s.status IN ('en_ouverture', 'en_construction', 'en_projet')"

COMPUTATIONS = {
    "Population du département": Computation(
        f"CASE WHEN c.level = 'departement' THEN {_census('SELECT code FROM residence r WHERE r.departement_code = c.code')} END",
        "population municipale du recensement le plus proche avant cette date",
    ),
    "Population CPTS": Computation(
        f"CASE WHEN {_COMPLETE} THEN {_census('SELECT commune_code FROM cpts_commune m WHERE m.cpts_id = c.cpts_id')} END",
        "population municipale des communes membres, au recensement de l'année du chiffre ou au dernier avant elle",
    ),
    "Communes CPTS": Computation(
        f"CASE WHEN {_COMPLETE} THEN (SELECT count(*) FROM cpts_commune m WHERE m.cpts_id = c.cpts_id) END",
        "communes membres",
    ),
    "CPTS existantes": _cpts(f"p.status NOT IN {_PREPARING} AND p.status <> 'resilie'", "CPTS recensées"),
    # Many stages are not known: those known to be signed are a minimum, even of a whole list.
    "CPTS sous contrat (ACI)": _cpts("p.status = 'aci_signe'", "CPTS recensées, ACI signé", "'at_least'"),
    "CPTS, tous stades": _cpts("p.status <> 'resilie'", "CPTS recensées, tous stades"),
    "CPTS initiées": _cpts("p.status <> 'resilie'", "CPTS recensées, tous stades"),
    "CPTS en projet": _cpts(f"p.status IN {_PREPARING}", "CPTS recensées en préparation"),
    "CPTS dans la circonscription": Computation(
        "(SELECT nullif(count(*), 0) FROM cpts p WHERE list_contains(c.named, p.cpts_id))",
        "CPTS que la source nomme, recensées ici",
        "'at_least'",
    ),
    "MSP opérationnelles": _sites("MSP", _OPEN, f"MSP : {_KNOWN_OPEN}"),
    "MSP en fonctionnement": _sites("MSP", _OPEN, f"MSP : {_KNOWN_OPEN}"),
    "MSP": Computation(
        "CASE WHEN c.level = 'region' THEN (SELECT value FROM indicator_value v WHERE v.indicator = 'msp_nombre' "
        "AND v.level = c.level AND v.code = c.code AND v.year = 2023) END",
        "nombre publié par la DITP au 31/12/2023",
    ),
    "MSP en cours de constitution": _sites("MSP", _PREPARED, "MSP recensées en préparation la même année", as_of="="),
    "MSP en phase d'ouverture": _sites(
        "MSP", "s.status = 'en_ouverture'", "MSP recensées en cours d'ouverture la même année", as_of="="
    ),
    "MSP en élaboration": _sites("MSP", "s.status = 'en_projet'", "MSP recensées en projet la même année", as_of="="),
    "ESP existantes": _sites("ESP", _OPEN, f"ESP : {_KNOWN_OPEN}"),
    "ESP programmées": _sites("ESP", _PREPARED, "ESP recensées en préparation la même année", as_of="="),
    "PASS": _sites("PASS", _OPEN, f"PASS : {_KNOWN_OPEN}"),
    "Part du département couverte par des CPTS": Computation(
        "(SELECT value FROM indicator_value v WHERE v.indicator = 'cpts_part_population_couverte' "
        "AND v.level = c.level AND v.code = c.code AND v.year = 2024)",
        "part de la population couverte publiée par la DITP (mai 2024)",
    ),
    **{
        subject: _sites(kind, f"{_OPEN} {also}", f"places recensées ({kind}), connues à cette date", "sum(places)")
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
    """Publish the claims, with `computed`, `computed_as` and `bound` where the data can say."""
    claimed = {subject for (subject,) in connection.execute("SELECT DISTINCT subject FROM staging.claim").fetchall()}
    for subject in (subject for subject in COMPUTATIONS if subject in claimed):
        computation = COMPUTATIONS[subject]
        connection.execute(
            f"""
            INSERT INTO staging.claim_answer
            SELECT c.claim_id, {computation.value}, $words, {computation.bound} FROM staging.claim c WHERE c.subject = $subject
            """,
            {"subject": subject, "words": computation.words},
        )
    connection.execute(
        """
        INSERT INTO claim BY NAME
        WITH answer AS (
            FROM staging.claim_answer WHERE computed IS NOT NULL
                AND NOT (bound = 'at_least' AND computed = 0) -- « at least none » says nothing
        )
        SELECT c.*, a.computed, a.computed_as, a.bound FROM staging.claim c LEFT JOIN answer a USING (claim_id) ORDER BY claim_id
        """
    )
