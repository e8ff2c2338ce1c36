"""Insee's long files (« Melodi »): an observation a row, a column a dimension, the value last."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from etl.formats import archives
from etl.formats.sheets import SheetError

PLACE, KIND, YEAR, VALUE, SECRET = "geo", "geo_object", "time_period", "obs_value", "conf_status"
NATURES = {"COM": "commune", "ARM": "arrondissement_municipal", "EPCI": "epci"}
_WITHHELD, _MISSING = ("s", "c", "ns", "secret"), ("", "nd", "n.d.", "na", "nan", "null")


def read(path: Path, wanted: dict[str, tuple[str, ...]], fixed: dict[str, str] | None = None) -> pd.DataFrame:
    """The observations of communes, arrondissements and EPCI whose dimensions are among those `wanted`.

    `fixed` dimensions are asked for where the file has them. Columns: level, code, year, the wanted dimensions in small letters,
    value (NaN where there is none), withheld (a value exists, and is secret). Raises SheetError: what was found.
    """
    fixed = fixed or {}
    try:
        with archives.table(path) as relation:
            written = {name.lower(): name for name in relation.columns}
            needed = (PLACE, KIND, YEAR, VALUE, *wanted)
            if missing := [name.upper() for name in needed if name not in written]:
                listed = ", ".join(relation.columns)[:300]
                raise SheetError(f"colonne absente : {', '.join(missing)} ; colonnes trouvées : {listed}")
            cells = {name: f"coalesce(trim(CAST(\"{column}\" AS VARCHAR)), '')" for name, column in written.items()}
            asked = (
                wanted | {name: (value,) for name, value in fixed.items() if name in written} | {KIND: tuple(NATURES)}
            )
            kept = " AND ".join(f"{cells[name]} IN ({_listed(values)})" for name, values in asked.items())
            number = f"TRY_CAST(replace({cells[VALUE]}, ',', '.') AS DOUBLE)"
            secret = f"upper({cells[SECRET]}) = 'C'" if SECRET in written else "false"
            rows = relation.query(
                "observation",
                f"""
                SELECT {cells[KIND]} AS level, regexp_extract({cells[PLACE]}, '[^-]*$') AS code, {cells[YEAR]} AS year,
                       {", ".join(f"{cells[name]} AS {name}" for name in wanted)}{"," if wanted else ""}
                       {number} AS value, {number} IS NULL AND ({secret} OR lower({cells[VALUE]}) IN ({_listed(_WITHHELD)})) AS withheld,
                       {number} IS NULL AND lower({cells[VALUE]}) NOT IN ({_listed((*_WITHHELD, *_MISSING))}) AS strange,
                       {cells[VALUE]} AS written
                FROM observation WHERE {kept}
                """,
            ).to_arrow_table()
    except duckdb.Error as error:
        raise SheetError(str(error).splitlines()[0]) from None
    rows = rows.to_pandas()  # texts stay packed as Arrow's: millions of them, each an object, filled the memory
    if rows.empty:
        criteria = " ; ".join(f"{name.upper()} : {', '.join(values)}" for name, values in wanted.items())
        raise SheetError(f"aucune ligne n'est celle d'une commune avec {criteria}")
    if rows["strange"].any():
        raise SheetError(f"« {rows.loc[rows['strange'], 'written'].iloc[0][:60]} » n'est pas un nombre")
    years = rows["year"].str.fullmatch("(?:19|20)[0-9]{2}")
    if not years.all():
        raise SheetError(f"« {rows.loc[~years, 'year'].iloc[0][:20]} » n'est pas une année")
    return rows.assign(year=rows["year"].astype(int), level=rows["level"].map(NATURES)).drop(
        columns=["strange", "written"]
    )


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
