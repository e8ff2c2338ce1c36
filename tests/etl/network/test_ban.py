"""The geocoding of addresses: what it answers is kept, what goes wrong is one sentence and never an error."""

from __future__ import annotations

import csv
import email
import io
import json
import time
from dataclasses import replace

import pytest

from etl.network import ban
from etl.network.ban import AddressMatch, AddressQuestion
from etl.network.download import Settings
from tests.etl.server import Answer as Reply
from tests.etl.server import Fault, Request, Server, patience

QUICK = Settings(connect_s=20, read_s=20, retries=2, backoff_s=0.01, backoff_most_s=0.02)
DUCALE = AddressQuestion("1 place Ducale", "Charleville-Mézières", "", "08105")
NOWHERE = AddressQuestion("rue de nulle part", "Sedan", "", "08409")
COLUMNS = (
    "longitude",
    "latitude",
    "result_score",
    "result_score_next",
    "result_label",
    "result_type",
    "result_id",
    "result_postcode",
    "result_city",
    "result_citycode",
    "result_status",
)


class Service(Server):
    """The CSV service of the Géoplateforme, as its users describe it: it sends the rows back, with columns of its own."""

    def __init__(self):
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.tables: list[list[dict[str, str]]] = []
        self.spoil = lambda rows: rows

    def receive(self, kind: str, body: bytes) -> None:
        form = email.message_from_bytes(f"Content-Type: {kind}\n\n".encode() + body)
        fields: dict[str, list[str]] = {}
        for part in form.get_payload():
            name = part.get_param("name", header="content-disposition")
            fields.setdefault(name, []).append(part.get_payload(decode=True).decode())
        self.tables.append(list(csv.DictReader(io.StringIO(fields.pop("data")[0], newline=""))))
        self.forms.append(fields)

    def answer(self, request: Request) -> Reply:
        self.receive(request.headers["content-type"], request.body)
        rows = [row | dict.fromkeys(COLUMNS, "") | self.match(row) for row in self.tables[-1]]
        rows = self.spoil(rows)
        text = io.StringIO()
        writer = csv.DictWriter(text, rows[0] if rows else ["numero", *COLUMNS])
        writer.writeheader()
        writer.writerows(rows)
        return Reply(text.getvalue().encode())

    def match(self, row: dict[str, str]) -> dict[str, str]:
        if "nulle part" in row["adresse"]:
            return {"result_status": "not-found"}
        return {
            "longitude": "4.7206",
            "latitude": "49.7737",
            "result_score": "0.97",
            "result_type": "housenumber",
            "result_citycode": row["code_insee"],
            "result_status": "ok",
        }


@pytest.fixture
def service():
    with Service() as server:
        yield server


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "raw" / "ban.json"


@pytest.fixture
def ask(service, cache):
    def run(*questions: AddressQuestion, replies=None, settings=QUICK, **options):
        url = service.serve("/search/csv/", *(replies or [service.answer]))
        return ban.ask(questions, cache, url=url, settings=settings, **options)

    return run


def test_addresses_are_asked_in_one_table_and_answered_by_row(ask, service):
    answers, trouble = ask(DUCALE, NOWHERE, DUCALE)
    assert trouble == ""
    assert answers == {DUCALE: AddressMatch(4.7206, 49.7737, 0.97, "08105", "housenumber"), NOWHERE: None}
    assert service.forms == [
        {"columns": ["adresse", "commune"], "postcode": ["code_postal"], "citycode": ["code_insee"]}
    ]
    first = {
        "numero": "0",
        "adresse": "1 place Ducale",
        "commune": "Charleville-Mézières",
        "code_postal": "",
        "code_insee": "08105",
    }
    assert service.tables[0][0] == first and len(service.tables[0]) == 2


def test_what_was_answered_is_not_asked_again_even_offline(ask, service):
    before = ask(DUCALE, NOWHERE)
    assert ask(DUCALE, NOWHERE) == before
    assert ask(DUCALE, NOWHERE, offline=True) == before
    assert len(service.tables) == 1


def test_offline_asks_nothing_and_says_nothing(ask, service, cache):
    assert ask(DUCALE, offline=True) == ({}, "")
    assert service.requests == [] and not cache.exists()


def test_what_is_kept_does_not_name_the_address(ask, cache):
    ask(DUCALE)
    assert "Ducale" not in cache.read_text() and [path.name for path in cache.parent.iterdir()] == ["ban.json"]


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b'{"x": [1, 2]}', b"\xff\xfe"])
def test_a_damaged_cache_is_asked_again(ask, cache, damage):
    cache.parent.mkdir()
    cache.write_bytes(damage)
    answers, trouble = ask(DUCALE)
    assert answers[DUCALE].score == 0.97 and trouble == ""
    assert DUCALE.key in json.loads(cache.read_text())


def test_long_lists_go_in_batches_and_an_outage_keeps_those_that_came(ask, service, monkeypatch):
    monkeypatch.setattr(ban, "BATCH", 2)
    questions = [replace(DUCALE, address=f"{n} place Ducale") for n in range(5)]
    answers, trouble = ask(*questions, replies=[service.answer, Reply(status=400)])
    assert list(answers) == questions[:2]
    assert "répond 400" in trouble and trouble.endswith("Adresses sans réponse : 3.")
    answers, trouble = ask(*questions)
    assert list(answers) == questions and trouble == ""
    assert [len(table) for table in service.tables] == [2, 2, 1]  # those answered: none of them is asked again


def test_a_run_that_is_killed_keeps_the_batches_that_came(ask, service, monkeypatch):
    monkeypatch.setattr(ban, "BATCH", 2)
    questions = [replace(DUCALE, address=f"{n} place Ducale") for n in range(5)]

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        steps = iter((ban._ask, killed))
        patch.setattr(ban, "_ask", lambda *arguments: next(steps)(*arguments))
        with pytest.raises(KeyboardInterrupt):
            ask(*questions)
    assert list(ask(*questions, offline=True)[0]) == questions[:2]


def test_a_passing_fault_is_tried_again(ask, service):
    answers, trouble = ask(DUCALE, replies=[Reply(status=503), Reply(fault=Fault.CUT, length=10), service.answer])
    assert answers[DUCALE].citycode == "08105" and trouble == ""
    assert len(service.requests) == 3


def numbered(count: int) -> list[AddressQuestion]:
    return [replace(DUCALE, address=f"{n} place Ducale") for n in range(count)]


FAILURES = [
    Reply(status=500),
    Reply(status=400),
    Reply(status=504),
    Reply(fault=Fault.MUTE),
    Reply(b"x" * 100, fault=Fault.RESET, after=10),
]


@pytest.mark.parametrize("failure", FAILURES, ids=["500", "400", "504", "silence", "cut"])
def test_a_line_that_the_service_cannot_read_loses_only_itself(ask, service, failure):
    questions = numbered(20)

    def reply(request):
        given = service.answer(request)
        return failure if any(row["adresse"] == questions[13].address for row in service.tables[-1]) else given

    answers, trouble = ask(*questions, replies=[reply], settings=patience(QUICK, failure.fault))
    assert list(answers) == [question for question in questions if question != questions[13]]
    assert trouble.endswith("Adresses sans réponse : 1.")
    before = len(service.tables)
    assert ask(*questions)[0].keys() == set(questions)  # the next run asks for that one alone
    assert [len(table) for table in service.tables[before:]] == [1]


@pytest.mark.parametrize("failure", FAILURES, ids=["500", "400", "504", "silence", "cut"])
def test_a_batch_too_large_is_halved_until_it_passes(ask, service, failure):
    def reply(request):
        given = service.answer(request)
        return failure if len(service.tables[-1]) > 6 else given

    settings = patience(QUICK, failure.fault, 0.5)  # a batch that passes has time to
    answers, trouble = ask(*numbered(20), replies=[reply], settings=settings)
    assert len(answers) == 20 and trouble == ""
    assert {len(table) for table in service.tables} == {20, 10, 5}


def test_a_service_that_is_down_is_not_asked_line_by_line(ask, service, monkeypatch):
    monkeypatch.setattr(ban, "BATCH", 256)
    answers, trouble = ask(*numbered(1000), replies=[Reply(status=500)])
    assert answers == {} and "répond 500" in trouble and trouble.endswith("Adresses sans réponse : 1000.")
    assert len(service.requests) <= 2 * ban.MOST_FAILURES + 8


def test_a_service_that_waits_too_long_is_left(cache, service):
    service.serve("/", Reply(fault=Fault.MUTE))
    began = time.monotonic()
    answers, trouble = ban.ask(
        numbered(64), cache, url=service.url("/"), settings=replace(patience(QUICK, Fault.MUTE), total_s=0.5)
    )
    assert answers == {} and "ne répond pas à temps" in trouble
    assert time.monotonic() - began < 4


FAULTS = [
    (Reply(status=500), "répond 500"),
    (Reply(status=404), "répond 404"),
    (Reply(b"<html>maintenance</html>"), "page web"),
    (Reply(b""), "n'ont plus de colonne"),
    (Reply(b'numero,longitude\n"0'), "n'ont plus de colonne"),
    (Reply(fault=Fault.MUTE), "ne répond pas à temps"),
    (Reply(b"x" * 100, fault=Fault.STALL, after=10), "ne répond pas à temps"),
    (Reply(b"x" * 100, fault=Fault.RESET, after=10), "injoignable"),
]


@pytest.mark.parametrize(("reply", "words"), FAULTS)
def test_a_lasting_fault_is_one_sentence(ask, reply, words):
    answers, trouble = ask(DUCALE, replies=[reply], settings=patience(QUICK, reply.fault))
    assert answers == {}
    assert trouble.startswith("Base adresse nationale : ") and words in trouble and "\n" not in trouble


def test_nobody_at_the_address_is_one_sentence(cache):
    answers, trouble = ban.ask([DUCALE], cache, url="http://127.0.0.1:9/search/csv/", settings=QUICK)
    assert answers == {} and "injoignable" in trouble


def test_a_lost_column_is_named(ask, service):
    service.spoil = lambda rows: [{k: v for k, v in row.items() if k != "result_citycode"} for row in rows]
    assert "n'ont plus de colonne result_citycode" in ask(DUCALE)[1]


def test_fewer_rows_than_sent_are_told_and_the_others_kept(ask, service):
    service.spoil = lambda rows: rows[1:]
    answers, trouble = ask(NOWHERE, DUCALE)
    assert list(answers) == [DUCALE] and "n'a pas répondu à toutes" in trouble


@pytest.mark.parametrize("nonsense", [{"numero": "7"}, {"numero": "x"}, {"numero": ""}, {"result_status": "error"}])
def test_a_row_that_is_nobody_s_is_not_believed(ask, service, nonsense):
    service.spoil = lambda rows: [row | nonsense for row in rows]
    assert ask(DUCALE)[0] == {}


@pytest.mark.parametrize(
    "nonsense", [{"longitude": "nan"}, {"latitude": "95"}, {"result_score": "12"}, {"longitude": ""}]
)
def test_an_impossible_position_is_no_answer(ask, service, nonsense):
    service.spoil = lambda rows: [row | nonsense for row in rows]
    assert ask(DUCALE) == ({DUCALE: None}, "")


def test_a_cache_that_cannot_be_written_loses_nothing_but_memory(ask, cache):
    cache.parent.write_text("a file where the folder should be")
    answers, trouble = ask(DUCALE)
    assert answers[DUCALE].citycode == "08105" and "ne se laisse pas écrire" in trouble
