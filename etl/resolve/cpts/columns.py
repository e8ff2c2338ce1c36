"""What a CPTS is made of while it is resolved: the columns of the table `cpts`, and its members."""

from __future__ import annotations

COUNTS = ("declared_population", "declared_communes", "declared_professionals")
COLUMNS = (
    "cpts_id",
    "name",
    "aliases",
    "status",
    "status_date",
    "departement_codes",
    *COUNTS,
    "perimeter",
    "members",
    "note",
    "citation",
    "as_of",
    "source_id",
)
