"""The presentation of a signing as one HTML file: Leaflet and data inside, no network, nothing asked of anyone."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pandas as pd
import shapely
from markupsafe import Markup

from maillage import catalog
from maillage.exports import colophon, typeface
from maillage.exports.typesetting import SvgDrawing, Unset, fine
from maillage.methods.perimeters import together
from maillage.records.print_frame import Vicinity
from maillage.records.territory import Dossier
from maillage.subjects import projection
from maillage.subjects.ceremony import CARDS, Ceremony, balanced
from maillage.subjects.territory import wording
from maillage.subjects.territory.print_frame import page
from maillage.views import plan_svg
from maillage.views.html import environment

HERE = Path(__file__).parent
LEAFLET = HERE.parents[1] / "static" / "leaflet"
POINT = 100 / 540 / 2.9  # letters of the page in a point of a slide: see the size of `html` in offline.css
FINE, COARSE = 1500, 700  # of a territory's breadth: what is not drawn, of its communes and of what surrounds them
TOWNS, AROUND = 26, 10  # names offered to the map, which keeps those that find room


def html(dossier: Dossier, vicinity: Vicinity, ceremony: Ceremony, drawing: str = "") -> bytes:
    """The file, with what `drawn` gives where that is kept. Raises Unset when Leaflet is not installed."""
    style, code = _style(), script()
    policy = (
        f"default-src 'none'; script-src '{_hash(code)}'; style-src '{_hash(style)}'; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    page = (
        environment()
        .get_template("offline.html")
        .render(
            data=fine(content(dossier, vicinity, ceremony)),
            policy=policy,
            style=Markup(style),
            script=Markup(code),
            payload=Markup(drawing or drawn(dossier, vicinity)),
        )
    )
    return page.encode()


def preview(file: bytes) -> bytes:
    """The file as it is seen beside its form, where F and B do nothing."""
    return file.replace(b"<body>", b"<body data-preview>", 1)


def script() -> str:
    """The one script of the file, as a policy must know it. Raises Unset when Leaflet is not installed."""
    ours = (HERE / "offline.js").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=.*", "", f"{_leaflet('leaflet.js')}\n{ours}")


def _style() -> str:
    """Our style, Leaflet's and the typeface included. Nothing in it asks for a file."""
    style = re.sub(r"[^;{}]*url\([^)]*\)[^;}]*;?", "", _leaflet("leaflet.css"))
    sizes = range(projection.LEAST, projection.LARGEST + 1)
    slides = "".join(f".s{size} {{ font-size: {size * POINT:.3f}rem; }}\n" for size in sizes)
    return style + (HERE / "offline.css").read_text(encoding="utf-8") + slides + typeface.style()


def _leaflet(name: str) -> str:
    try:
        return (LEAFLET / name).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Unset(
            "Le programme qui dessine les cartes n'est pas installé sur cet atlas, et le fichier ne peut pas l'emporter : "
            "prévenez son administrateur. Les autres fichiers se font sans lui."
        ) from error


def _hash(inline: str) -> str:
    return f"sha256-{b64encode(sha256(inline.encode()).digest()).decode()}"


def content(dossier: Dossier, vicinity: Vicinity, ceremony: Ceremony) -> dict:
    """What the slides say."""
    sources, method = wording.sources(dossier), colophon.method(dossier)
    return {
        "name": dossier.name,
        "ceremony": {"title": ceremony.title, "axes": ceremony.axes, "signatories": ceremony.signatories},
        "logos": [(SvgDrawing(logo.link), logo.name) for logo in ceremony.logos],
        "when": ceremony.when,
        "extent": projection.extent(dossier),
        "where": wording.where(dossier),
        "map": not dossier.communes.empty,
        "alt": wording.alternative(dossier),
        "legend": legend(vicinity),
        "apart": colophon.apart(vicinity.apart),
        "dated": wording.dated(dossier),
        "credit": colophon.CREDIT_ALONE,
        "few": projection.beside(dossier),
        "communes": projection.communes(dossier),
        "figures": balanced(wording.keys(dossier, brief=True)[:8], CARDS),
        "tables": projection.tables(dossier),
        "sources": sources,
        "method": method,
        "size": min(
            projection.fitted([" ".join(row[:4]) for row in sources.rows], 0.56 * projection.WIDTH, projection.HEIGHT),
            projection.fitted(method, 0.4 * projection.WIDTH, projection.HEIGHT),
        ),
    }


# -- the map's data ---------------------------------------------------------------------------------------------------


def drawn(dossier: Dossier, vicinity: Vicinity) -> str:
    """What the map draws, as it is written in the file: most of the work, and the same whatever is typed of the ceremony."""
    payload = json.dumps(territory(dossier, vicinity), ensure_ascii=False, separators=(",", ":"))
    return payload.replace("<", "\\u003c")  # inside a script, only the sign that could close it must not be written


def territory(dossier: Dossier, vicinity: Vicinity) -> dict:
    """What the map draws, in degrees. Without a commune known, nothing."""
    if vicinity.bounds is None:
        return {"kinds": {}, "bounds": None}
    here = dossier.communes[together(dossier.communes)]
    own = shapely.coverage_simplify(here["geometry"].to_numpy(), _breadth(vicinity.bounds) / FINE)
    sites = seen(vicinity)
    lead = here["population"].rank(ascending=False, method="first") <= min(len(own) / 8 + 1, 4)
    around = vicinity.ground
    return {
        "kinds": {kind: plan_svg.key(site, hollow) for kind, site, hollow in _kinds(sites)},
        "bounds": [round(n, 4) for n in vicinity.bounds],
        "home": [fine(share.name) for share in dossier.departements],
        "members": _collection(own, here["name"]),
        "outline": _collection([shapely.coverage_union_all(own)], [dossier.name]),
        "ground": _collection(_cut(around["geometry"], vicinity.bounds), around["name"]),
        "borders": _collection(_cut(vicinity.borders["geometry"], vicinity.bounds), vicinity.borders["name"]),
        **(
            {}
            if vicinity.country is None
            else {"country": _collection(vicinity.country["geometry"], vicinity.country["name"])}
        ),
        "sites": [
            {"lat": round(row.lat, 5), "lon": round(row.lon, 5), "name": fine(row.name), "kind": row.kind}
            for row in sites.itertuples()
        ],
        "towns": [
            *_towns(here, own, ["lead" if first else "" for first in lead], TOWNS),
            *_towns(around, around["geometry"].to_numpy(), ["around"] * len(around), AROUND),
        ],
    }


def seen(vicinity: Vicinity) -> pd.DataFrame:
    """The sites that the map shows, with the name of their symbol."""
    sites = vicinity.sites.dropna(subset=["lon", "lat"])
    hollow = sites["status"].isin(catalog.SITE_PREPARING)
    return sites.assign(kind=sites["type"] + hollow.map({True: "-", False: ""}), hollow=hollow)


def _kinds(sites: pd.DataFrame) -> list[tuple[str, str, bool]]:
    """(symbol, type, hollow) of each symbol shown."""
    return list(dict.fromkeys(zip(sites["kind"], sites["type"], sites["hollow"], strict=True)))


def legend(vicinity: Vicinity) -> list[dict[str, str]]:
    """A line a type, and one that says what a hollow symbol is."""
    kinds = _kinds(seen(vicinity))
    lines = {}
    for kind, site, hollow in kinds:
        if site not in lines or not hollow:
            lines[site] = {"kind": kind, "label": catalog.SITE_TYPE[site].label}
    hollow = [{"kind": kind, "label": "symbole creux : en préparation"} for kind, _, is_hollow in kinds if is_hollow]
    return [*lines.values(), *hollow[:1]]


def _collection(shapes, names) -> dict:
    features = [
        {
            "type": "Feature",
            "properties": {"n": fine(name)},
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-4))),
        }
        for shape, name in zip(shapes, names, strict=True)
        if not shape.is_empty
    ]
    return {"type": "FeatureCollection", "features": features}


def _breadth(bounds) -> float:
    west, south, east, north = bounds
    return max(east - west, north - south)


def _cut(shapes: pd.Series, bounds) -> list:
    """Shapes around, coarse, and no further than the widest of screens shows."""
    plain = shapely.make_valid(shapely.simplify(shapes.to_numpy(), _breadth(bounds) / COARSE))
    return list(shapely.intersection(plain, shapely.box(*page(bounds))))


def _towns(places: pd.DataFrame, shapes, classes: list[str], most: int) -> list[dict]:
    """The most populous places, each named at a point inside."""
    inner = shapely.point_on_surface(shapes)
    rows = [
        {"n": fine(name), "class": kind, "lat": round(point.y, 4), "lon": round(point.x, 4), "people": people}
        for name, kind, point, people in zip(places["name"], classes, inner, places["population"], strict=True)
        if not point.is_empty
    ]
    rows.sort(key=lambda town: -town.pop("people"))
    return rows[:most]
