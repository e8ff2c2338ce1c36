"""The atlas for assistants, over the Model Context Protocol: a few questions, each answered with its sources and its doubts.

`python -m maillage.api.assistant` answers on standard input and output. It reads only, and every answer is bounded.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.applications import Starlette

from maillage import catalog, settings
from maillage.api import completeness, gaps, reading, territories
from maillage.api.problems import Problem, unknown
from maillage.language import figures as words
from maillage.language import text
from maillage.queries import access, provenance, sites
from maillage.queries import territories as queries
from maillage.subjects import secrecy
from maillage.subjects.provenance import figure_trace
from maillage.warehouse import Ask, Edition, Unavailable

BODY_BYTES = 64_000  # of a question over HTTP
DATABASE = Path(__file__).parents[2] / "data" / "maillage.duckdb"
MOST_FOUND, MOST_COMPARED, MOST_ZONES, MOST_NAMED, MOST_CPTS, MOST_DOUBTS = 10, 12, 8, 15, 15, 20
USUAL = (*catalog.DEFAULT_SITE_TYPES, "CDS")
INSTRUCTIONS = (
    "Maillage: open atlas of coordinated care in France (CPTS, MSP, ESP, PASS, LHSS), by commune, with its sources. "
    "Begin with find_territory: every other tool takes what it calls `territory`, such as departement-08 or commune-08105. "
    "Say what you are told of each figure: its year, its source, and its doubts. A figure with bound at_least is a minimum, "
    "at_most a maximum, about an estimate; never rank them as equals. Null is not zero: basis withheld is kept secret, other "
    "nulls are missing. « 12 recensées sur 22 publiées » means that the list holds 12 of 22: say so beside any conclusion. "
    "Where doubts say that nobody looked, there is no answer, not an absence."
)
Place = Annotated[
    str, Field(pattern=reading.TERRITORY, description="Level and code, as a search by name gives it: departement-08")
]
READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
Answer = dict[str, Any]


def assistant(edition: Callable[[], Edition]) -> MCPServer:
    """The tools over the build in place. `edition` gives it, raising Unavailable."""
    server = MCPServer("maillage", title="Maillage", instructions=INSTRUCTIONS, version="1.0", log_level="WARNING")
    for question in (find_territory, profile, white_zones, nearest_structures, compare, trace_figure):
        server.add_tool(_tool(question, edition), annotations=READS, structured_output=True)
    return server


def _tool(question: Callable[..., Answer], edition: Callable[[], Edition]) -> Callable[..., Answer]:
    """The question without its `ask`: what the assistant gives is the rest. Problems become sentences for it."""

    @wraps(question)
    def asked(**arguments) -> Answer:
        try:
            here = edition()
            return {**question(here.ask, **arguments), "build": here.version}
        except Problem as problem:
            raise ToolError(f"{problem.french} ({problem.english})") from problem
        except Unavailable as error:
            raise ToolError(str(error)) from error

    asked.__signature__ = _without_ask(question)
    asked.__annotations__ = {name: kind for name, kind in question.__annotations__.items() if name != "ask"}
    return asked


def _without_ask(question: Callable) -> Signature:
    """What the assistant is asked for: all but `ask`."""
    known = signature(question, eval_str=True)
    return known.replace(parameters=[each for name, each in known.parameters.items() if name != "ask"])


# -- the questions ------------------------------------------------------------------------------------------------------


def find_territory(
    ask: Ask, name: Annotated[str, Field(min_length=2, max_length=80, description="A name, whole or not, or a code")]
) -> Answer:
    """Find communes, intercommunalités, départements, régions, CPTS and structures by their name or code."""
    rows = ask.edition.answer(queries.search, name, MOST_FOUND)
    matches = [
        {"kind": kind, "territory": code if kind == "site" else f"{kind}-{code}" if kind != "cpts" else None}
        | ({"cpts_id": code} if kind == "cpts" else {})
        | {"name": label, "detail": detail}
        for kind, code, label, detail in rows
    ]
    doubts = [] if matches else [f"Rien ne porte ce nom dans l'atlas : « {text.shortened(name)} »."]
    return {"found": matches, "sources": _sources(ask, ["geographie"]), "doubts": doubts}


def profile(ask: Ask, territory: Place) -> Answer:
    """What is known of a territory: population, need, supply and access figures beside larger territories, its structures and
    CPTS, and how far each list goes."""
    known = territories.profile_of(ask, territory, reading.STATUSES)
    here = known["territory"]
    mine = [row for row in known["figures"] if row["code"] == here["code"] and row["level"] == here["level"]]
    beside = {(row["indicator"], row["code"]): row for row in known["figures"]}
    lines = [
        _brief(row)
        | {
            "compared_with": {
                place["name"]: beside[row["indicator"], place["code"]]["reading"]
                for place in known["compared_with"]
                if (row["indicator"], place["code"]) in beside
            }
        }
        for row in mine
    ]
    structures = [
        {name: row[name] for name in ("type", "open", "preparing", "places", "published", "completeness")}
        for row in known["structures"]
        if row["type"] in USUAL
    ]
    whole = completeness.whole(ask, USUAL, here["level"], here["code"])
    doubts = [row["completeness"] for row in structures if row["type"] not in whole]
    return {
        "territory": here,
        "figures": lines,
        "structures": structures,
        "cpts": [
            {name: row[name] for name in ("cpts_id", "name", "status", "perimeter", "population", "communes")}
            for row in known["cpts"][:MOST_CPTS]
        ],
        "more_cpts": max(0, len(known["cpts"]) - MOST_CPTS),
        "member_of": known["member_of"],
        "sources": _of_figures(mine),
        "doubts": [*doubts, known["cpts_completeness"], *_bounds(mine)],
    }


def white_zones(ask: Ask, territory: Place) -> Answer:
    """The communes in no CPTS (white), the zones that they make and the CPTS that each could join; and those of which nobody
    knows, which are not white."""
    here = reading.selection(ask, territory, catalog.DEFAULT_CPTS_STATUSES)
    table, more = gaps.whites(ask, here)
    names = table.set_index("code")["name"]
    zones = sorted(more["zones"], key=lambda zone: -zone["population"])
    return {
        "territory": more["territory"],
        "communes": more["communes"],
        "population": more["population"],
        "statuses": more["statuses"],
        "zones": [
            {
                "name": zone["name"],
                "population": zone["population"],
                "communes": [names[code] for code in zone["communes"][:MOST_NAMED] if code in names],
                "more_communes": max(0, len(zone["communes"]) - MOST_NAMED),
                "could_join": zone["could_join"][:4],
            }
            for zone in zones[:MOST_ZONES]
        ],
        "more_zones": max(0, len(zones) - MOST_ZONES),
        "published_coverage": more["published"],
        "sources": _sources(ask, ask.keep(_listing, ("CPTS",), tuple(ask(queries.reach, here.level, here.code)))),
        "doubts": [*more["notes"], *more["completeness"].values()],
    }


def nearest_structures(
    ask: Ask,
    territory: Annotated[
        str, Field(pattern=r"^(commune|arrondissement_municipal)-[0-9][0-9AB][0-9]{3}$", description="commune-08105")
    ],
    types: Annotated[list[str], Field(max_length=len(catalog.SITE_TYPE), description="MSP, CDS, PASS…")] = list(USUAL),  # noqa: B006
) -> Answer:
    """The nearest listed open structure of each type from a commune, as the crow flies and in estimated minutes."""
    kinds = reading.several(",".join(types), catalog.SITE_TYPE, "types")
    here = reading.place(ask, territory)
    known = {kind: (site, where, km, minutes) for kind, site, where, km, minutes in ask(sites.nearest, here.code)}
    sentences = completeness.of_territory(ask, kinds, here.level, here.code)
    whole = completeness.whole(ask, kinds, here.level, here.code)
    rows, cited = [], set()
    doubts = [sentences[kind] for kind in kinds if kind not in whole]
    for kind in kinds:
        trace = (
            figure_trace.trace(ask, f"distance_{kind.lower()}", here.level, here.code)
            if f"distance_{kind.lower()}" in catalog.INDICATOR
            else None
        )
        if kind not in known:
            rows.append({"type": kind, "nearest": None, "completeness": sentences[kind]})
            continue
        site, where, km, minutes = known[kind]
        row = {"type": kind, "nearest": site, "commune": where, "distance_km": round(km, 1), "minutes": round(minutes)}
        if trace is not None:
            row |= {"bound": trace.figure.bound, "as_of": trace.figure.as_of, "reading": trace.reading}
            doubts += trace.details
            cited.add(trace.source["source_id"])
        rows.append(row | {"completeness": sentences[kind]})
    doubts.append(f"Distances à vol d'oiseau, temps {catalog.TRAVEL.label} : à lire « environ ».")
    return {
        "territory": {"level": here.level, "code": here.code, "name": here.name},
        "structures": rows,
        "sources": _sources(ask, cited),
        "doubts": list(dict.fromkeys(doubts)),
    }


def compare(
    ask: Ask,
    places: Annotated[
        list[Place],
        Field(min_length=2, max_length=MOST_COMPARED, description="Of one level, to compare like with like"),
    ],
    indicator: Annotated[
        str, Field(max_length=60, description="Code of an indicator: densite, distance_msp, mortalite_prematuree_0_64…")
    ],
) -> Answer:
    """One figure in several territories. Bounds are never ranked; two years are never compared as one."""
    traces = [territories.trace_of(ask, place, indicator, None, reading.STATUSES) for place in places]
    rows = [{"territory": each["territory"], **_brief(each["figure"])} for each in traces]
    years = sorted({row["year"] for row in rows})
    doubts = _bounds([each["figure"] for each in traces])
    if len(years) > 1:
        doubts.append(f"Les chiffres sont de plusieurs années : {', '.join(map(str, years))}.")
    if len({row["territory"]["level"] for row in rows}) > 1:
        doubts.append("Les territoires sont de plusieurs niveaux : une commune ne se compare pas à une région.")
    doubts += [detail for each in traces for detail in each["details"]]
    comparable = len(years) == 1 and all(row["value"] is not None and row["bound"] not in words.BOUNDS for row in rows)
    return {
        "indicator": catalog.INDICATOR[indicator].label,
        "definition": catalog.INDICATOR[indicator].definition,
        "better": catalog.INDICATOR[indicator].direction or "ni plus ni moins",
        "figures": rows,
        "may_be_ranked": comparable,
        "sources": _of_figures([each["figure"] for each in traces]),
        "doubts": list(dict.fromkeys(doubts))[:MOST_DOUBTS],
    }


def trace_figure(
    ask: Ask,
    territory: Place,
    indicator: Annotated[str, Field(max_length=60, description="Code of an indicator: densite, couverture_cpts…")],
    year: Annotated[int | None, Field(ge=1800, le=2200, description="None: the latest")] = None,
) -> Answer:
    """Where a figure comes from: its value and bound, definition, formula, numbers, source file and doubts. Without a known
    indicator, the codes of those that the territory has."""
    if indicator not in catalog.INDICATOR:
        here = reading.place(ask, territory)
        known = territories.latest(ask, here)["figures"]
        raise unknown(
            indicator,
            f"Aucun indicateur de ce code ; ici il y a {', '.join(row['indicator'] for row in known)}",
            "No such indicator",
        )
    traced = dict(territories.trace_of(ask, territory, indicator, year, reading.STATUSES))
    source = traced.pop("source")
    return {
        **traced,
        "sources": [source],
        "doubts": [*traced["details"], *([source["doubts"]] if source.get("doubts") else [])],
    }


# -- what every answer carries ----------------------------------------------------------------------------------------


def _brief(row: dict) -> dict:
    """A figure in few words, nothing of what it is left out."""
    kept = ("indicator", "label", "value", "unit", "year", "bound", "basis", "reading", "source", "as_of", "note")
    return {name: row[name] for name in kept}


def _bounds(rows: Iterable[dict]) -> list[str]:
    """One sentence for each kind of figure that is not what it seems."""
    rows = list(rows)
    sentences = []
    for bound, sentence in (
        ("at_least", "Minimums (le recensement est partiel)"),
        ("at_most", "Maximums (un site plus proche peut ne pas être recensé)"),
        ("about", "Estimations"),
    ):
        if names := [row["label"] for row in rows if row["bound"] == bound]:
            sentences.append(f"{sentence} : {', '.join(dict.fromkeys(names))}.")
    if names := [row["label"] for row in rows if row["basis"] == catalog.WITHHELD]:
        sentences.append(f"Retenus par le secret, ni nuls ni manquants : {', '.join(dict.fromkeys(names))}.")
    if names := [row["label"] for row in rows if row["value"] is None and row["basis"] != catalog.WITHHELD]:
        sentences.append(f"Manquants à la source : {', '.join(dict.fromkeys(names))}.")
    return sentences


def _of_figures(rows: Iterable[dict]) -> list[dict]:
    """The sources of some figures, each once, with its date."""
    return [
        {"title": title, "as_of": date} for title, date in dict.fromkeys((row["source"], row["as_of"]) for row in rows)
    ]


def _sources(ask: Ask, wanted: Iterable[str]) -> list[dict]:
    """Sources by their identifiers."""
    frame = ask(provenance.sources)
    frame = frame[frame["source_id"].isin(list(wanted))]
    return [
        {
            name: None if pd.isna(getattr(row, name)) else str(getattr(row, name))
            for name in ("title", "producer", "licence", "vintage")
        }
        for row in frame.itertuples()
    ]


def _listing(ask: Ask, subjects: tuple[str, ...], departements: tuple[str, ...]) -> tuple[str, ...]:
    """The sources of the lists of these subjects in these départements."""
    frame = ask(access.dated_inventories, subjects)
    return tuple(frame.loc[frame["departement_code"].isin(departements), "source_id"].dropna().unique())


def over_http(edition: Callable[[], Edition], path: str) -> Starlette:
    """The same at an address, as an application with its lifespan.

    Nothing is kept between two questions: any replica answers. The atlas is public, and only read: no host is refused.
    """
    return assistant(edition).streamable_http_app(
        streamable_http_path=path,
        json_response=True,
        stateless_http=True,
        max_request_body_size=BODY_BYTES,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )


def main() -> int:
    """Answer on standard input and output until it is closed. One sentence, and a non-zero end, without a database."""
    if sentence := settings.mistakes():
        print(sentence, file=sys.stderr)
        return 2
    base = secrecy.warehouse(DATABASE, settings.secrecy()[0])
    try:
        base.edition()
    except Unavailable as error:
        print(error, file=sys.stderr)
        return 1
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    assistant(base.edition).run("stdio")
    return 0


if __name__ == "__main__":
    sys.exit(main())
