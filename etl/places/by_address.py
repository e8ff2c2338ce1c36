"""Positions of the sites of a register by their addresses, asked of the national address base where the register gives none."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pandas as pd
import shapely

from etl.network import ban
from etl.places import positions
from etl.places.gazetteer import WHOLE_CODES
from etl.source import Inputs

SCORE = 0.6  # least score of an address whose commune is known: under it, the service answers anything
KINDS = (
    "housenumber",
    "street",
    "locality",
)  # and not « municipality », which says no more than the commune's own point


def locate(
    connection: duckdb.DuckDBPyConnection,
    rows: pd.DataFrame,
    outlines: Mapping[str, shapely.Geometry],
    inputs: Inputs,
) -> tuple[list[tuple[float, float] | None], str]:
    """Longitude and latitude of each row (address, commune_code, postcode), None where its address is not sure; and one
    sentence when some addresses could not be asked.

    An answer in another commune, or at more than positions.NEAR_KM of its outline, is not believed.
    """
    if rows.empty:
        return [], ""
    names = dict(
        connection.execute(
            "SELECT code, name FROM territory WHERE level = 'commune' AND code IN (SELECT unnest(?::VARCHAR[]))",
            [list(set(rows["commune_code"]))],
        ).fetchall()
    )
    questions = [_question(row.address, row.commune_code, row.postcode, names) for row in rows.itertuples(index=False)]
    answers, trouble = ban.ask(filter(None, questions), inputs.data / "raw" / "ban.json", offline=inputs.offline)
    given = [answers.get(question) if question else None for question in questions]
    believed = [
        answer is not None and answer.kind in KINDS and answer.score >= SCORE and _is_there(answer.citycode, code)
        for answer, code in zip(given, rows["commune_code"], strict=True)
    ]
    lon = np.array([answer.lon if good else np.nan for answer, good in zip(given, believed, strict=True)])
    lat = np.array([answer.lat if good else np.nan for answer, good in zip(given, believed, strict=True)])
    near = positions.distances_km(lon, lat, list(rows["commune_code"]), outlines) <= positions.NEAR_KM
    return [(float(x), float(y)) if good else None for x, y, good in zip(lon, lat, near, strict=True)], trouble


def _question(
    address: str | None, commune: str | None, postcode: str, names: Mapping[str, str]
) -> ban.AddressQuestion | None:
    if not address or not commune:
        return None
    if commune in WHOLE_CODES:  # the service knows Paris, Lyon and Marseille by their arrondissements
        return ban.AddressQuestion(address, names.get(commune, ""), postcode=postcode)
    return ban.AddressQuestion(address, names.get(commune, ""), citycode=commune)


def _is_there(citycode: str, commune: str) -> bool:
    """Is the answer in the commune, or in an arrondissement of it?"""
    return citycode == commune or (commune in WHOLE_CODES and citycode[:2] == commune[:2])
