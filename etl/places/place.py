"""Where a row of a local list stands: by its coordinates, else its address, else its commune's code, else its name.

Each way that fails hands over to the next one, and says why. `look` finds what can be known alone and the address to ask;
`settle` decides once addresses were asked, all together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import pyproj

from etl.formats.lists import RefusedRow
from etl.network.ban import AddressMatch, AddressQuestion
from etl.places.gazetteer import OFFICE, WHOLE_CODES, Commune, Gazetteer, Stated, Where, distance_km, tidy
from etl.places.geo import ZONES, zone_of
from maillage.language.departements import of_postcode

BESIDE_KM = 1  # some town halls stand outside the simplified outline of their commune
FAR_KM = 50  # from the town hall of the commune that a row states
SCORE, SCORE_ALONE = 0.6, 0.8  # least score of an address, when its commune is stated and when it is not
_PRECISION = {"housenumber": "à l'adresse", "street": "dans sa rue, sans numéro", "locality": "au lieu-dit"}
_REASONS = {
    "coordonnees": "placée par coordonnées",
    "adresse": "placée par adresse",
    "commune": "placée par code commune",
    "nom": "placée par nom de commune",
}


@dataclass(frozen=True)
class Placement:
    """Where a row stands: commune, degrees, how it was understood."""

    commune: Commune
    how: str  # coordonnees, adresse, commune, nom
    words: str  # « à l'adresse (score 0,87) »
    lon: float | None = None  # None: the commune's own point
    lat: float | None = None
    doubts: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """How it was placed, short and countable."""
        return _REASONS[self.how]


@dataclass(frozen=True)
class Sought:
    """A row whose place is looked for."""

    where: Where
    stated: Stated | None
    refused: RefusedRow | None = None  # why its commune cannot be told: a point or an address may still tell it
    placed: Placement | None = None
    question: AddressQuestion | None = None
    doubts: tuple[str, ...] = ()


def look(gazetteer: Gazetteer, where: Where) -> Sought:
    """What a row says of its place, as far as nobody has to be asked. Raises RefusedRow when it contradicts itself."""
    where = tidy(where)
    stated = refused = question = None
    try:
        stated = gazetteer.stated(where)
    except RefusedRow as error:
        if error.reason == "commune contradictoire":
            raise
        refused = error.with_traceback(None)
    placed, doubt = _by_coordinates(gazetteer, where, stated)
    if placed is None and where.address and stated and not stated.office:
        commune = stated.commune
        question = AddressQuestion(
            where.address, commune.name, citycode="" if commune.code in WHOLE_CODES else commune.code
        )
    elif placed is None and where.address and (where.commune or where.postcode):
        commune_name = stated.commune.name if stated else where.commune or ""
        question = AddressQuestion(where.address, commune_name, "" if stated else where.postcode or "")
    doubts = (*(stated.doubts if stated else ()), *filter(None, [doubt]))
    return Sought(where, stated, refused, placed, question, doubts)


def settle(gazetteer: Gazetteer, sought: Sought, answers: Mapping[AddressQuestion, AddressMatch | None]) -> Placement:
    """The place of a row, the surest way first. Raises RefusedRow when nothing tells it."""
    placed, stated, doubts, unasked = sought.placed, sought.stated, list(sought.doubts), ""
    if sought.question in answers:
        placed, doubt = _by_address(gazetteer, sought, answers[sought.question])
        doubts += filter(None, [doubt])
    elif sought.question:
        unasked = " (son adresse n'a pas été cherchée)"
    if placed is None and stated:
        witness = "code" if stated.how == "commune" else "nom"
        placed = Placement(stated.commune, stated.how, f"au point de sa commune, connue par son {witness}{unasked}")
    if placed and placed.how in ("coordonnees", "adresse"):
        doubts = [doubt for doubt in doubts if doubt != OFFICE]
    if placed and sought.refused and sought.refused.reason == "commune inconnue":
        doubts.append(sought.refused.problem)
    if placed is None:
        raise sought.refused or RefusedRow(
            "sans lieu",
            " ; ".join(doubts) or "rien ne dit où la placer",
            "Donnez des coordonnées, un code commune, ou un nom de commune et un code postal.",
        )
    doubts += _agree(gazetteer, placed, sought.where)
    return replace(placed, doubts=(*doubts, *placed.doubts)) if doubts else placed


def _by_coordinates(gazetteer: Gazetteer, where: Where, stated: Stated | None) -> tuple[Placement | None, str]:
    """The place that coordinates tell; or None, and why they are not followed (nothing to say when there are none)."""
    if where.lon is None and where.lat is None:
        return None, ""
    x, y = _number(where.lon), _number(where.lat)
    if x is None or y is None:
        return None, "ses coordonnées sont incomplètes ou illisibles"
    asked = gazetteer.departements(where.departement)
    zones = [zone_of(code) for code in (stated and stated.commune.code, *sorted(asked)) if code][:1] or list(ZONES)
    distances = []
    for lon, lat, words in readings(x, y, zones):
        around = gazetteer.around(lon, lat)
        if stated is None:
            near = around if around and (not asked or around.departement in asked) else None
            doubts = ()
        else:
            office = stated.office and around and holds(stated.commune, lon, lat)
            near, doubts = (around, ()) if office else _near(stated.commune, around, lon, lat)
            distances.append(distance_km(stated.commune, lon, lat))
        if near and holds(near, lon, lat):
            return Placement(near, "coordonnees", f"à ses coordonnées{words}", lon, lat, doubts), ""
    if distances:
        return None, f"ses coordonnées sont à {_french(min(distances), 0)} km de {stated.commune.title}"
    return None, f"ses coordonnées ({where.lon} ; {where.lat}) ne sont dans aucune commune connue"


def _near(stated: Commune, around: Commune | None, lon: float, lat: float) -> tuple[Commune, tuple[str, ...]]:
    """The commune stated, or its arrondissement where the point is; and a doubt when the point is in neither."""
    if around and stated.code in (around.code, around.parent):
        return around, ()
    away = distance_km(stated, lon, lat)
    place = f"à {around.title}" if around else "hors de toute commune"
    return stated, (f"ses coordonnées sont {place}, à {_french(away, 1)} km de la mairie",) if away > BESIDE_KM else ()


def _by_address(gazetteer: Gazetteer, sought: Sought, answer: AddressMatch | None) -> tuple[Placement | None, str]:
    if answer is None or answer.kind not in _PRECISION:
        return None, "adresse introuvable"
    stated, postcode, score = sought.stated, sought.where.postcode, _french(answer.score, 2)
    if answer.score < (SCORE if stated and not stated.office else SCORE_ALONE):
        return None, f"adresse incertaine (score {score})"
    commune = gazetteer.today(answer.citycode)
    if commune is None:
        return None, "adresse trouvée hors des communes connues"
    known = {stated.commune.departement} if stated else of_postcode(postcode) if postcode else {commune.departement}
    elsewhere = stated and not stated.office and stated.commune.code not in (commune.code, commune.parent)
    if elsewhere or commune.departement not in known:
        return None, f"adresse trouvée à {commune.title}"
    if not holds(commune, answer.lon, answer.lat):
        return None, f"adresse trouvée loin de {commune.title}"
    return Placement(commune, "adresse", f"{_PRECISION[answer.kind]} (score {score})", answer.lon, answer.lat), ""


def _agree(gazetteer: Gazetteer, placed: Placement, where: Where) -> list[str]:
    """The doubt left by a département that is not understood. Raises RefusedRow when it is another one."""
    asked = gazetteer.departements(where.departement)
    if asked and placed.commune.departement not in asked:
        raise RefusedRow(
            "département contradictoire",
            f"{placed.commune.title} est dans le département {placed.commune.departement}, et non « {where.departement} »",
            "Corrigez l'un des deux.",
        )
    return [] if asked or not where.departement else [f"le département « {where.departement} » n'est pas compris"]


def holds(commune: Commune, lon: float, lat: float) -> bool:
    """Is a point near enough of the town hall? The box is the one of the checks of a build."""
    boxed = abs(lat - commune.lat) <= 0.5 and abs(lon - commune.lon) <= 0.8
    return boxed and distance_km(commune, lon, lat) <= FAR_KM


def readings(x: float, y: float, zones: list[str]) -> Iterator[tuple[float, float, str]]:
    """What two numbers may mean, in degrees: as they are, swapped, or metres in the official projection of a zone."""
    for one, other, swapped in ((x, y, ""), (y, x, ", longitude et latitude échangées")):
        if abs(one) <= 180 and abs(other) <= 90:
            yield one, other, swapped
            continue
        for zone in zones:
            lon, lat = _to_degrees(zone).transform(one, other)
            west, south, east, north = _to_degrees(zone).source_crs.area_of_use.bounds
            if west <= lon <= east and south <= lat <= north:
                name = "Lambert-93" if zone == "metropole" else "projection officielle d'outre-mer"
                yield lon, lat, f" ({name}{swapped})"


@cache
def _to_degrees(zone: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(ZONES[zone], 4326, always_xy=True)


def _number(text: str | None) -> float | None:
    text = re.sub(r"\s", "", text or "").replace(",", ".")
    return float(text) if re.fullmatch(r"[-+]?[0-9]{1,9}(\.[0-9]{1,20})?([eE]-[0-9]{1,2})?", text) else None


def _french(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")
