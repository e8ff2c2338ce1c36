"""What assistants are told, by the protocol's own client: in process, over standard input, from the command."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from maillage.queries import sites
from maillage.subjects.provenance import figure_trace
from tests.fabricated import MORTALITY

ROOT = Path(__file__).parents[3]
MOST_CHARACTERS = 30_000
TOOLS = {"find_territory", "profile", "white_zones", "nearest_structures", "compare", "trace_figure"}


@pytest.fixture(scope="module")
def assistant():
    from maillage.api import (
        assistant,  # its protocol takes a third of a second, of every worker that collects these tests
    )

    return assistant


def client_of(server):
    from mcp import Client

    return Client(server)


def call(server, tool, /, **arguments):
    """(whether it failed, what it answers)"""

    async def talk():
        async with client_of(server) as client:
            return await client.call_tool(tool, arguments)

    result = asyncio.run(talk())
    return result.is_error, result.structured_content if not result.is_error else result.content[0].text


def answer(server, tool, /, **arguments):
    failed, body = call(server, tool, **arguments)
    assert not failed, body
    assert set(body) >= {"sources", "doubts", "build"} and len(json.dumps(body, ensure_ascii=False)) < MOST_CHARACTERS
    return body


@pytest.fixture(scope="module")
def server(assistant, warehouse):
    return assistant.assistant(warehouse.edition)


@pytest.fixture(scope="module")
def partial_server(assistant, partial_edition):
    return assistant.assistant(lambda: partial_edition)


def test_tools_say_what_they_do_and_only_read(server):
    async def talk():
        async with client_of(server) as client:
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = asyncio.run(talk())
    assert {tool.name for tool in tools} == TOOLS and "12 recensées sur 22 publiées" in instructions
    for tool in tools:
        assert tool.description and tool.annotations.read_only_hint and not tool.annotations.open_world_hint
        assert "ask" not in tool.input_schema["properties"]


def test_a_territory_is_found_and_leads_to_the_others(server):
    first = answer(server, "find_territory", name="rethel")["found"][0]
    assert first["territory"] == "commune-08362"
    assert answer(server, "profile", territory=first["territory"])["territory"]["name"] == "Rethel"
    assert answer(server, "find_territory", name="zzzzzz")["doubts"]


@pytest.mark.parametrize("territory", ["france-FR", "region-44", "departement-59", "commune-75056"])
def test_answers_are_bounded_wherever_they_are_asked(server, territory):
    body = answer(server, "profile", territory=territory)
    assert all(row["year"] and row["source"] and row["reading"] for row in body["figures"]) and body["sources"]
    answer(server, "white_zones", territory=territory)


def test_the_nearest_are_those_of_the_page(ask, server):
    body = answer(server, "nearest_structures", territory="commune-08105", types=["MSP", "CDS"])
    page = {kind: site for kind, site, *_ in ask(sites.nearest, "08105")}
    assert {row["type"]: row["nearest"] for row in body["structures"]} == {kind: page[kind] for kind in ("MSP", "CDS")}
    assert body["sources"] and "environ" in body["doubts"][-1]


def test_12_listed_of_22_published_reaches_the_assistant(partial_server):
    near = answer(partial_server, "nearest_structures", territory="commune-08105", types=["MSP"])
    profile = answer(partial_server, "profile", territory="departement-08")
    for body in (near, profile):
        assert any("12\u00a0MSP recensées sur 22 publiées fin 2023" in doubt for doubt in body["doubts"]), body[
            "doubts"
        ]
    far = answer(partial_server, "nearest_structures", territory="commune-35238", types=["MSP"])
    assert far["structures"][0]["nearest"] is None
    assert any("56\u00a0MSP publiées fin 2023, aucune localisée" in doubt for doubt in far["doubts"])


def test_a_figure_is_traced_to_its_file(ask, server):
    page = figure_trace.trace(ask, "densite", "departement", "08")
    body = answer(server, "trace_figure", territory="departement-08", indicator="densite")
    assert body["figure"]["value"] == page.value and body["sources"][0]["title"] == page.source["title"]
    assert set(page.details) <= set(body["doubts"])


def test_bounds_and_years_are_not_ranked(server, ask):
    assert answer(server, "compare", places=["departement-08", "departement-71"], indicator="densite")["may_be_ranked"]
    body = answer(server, "compare", places=["departement-08", "commune-08105"], indicator="densite")
    assert any("plusieurs niveaux" in doubt for doubt in body["doubts"])
    rates = answer(server, "compare", places=["departement-08", "departement-59"], indicator="structures_lhss_100k")
    bounded = [row for row in rates["figures"] if row["bound"] == "at_least"]
    assert rates["may_be_ranked"] is (not bounded) and (
        not bounded or any("Minimums" in each for each in rates["doubts"])
    )


def test_a_secret_is_one_here_too(assistant, veiled):
    server = assistant.assistant(lambda: veiled)
    body = answer(server, "trace_figure", territory="departement-48", indicator=MORTALITY)
    assert body["figure"]["value"] is None and body["figure"]["reading"].startswith("NS") and body["numerator"] is None
    pair = answer(server, "compare", places=["departement-48", "departement-12"], indicator=MORTALITY)
    assert not pair["may_be_ranked"] and any("secret" in doubt for doubt in pair["doubts"])


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("profile", {"territory": "departement-99"}, "Aucun territoire"),
        ("profile", {"territory": "' OR 1=1"}, "pattern"),
        ("trace_figure", {"territory": "departement-08", "indicator": "nothing"}, "densite"),
        ("compare", {"places": ["departement-08"] * 500, "indicator": "densite"}, "at most"),
        ("nearest_structures", {"territory": "commune-08105", "types": ["HOSPITAL"]}, "MSP"),
        ("nearest_structures", {"territory": "departement-08"}, "pattern"),
    ],
)
def test_what_is_asked_wrongly_is_said_without_a_trace(server, tool, arguments, words):
    failed, text = call(server, tool, **arguments)
    assert failed and words in text and "Traceback" not in text


def test_the_command_answers_on_standard_input():
    from mcp.client.stdio import StdioServerParameters

    command = StdioServerParameters(command=sys.executable, args=["-m", "maillage.api.assistant"], cwd=ROOT)
    assert answer(command, "find_territory", name="Ardennes")["found"][0]["territory"] == "departement-08"


def test_the_command_without_a_database_says_so(assistant, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(assistant, "DATABASE", tmp_path / "a.duckdb")
    assert assistant.main() == 1
    out, err = capsys.readouterr()
    assert out == "" and err.strip() == "La base de données n'existe pas encore."
