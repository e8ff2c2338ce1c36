"""Every way a download can go wrong, against a server that does it: what is said, what is kept, what is left behind."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache as once
from pathlib import Path

import pytest

from etl.network import content, download
from etl.network import fetch as fetching
from etl.network.cache import Cache, Fetched
from etl.network.fetch import Settings, fetch
from etl.source import Remote, Source, SourceError
from tests.etl.server import TEN_GB, Answer, Fault, Request, Server, huge, patience, redirect

ROOT = Path(__file__).parents[3]
OLD, NEW = (
    b'[{"code": "08105"}]',
    json.dumps([{"code": "08105", "nom": "Charleville-M\u00e9zi\u00e8res"}] * 5000).encode(),
)
QUICK = Settings(
    connect_s=2, read_s=20, slow_s=20, slow_bytes_per_s=1000, retries=2, backoff_s=0.001, backoff_most_s=0.01
)
STALE_DATE = "2026-08-12T06:00:00+00:00"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture
def cache(tmp_path) -> Cache:
    return Cache(tmp_path / "raw")


def source(url: str, kind: str = "json", **options) -> Source:
    remote = Remote(url, kind, **options)
    return Source("communes", "Communes", "IGN", "https://example.fr", "LO 2.0", "2026", remote=remote)


def keep_old(cache: Cache, url: str, kind: str = "json", **validators) -> Fetched:
    """What an earlier build fetched and accepted, on 12 August 2026."""
    with cache.draft("communes") as draft:
        draft.write_bytes(OLD)
        sha256 = hashlib.sha256(OLD).hexdigest()
        kept = cache.store("communes", draft, sha256=sha256, kind=kind, url=url, name="communes.json", **validators)
    cache.accept("communes", kept, 1)
    path = kept.path.parents[1] / "sources" / "communes.json"
    index = json.loads(path.read_text())
    path.write_text(json.dumps({key: entry | {"retrieved_at": STALE_DATE} for key, entry in index.items()}))
    return cache.latest("communes")


def left_behind(tmp_path: Path) -> list[Path]:
    """Drafts."""
    return [path for path in (tmp_path / "raw").rglob(".*") if path.name != ".lock"]


def just_now(moment: datetime) -> bool:
    return timedelta(0) <= datetime.now(UTC) - moment < timedelta(minutes=5)


@once
def workbook(zeros: int = 0) -> bytes:
    """With so many bytes of nothing."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("xl/workbook.xml", b"<workbook/>" + bytes(zeros))
    return file.getvalue()


# -- when all is well -----------------------------------------------------------------------------------------------


def test_a_file_comes_whole_dated_and_named(server, cache, tmp_path):
    url = server.serve("/data/communes.json", Answer(NEW))
    fetched = fetch(source(url), cache, settings=QUICK)
    assert fetched.path.read_bytes() == NEW
    assert (fetched.outcome, fetched.trouble) == ("nouveau", "")
    assert (fetched.url, fetched.name, fetched.sha256) == (url, "communes.json", hashlib.sha256(NEW).hexdigest())
    assert just_now(fetched.retrieved_at)
    assert cache.latest("communes").path == fetched.path
    assert left_behind(tmp_path) == []


def test_who_asks_is_said_and_the_bytes_asked_for_are_those_of_the_file(server, cache):
    fetch(source(server.serve("/a", Answer(NEW))), cache, settings=QUICK)
    headers = server.requests[0].headers
    assert headers["user-agent"].startswith("Maillage/0.1 (")
    assert headers["accept-encoding"] == "identity"


WHOLE = {
    "JSON": ("json", NEW),
    "JSON with a mark": ("json", b"\xef\xbb\xbf {}\n"),
    "CSV": ("csv", b"code;nom\n08105;Charleville\n"),
    "CSV of Windows": ("csv", "Région;Été\n".encode("cp1252")),
    "workbook": ("xlsx", workbook()),
    "archive": ("zip", workbook()),
    "gzip": ("json.gz", gzip.compress(NEW)),
    "gzip in two members": ("csv.gz", gzip.compress(b"a;b\n") + gzip.compress(b"1;2\n")),
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("chunked", [False, True])
def test_every_kind_is_recognised(server, cache, name, chunked):
    kind, body = WHOLE[name]
    fetched = fetch(source(server.serve("/a", Answer(body, chunked=chunked)), kind), cache, settings=QUICK)
    assert fetched.path.read_bytes() == body
    assert fetched.path.name.endswith(f".{kind}")


def test_a_server_that_encodes_although_nobody_asked_is_understood(server, cache):
    encoded = Answer(gzip.compress(NEW), headers={"Content-Encoding": "gzip"}, etag='"a"')
    plain = fetch(source(server.serve("/a.json", encoded)), cache, settings=QUICK)
    assert plain.path.read_bytes() == NEW
    packed = fetch(source(server.serve("/a.json.gz", encoded), "json.gz"), cache, settings=QUICK)
    assert packed.path.read_bytes() == encoded.body


def test_progress_tells_bytes_done_and_in_all(server, cache):
    steps: list[tuple] = []
    url = server.serve("/a", Answer(NEW))
    fetch(source(url), cache, settings=QUICK, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (len(NEW), len(NEW))
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_the_bar_shows_the_label_the_speed_and_the_time_left(capsys):
    with fetching.bar("Communes") as progress:
        progress(1_000_000, 4_000_000)
        progress(500_000, 4_000_000)  # started again
        progress(4_000_000, 4_000_000)
    bar = capsys.readouterr().err
    assert "Communes" in bar and "4.00M/4.00M" in bar and "o/s" in bar and "reste" in bar


# -- nothing newer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("validators", [{"etag": '"v1"'}, {"last_modified": "Wed, 12 Aug 2026 06:00:00 GMT"}])
def test_nothing_newer_is_confirmed_without_a_body(server, cache, validators):
    url = server.serve("/a", Answer(OLD, **validators))
    kept = keep_old(cache, url, **validators)
    fetched = fetch(source(url), cache, settings=QUICK)
    assert (fetched.outcome, fetched.path) == ("inchange", kept.path)
    assert server.requests[0].status == 304
    assert just_now(fetched.retrieved_at) and just_now(cache.good("communes").retrieved_at)


def test_the_same_bytes_sent_again_are_no_news(server, cache):
    url = server.serve("/a", Answer(OLD))
    kept = keep_old(cache, url, etag='"v1"')
    fetched = fetch(source(url), cache, settings=QUICK)
    assert (fetched.outcome, fetched.path, server.requests[0].status) == ("inchange", kept.path, 200)
    assert just_now(cache.good("communes").retrieved_at)


def test_a_new_version_replaces_the_latest_and_leaves_the_good_one(server, cache):
    url = server.serve("/a", Answer(NEW, etag='"v2"'))
    kept = keep_old(cache, url, etag='"v1"')
    fetched = fetch(source(url), cache, settings=QUICK)
    assert (fetched.outcome, fetched.path.read_bytes()) == ("nouveau", NEW)
    assert cache.latest("communes").path == fetched.path
    assert cache.good("communes").path == kept.path


def test_a_damaged_cache_is_asked_for_again_without_condition(server, cache):
    url = server.serve("/a", Answer(OLD, etag='"v1"'))
    keep_old(cache, url, etag='"v1"').path.write_bytes(b"[")
    assert fetch(source(url), cache, settings=QUICK).path.read_bytes() == OLD
    assert "if-none-match" not in server.requests[0].headers


def test_a_file_kept_for_another_address_is_no_condition_here(server, cache):
    url = server.serve("/b", Answer(NEW, etag='"v1"'))
    keep_old(cache, server.url("/a"), etag='"v1"')
    assert fetch(source(url), cache, settings=QUICK).outcome == "nouveau"


# -- faults that pass -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again(server, cache, status):
    url = server.serve("/a", Answer(status=status), Answer(NEW))
    assert fetch(source(url), cache, settings=QUICK).outcome == "nouveau"
    assert [request.status for request in server.requests] == [status, 200]


@pytest.mark.parametrize("asked", ["1", "date"])
def test_the_wait_a_server_asks_for_is_respected(server, cache, monkeypatch, asked):
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    later = datetime.now(UTC) + timedelta(seconds=30)
    asked = f"{later:%a, %d %b %Y %H:%M:%S GMT}" if asked == "date" else "30"
    url = server.serve("/a", Answer(status=429, headers={"Retry-After": asked}), Answer(NEW))
    assert fetch(source(url), cache, settings=QUICK).outcome == "nouveau"
    assert len(waits) == 1 and 20 < waits[0] <= 30.1


@pytest.mark.parametrize("asked", ["soon", "-5", "", "Thu, 01 Jan 99999 00:00:00 GMT"])
def test_a_wait_that_means_nothing_is_ours_to_choose(server, cache, asked):
    url = server.serve("/a", Answer(status=503, headers={"Retry-After": asked}), Answer(NEW))
    assert fetch(source(url), cache, settings=QUICK).outcome == "nouveau"


@pytest.mark.parametrize("settings", [Settings(wait_most_s=10), Settings(total_s=10)])
def test_a_wait_too_long_is_not_waited(server, cache, settings):
    url = server.serve("/a", Answer(status=429, headers={"Retry-After": "86400"}), Answer(NEW))
    with pytest.raises(SourceError, match="répond 429 et demande d'attendre 86400 secondes"):
        fetch(source(url), cache, settings=settings)
    assert len(server.requests) == 1


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.RESET, Fault.STALL, Fault.DRIP])
@pytest.mark.parametrize("validators", [{"etag": '"v1"'}, {"last_modified": "Wed, 12 Aug 2026 06:00:00 GMT"}])
def test_a_body_that_stops_is_resumed_from_the_next_byte(server, cache, tmp_path, fault, validators):
    url = server.serve("/a", Answer(NEW, fault=fault, after=100_000, **validators), Answer(NEW, **validators))
    fetched = fetch(source(url), cache, settings=patience(QUICK, fault, 0.5))
    assert fetched.path.read_bytes() == NEW
    assert hashlib.sha256(NEW).hexdigest() == fetched.sha256
    first, second = server.requests
    assert (first.range, second.status) == (None, 206)
    start = int(second.range.removeprefix("bytes=").removesuffix("-"))
    assert 0 < start <= 100_000 if fault is Fault.RESET else start >= 100_000  # a reset may drop what was on its way
    assert second.headers["if-range"] == next(iter(validators.values()))
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"etag": '"v1"'}, {"etag": '"v1"', "ranges": False}),  # no ranges here
        ({}, {}),  # nothing to resume by
        ({"etag": 'W/"v1"'}, {"etag": 'W/"v1"'}),  # a weak ETag does not promise the same bytes
        ({"etag": '"v1"', "chunked": True}, {"etag": '"v1"', "ranges": False, "chunked": True}),
    ],
)
def test_a_body_that_cannot_be_resumed_starts_again(server, cache, first, then):
    url = server.serve("/a", Answer(NEW, fault=Fault.CUT, after=50_000, **first), Answer(NEW, **then))
    fetched = fetch(source(url), cache, settings=QUICK)
    assert fetched.path.read_bytes() == NEW
    assert [request.status for request in server.requests] == [200, 200]


def test_a_file_that_changes_during_its_download_is_the_new_one(server, cache):
    first = Answer(OLD * 9000, etag='"v1"', fault=Fault.CUT, after=100_000)
    url = server.serve("/a", first, Answer(NEW, etag='"v2"'))
    assert fetch(source(url), cache, settings=QUICK).path.read_bytes() == NEW
    assert server.requests[1].headers["if-range"] == '"v1"'
    assert cache.conditions("communes", url) == {"If-None-Match": '"v2"'}


@pytest.mark.parametrize(
    "new",
    [NEW, b"[2]", b"[" + b" " * (len(OLD * 9000) - 2) + b"]"],
    ids=["longer", "too short for the byte asked for", "as long"],
)
def test_a_server_that_resumes_another_file_is_not_believed(server, cache, new):
    first = Answer(OLD * 9000, etag='"v1"', fault=Fault.CUT, after=100_000)
    url = server.serve("/a", first, Answer(new, etag='"v2"', trusts_ranges=True))
    assert fetch(source(url), cache, settings=QUICK).path.read_bytes() == new
    assert [request.range is None for request in server.requests] == [True, False, True]


def test_several_cuts_in_a_row_are_all_resumed(server, cache):
    cuts = [Answer(NEW, etag='"v1"', fault=Fault.CUT, after=60_000)] * 3  # each from where the last one stopped
    url = server.serve("/a", *cuts, Answer(NEW, etag='"v1"'))
    fetched = fetch(source(url), cache, settings=Settings(retries=5, backoff_s=0.001))
    assert fetched.path.read_bytes() == NEW
    assert [request.status for request in server.requests] == [200, 206, 206, 206]


def test_redirections_are_followed(server, cache):
    server.serve("/c", Answer(NEW, etag='"v1"'))
    server.serve("/b", redirect("c"))
    url = server.serve("/a?x=1", redirect("/b", 301))
    fetched = fetch(source(url), cache, settings=QUICK)
    assert (fetched.path.read_bytes(), fetched.url) == (NEW, url)
    assert fetch(source(url), cache, settings=QUICK).outcome == "inchange"


def test_the_body_of_a_redirection_is_not_read(server, cache):
    target = server.serve("/b", Answer(NEW))
    headers = {"Location": target}
    url = server.serve("/a", Answer(b" " * 100, 302, headers, length=TEN_GB, fault=Fault.STALL, after=100))
    assert fetch(source(url), cache, settings=QUICK).path.read_bytes() == NEW


# -- faults that last -----------------------------------------------------------------------------------------------


def closed_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/a"


@once
def bomb(megabytes: int) -> bytes:
    return gzip.compress(b"[" + b" " * (megabytes * content.MB) + b"]", 1)


HTML = b"<!DOCTYPE html>\n<html><head><title>Maintenance</title></head></html>"
WFS_ERROR = b'<?xml version="1.0"?><ServiceExceptionReport/>'
# Bombs are made when they are asked for: every worker reads this table, and one of them serves it.
FAULTS = {
    "404": ("json", [Answer(status=404)], "répond 404 (fichier introuvable). L'adresse a peut-être changé"),
    "403": ("json", [Answer(HTML, status=403)], "répond 403 (accès refusé)"),
    "418": ("json", [Answer(status=418)], "répond 418. "),
    "204": ("json", [Answer(status=204)], "répond 204. "),
    "206 unasked": ("json", [Answer(b"[1]", status=206)], "répond 206. "),
    "304 unasked": ("json", [Answer(status=304)], "répond 304. "),
    "429": ("json", [Answer(status=429, headers={"Retry-After": "0"})], "répond 429"),
    "500": ("json", [Answer(status=500)], "répond 500"),
    "mute": ("json", [Answer(fault=Fault.MUTE)], "ne dit plus rien depuis 0.2 secondes"),
    "stall": ("json", [Answer(NEW, fault=Fault.STALL, after=10)], "ne dit plus rien depuis 0.2 secondes"),
    "drip": ("json", [Answer(NEW, fault=Fault.DRIP, after=10)], "n'envoie presque plus rien"),
    "cut": ("json", [Answer(NEW, fault=Fault.CUT, after=10)], "a été coupée au bout de 10 octets"),
    "cut at once": ("json", [Answer(NEW, fault=Fault.CUT)], "a été coupée au bout de 0 octets"),
    "cut in chunks": ("json", [Answer(NEW, fault=Fault.CUT, after=10, chunked=True)], "a été coupée au bout de"),
    "bad encoding": ("json", [Answer(NEW, headers={"Content-Encoding": "gzip"})], "a été coupée au bout de 0 octets"),
    "ten gigabytes": ("json", [huge()], "annonce 10000 Mo, alors que ce fichier n'en fait pas plus de 2"),
    "endless": ("json", [Answer(b"[" + b" " * 3_000_000, chunked=True)], "dépasse 2 Mo, alors que"),
    "bomb": ("json.gz", [lambda _: Answer(bomb(100))], "le fichier compressé en contient un de plus de 80 Mo"),
    "encoded bomb": ("json", [lambda _: Answer(bomb(50), headers={"Content-Encoding": "gzip"})], "dépasse 2 Mo"),
    "workbook bomb": (
        "xlsx",
        [lambda _: Answer(workbook(90_000_000))],
        "le classeur Excel contient 90 Mo une fois ouvert",
    ),
    "empty": ("json", [Answer(b"")], "le fichier est vide"),
    "blank": ("csv", [Answer(b"\xef\xbb\xbf \r\n")], "le fichier est vide"),
    "empty gzip": ("csv.gz", [Answer(gzip.compress(b""))], "le fichier est vide"),
    "gzip of no byte": ("csv.gz", [Answer(b"")], "le fichier est vide"),
    "HTML for JSON": ("json", [Answer(HTML)], "une page web à la place du fichier JSON attendu"),
    "HTML for CSV": ("csv", [Answer(b"\n\n" + HTML)], "une page web à la place du fichier CSV attendu"),
    "HTML for xlsx": ("xlsx", [Answer(HTML)], "une page web à la place du fichier classeur Excel"),
    "HTML for gzip": ("json.gz", [Answer(HTML)], "une page web à la place du fichier JSON attendu"),
    "XML for JSON": ("json", [Answer(WFS_ERROR)], "un document XML, souvent un message d'erreur, à la place"),
    "text for JSON": ("json", [Answer(b"Service unavailable")], "le contenu n'est pas un fichier JSON"),
    "zip for CSV": ("csv", [Answer(workbook())], "le contenu n'est pas un fichier CSV"),
    "CSV for xlsx": ("xlsx", [Answer(b"a;b\n1;2\n")], "le contenu n'est pas un fichier classeur Excel (xlsx)"),
    "JSON for gzip": ("json.gz", [Answer(NEW)], "le contenu n'est pas un fichier compressé (gzip)"),
    "gzip for JSON": ("json", [Answer(gzip.compress(NEW))], "le contenu n'est pas un fichier JSON"),
    "truncated gzip": ("json.gz", [Answer(gzip.compress(NEW)[:-100])], "le fichier compressé (gzip) est tronqué"),
    "damaged gzip": ("json.gz", [Answer(gzip.compress(NEW)[:-8] + bytes(8))], "le fichier compressé (gzip) est abîmé"),
    "gzip and garbage": ("json.gz", [Answer(gzip.compress(NEW) + b"<html>")], "(gzip) est abîmé"),
    "truncated JSON": ("json", [Answer(NEW[:-100])], "le fichier JSON s'arrête au milieu"),
    "zip bomb": ("zip", [lambda _: Answer(workbook(90_000_000))], "le fichier zip contient 90 Mo une fois ouvert"),
    "HTML for zip": ("zip", [Answer(HTML)], "une page web à la place du fichier archive (zip)"),
    "CSV for zip": ("zip", [Answer(b"a;b\n1;2\n")], "le contenu n'est pas un fichier archive (zip)"),
    "truncated zip": ("zip", [Answer(workbook()[:-30])], "le fichier zip est tronqué ou abîmé"),
    "truncated xlsx": ("xlsx", [Answer(workbook()[:-30])], "le classeur Excel est tronqué ou abîmé"),
    "redirect loop": ("json", [redirect("/a")], "renvoie d'adresse en adresse sans fin"),
    "redirect to a file": ("json", [redirect("file:///etc/passwd")], "une adresse en « file: », qui n'est pas suivie"),
    "redirect to ftp": ("json", [redirect("ftp://127.0.0.1/a")], "une adresse en « ftp: », qui n'est pas suivie"),
    "redirect nowhere": ("json", [redirect("http://[::bad")], "renvoie vers une adresse illisible"),
    "redirect in no alphabet": ("json", [redirect("/\xe9")], "renvoie vers une adresse illisible"),
    "redirect to no port": ("json", [redirect("http://127.0.0.1:99999/")], "n'est pas utilisable"),
    "redirect to nonsense": ("json", [redirect("http://\0/")], "l'adresse « http://?/ » n'est pas utilisable"),
    "two lengths": ("json", [Answer(NEW, headers={"Content-Length": "5, 6"})], "quelque chose qui n'est pas du HTTP"),
    "length of 5,000 digits": ("json", [Answer(NEW, headers={"Content-Length": "9" * 5000})], "alors que ce fichier"),
}


def fault(name: str) -> Fault | None:
    return getattr(FAULTS[name][1][0], "fault", None)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_lasts_leaves_the_last_file_and_says_why(server, cache, tmp_path, name):
    kind, answers, sentence = FAULTS[name]
    url = server.serve("/a", *answers)
    with pytest.raises(SourceError) as refusal:
        fetch(source(url, kind, most_mb=2), cache, settings=patience(QUICK, fault(name)))
    assert str(refusal.value).startswith("Source « Communes » : ") and sentence in str(refusal.value)
    assert cache.latest("communes") is None and left_behind(tmp_path) == []

    kept = keep_old(cache, server.url("/elsewhere"))
    server.serve("/a", *answers)
    stale = fetch(source(url, kind, most_mb=2), cache, settings=patience(QUICK, fault(name)))
    assert (stale.outcome, stale.path, stale.path.read_bytes()) == ("perime", kept.path, OLD)
    assert stale.retrieved_at == datetime.fromisoformat(STALE_DATE)
    assert sentence in stale.trouble and stale.trouble.endswith("En attendant, son fichier du 12/08/2026 sert.")
    assert cache.latest("communes").retrieved_at == stale.retrieved_at
    assert left_behind(tmp_path) == []
    assert list((tmp_path / "raw" / "objects").iterdir()) == [kept.path]


@pytest.mark.parametrize(
    ("name", "tries"),
    [
        ("404", 1),
        ("500", 3),
        ("mute", 3),
        ("cut", 3),
        ("HTML for JSON", 1),
        ("ten gigabytes", 1),
        ("truncated gzip", 2),
        ("truncated JSON", 2),
        ("redirect loop", 6),
        ("redirect to a file", 1),
    ],
)
def test_what_may_pass_is_tried_again_and_what_may_not_is_left(server, cache, name, tries):
    kind, answers, _ = FAULTS[name]
    with pytest.raises(SourceError):
        fetch(source(server.serve("/a", *answers), kind, most_mb=2), cache, settings=patience(QUICK, fault(name)))
    assert len(server.requests) == tries


def test_ten_gigabytes_are_refused_before_the_body(server, cache):
    steps: list[int] = []
    with pytest.raises(SourceError, match="annonce 10000 Mo"):
        url = server.serve("/a", huge())
        fetch(source(url), cache, settings=QUICK, progress=lambda done, total: steps.append(done))
    assert steps == []


def test_one_deadline_bounds_the_whole_of_it(server, cache):
    url = server.serve("/a", Answer(NEW, fault=Fault.DRIP, after=10))
    with pytest.raises(SourceError, match="a duré plus de 0 minutes"):
        fetch(source(url), cache, settings=Settings(total_s=0.3, slow_s=60, retries=50))
    assert len(server.requests) == 1


def test_nobody_there_is_soon_given_up(cache, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    with pytest.raises(SourceError, match=r"127\.0\.0\.1 est injoignable\. Vérifiez la connexion au réseau"):
        fetch(source(closed_port()), cache)
    assert len(waits) == 1


def test_a_name_that_does_not_exist_is_nobody_there(cache):
    with pytest.raises(SourceError, match=r"serveur maillage\.invalid est injoignable"):
        fetch(source("https://maillage.invalid/a"), cache, settings=QUICK)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "a.json", "http://", "http://exa mple.fr/", "http://a..b/"])
def test_an_address_that_is_not_of_the_web_is_said_so(cache, url):
    with pytest.raises(SourceError, match=r"n'est pas utilisable|est injoignable"):
        fetch(source(url), cache, settings=QUICK)


# -- encryption and proxies -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """A key and the certificate it signed itself, for 127.0.0.1."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl here: no certificate to make")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        path,
        "-out",
        f"{path}.crt",
    ]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def test_a_certificate_nobody_knows_is_refused(cache, certificate):
    with (
        Server(certificate) as server,
        pytest.raises(SourceError, match=r"le certificat de 127\.0\.0\.1 n'est pas reconnu"),
    ):
        fetch(source(server.serve("/a", Answer(NEW))), cache, settings=QUICK)


def test_a_certificate_of_the_environment_is_accepted_and_encryption_is_not_left(
    cache, certificate, server, monkeypatch
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with Server(certificate) as secure:
        assert fetch(source(secure.serve("/a", Answer(NEW))), cache, settings=QUICK).outcome == "nouveau"
        url = secure.serve("/b", redirect(server.serve("/a", Answer(OLD))))
        stale = fetch(source(url), cache, settings=QUICK)
    assert "une adresse en « http: », qui n'est pas suivie" in stale.trouble
    assert server.requests == []


def test_the_proxy_of_the_environment_is_used(server, cache, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url(""))
    server.serve("http://maillage.invalid/a.json", Answer(NEW))
    assert fetch(source("http://maillage.invalid/a.json"), cache, settings=QUICK).path.read_bytes() == NEW
    monkeypatch.setenv("http_proxy", closed_port())
    assert "le proxy ne répond pas" in fetch(source("http://maillage.invalid/a.json"), cache, settings=QUICK).trouble


# -- without the network --------------------------------------------------------------------------------------------


@pytest.fixture
def no_socket(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_offline_gives_what_the_cache_has(cache, no_socket):
    kept = keep_old(cache, "https://example.fr/a.json")
    fetched = fetch(source("https://example.fr/b.json"), cache, offline=True)
    assert (fetched.path, fetched.outcome) == (kept.path, "perime")
    assert "le réseau n'a pas été consulté, comme demandé" in fetched.trouble and "12/08/2026" in fetched.trouble


def test_offline_with_nothing_is_said_so(cache, tmp_path, no_socket):
    with pytest.raises(SourceError, match=r"Source « Communes » : le réseau n'a pas été consulté, comme demandé"):
        fetch(source("https://example.fr/a.json"), cache, offline=True)
    assert list(tmp_path.iterdir()) == []


def test_without_the_latest_the_good_file_serves(server, cache):
    kept = keep_old(cache, server.url("/a"))
    fetch(source(server.serve("/a", Answer(NEW))), cache, settings=QUICK).path.unlink()
    server.serve("/a", Answer(status=404))
    assert fetch(source(server.url("/a")), cache, settings=QUICK).path == kept.path


# -- a catalogue ----------------------------------------------------------------------------------------------------

PATTERN = r"^finess-structures-mensuel-\d{6}\.json\.gz$"
JULY, AUGUST = gzip.compress(OLD, mtime=0), gzip.compress(NEW, mtime=0)
DATASET = "/api/1/datasets/finess-structures-1/"
FILES = {
    "finess-structures-mensuel-202608.json.gz": AUGUST,
    "finess-structures-mensuel-202607.json.gz": JULY,  # put on line again, later than August
    "finess-activites-mensuel-202609.json.gz": JULY,
    "schema-structures.json": b"{}",
}


def finess(server: Server) -> Source:
    return source(server.url(DATASET), "json.gz", newest=PATTERN)


def test_the_newest_month_is_chosen_and_verified(server, cache):
    server.serve_dataset(DATASET, FILES)
    fetched = fetch(finess(server), cache, settings=QUICK)
    assert (fetched.name, fetched.path.read_bytes()) == ("finess-structures-mensuel-202608.json.gz", AUGUST)
    assert fetched.url == server.url("/static/finess-structures-mensuel-202608.json.gz")


def test_a_file_the_catalogue_says_is_ours_is_not_downloaded_again(server, cache):
    server.serve_dataset(DATASET, FILES)
    first = fetch(finess(server), cache, settings=QUICK)
    renamed = "finess-structures-mensuel-202609.json.gz"
    server.serve_dataset(DATASET, FILES | {renamed: AUGUST})
    again = fetch(finess(server), cache, settings=QUICK)
    assert (again.outcome, again.path, again.name) == ("inchange", first.path, renamed)
    assert server.asked(f"/static/{renamed}") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "Structures, août 2026"},  # the name is in the address then
        {"checksum": None, "filesize": None},
        {"checksum": {"type": "sha1"}},
        {"checksum": {"type": "crc", "value": "12345678"}},
        {"checksum": {"type": "sha2", "value": hashlib.sha256(AUGUST).hexdigest().upper()}},
        {"checksum": {"type": "md5", "value": hashlib.md5(AUGUST).hexdigest()}},
        {"checksum": "?", "filesize": "a lot", "last_modified": None},
        {"filesize": True},
    ],
)
def test_a_catalogue_that_says_less_or_otherwise_is_understood(server, cache, wrong):
    server.serve_dataset(DATASET, FILES, **wrong)
    assert fetch(finess(server), cache, settings=QUICK).path.read_bytes() == AUGUST


def test_of_two_files_of_a_month_the_last_modified_is_chosen(server, cache):
    server.serve_dataset(DATASET, {"mensuel-202608-v1.json.gz": JULY, "mensuel-202608-v2.json.gz": AUGUST})
    chosen = fetch(source(server.url(DATASET), "json.gz", newest="mensuel"), cache, settings=QUICK)
    assert chosen.name == "mensuel-202608-v2.json.gz"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"checksum": {"type": "sha1", "value": "0" * 40}}, "n'a pas l'empreinte sha1 que donne le catalogue"),
        ({"checksum": {"type": "sha2", "value": "0" * 64}}, "n'a pas l'empreinte sha256 que donne le catalogue"),
        ({"filesize": 7}, f"fait {len(AUGUST)} octets, et non 7 comme au catalogue"),
    ],
    ids=["sha1", "sha256", "size"],
)
def test_a_file_that_is_not_the_one_of_the_catalogue_is_refused_after_a_second_look(
    server, cache, tmp_path, wrong, sentence
):
    server.serve_dataset(DATASET, FILES, **wrong)
    with pytest.raises(SourceError, match=sentence):
        fetch(finess(server), cache, settings=QUICK)
    asked = server.asked("/static/finess-structures-mensuel-202608.json.gz")
    assert [request.range for request in asked] == [None, None]
    assert len(server.asked(DATASET)) == 2
    assert cache.latest("communes") is None and left_behind(tmp_path) == []


def test_a_resumed_body_that_mixes_two_files_is_downloaded_again_whole(server, cache):
    """The server says it is still the same file, and it is not: only the catalogue's checksum can tell."""
    whole = Answer(AUGUST, etag='"same"')
    mixed = Answer(b"x" * len(AUGUST), etag='"same"', fault=Fault.CUT, after=50)
    name = "finess-structures-mensuel-202608.json.gz"
    server.serve_dataset(DATASET, {name: AUGUST})
    server.serve(f"/static/{name}", mixed, whole)
    assert fetch(finess(server), cache, settings=QUICK).path.read_bytes() == AUGUST
    assert [request.status for request in server.asked(f"/static/{name}")] == [200, 206, 200]


def test_a_catalogue_that_announces_too_much_is_believed(server, cache):
    server.serve_dataset(DATASET, FILES, filesize=10_000_000_000)
    with pytest.raises(SourceError, match="le catalogue annonce 10000 Mo"):
        fetch(finess(server), cache, settings=QUICK)
    assert server.asked("/static/finess-structures-mensuel-202608.json.gz") == []


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(status=404), "répond 404"),
        (Answer(HTML), "le catalogue de data.gouv.fr n'est pas du JSON lisible"),
        (Answer(b""), "n'est pas du JSON lisible"),
        (Answer(b"\xff\xfe"), "n'est pas du JSON lisible"),
        (Answer(b"[" * 100_000), "n'est pas du JSON lisible"),
        (Answer(b"[]"), "n'a pas la forme attendue"),
        (Answer(b'{"resources": {"href": "/api/2/"}}'), "n'a pas la forme attendue"),
        (Answer(b'{"resources": []}'), "aucun des 0 fichiers du catalogue n'a un nom comme"),
        (Answer(b'{"resources": [null, 3, {}, {"url": 3}, {"url": "a"}]}'), "aucun des 5 fichiers du catalogue"),
        (
            Answer(b'{"resources": [{"url": "file:///finess-structures-mensuel-202608.json.gz"}]}'),
            "aucun des 1 fichiers",
        ),
        (huge(), "annonce 10000 Mo, alors que ce fichier n'en fait pas plus de 20"),
    ],
)
def test_a_catalogue_that_fails_leaves_the_last_file(server, cache, tmp_path, answer, sentence):
    server.serve(DATASET, answer)
    with pytest.raises(SourceError) as refusal:
        fetch(finess(server), cache, settings=QUICK)
    assert sentence in str(refusal.value)
    kept = keep_old(cache, server.url("/a"), "json.gz")
    stale = fetch(finess(server), cache, settings=QUICK)
    assert (stale.outcome, stale.path) == ("perime", kept.path)
    assert sentence in stale.trouble and "12/08/2026" in stale.trouble
    assert left_behind(tmp_path) == []


# -- the disk, and company ------------------------------------------------------------------------------------------

FETCH_IN_LITTLE_ROOM = """
import resource, sys
from pathlib import Path
from etl.network.cache import Cache
from etl.network.fetch import Settings, fetch
from etl.source import Remote, Source, SourceError

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
source = Source("communes", "Communes", "IGN", "https://example.fr", "LO", "2026", remote=Remote(sys.argv[2], "json"))
try:
    fetched = fetch(source, Cache(Path(sys.argv[1])), settings=Settings())
    print(fetched.outcome, fetched.trouble)
except SourceError as error:
    print("refused", error)
"""


def test_a_file_larger_than_the_system_allows_is_a_full_disk(server, cache, tmp_path):
    def run() -> str:
        command = [sys.executable, "-c", FETCH_IN_LITTLE_ROOM, str(tmp_path / "raw"), server.url("/a")]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    server.serve("/a", Answer(NEW))
    assert run().startswith("refused Source « Communes » : le disque est plein. Libérez de la place")
    assert left_behind(tmp_path) == [] and cache.latest("communes") is None
    kept = keep_old(cache, server.url("/b"))
    process = run()
    assert process.startswith("perime Source « Communes » : le disque est plein.") and "12/08/2026" in process
    assert cache.latest("communes").path == kept.path and left_behind(tmp_path) == []


@pytest.fixture
def little_disk(tmp_path) -> Iterator[Path]:
    """A disk of 512 kB, where one can be had."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("left", [0, 4096, 8192, 65536, 300_000])
def test_a_disk_that_is_full_is_said_so_and_keeps_what_it_has(server, little_disk, left):
    cache = Cache(little_disk / "raw")
    kept = keep_old(cache, server.url("/b"))
    room = os.statvfs(little_disk)
    (little_disk / "ballast").write_bytes(bytes(max(0, room.f_bavail * room.f_bsize - left)))
    url = server.serve("/a", Answer(b"[" + os.urandom(200_000).hex().encode() + b"]"))
    stale = fetch(source(url), cache, settings=QUICK)
    assert (stale.outcome, stale.path, stale.path.read_bytes()) == ("perime", kept.path, OLD)
    assert "le disque est plein. Libérez de la place" in stale.trouble and "12/08/2026" in stale.trouble
    assert cache.latest("communes").path == cache.good("communes").path == kept.path
    assert left_behind(little_disk) == []
    (little_disk / "ballast").unlink()
    assert fetch(source(server.serve("/a", Answer(NEW[:99] + b"]"))), cache, settings=QUICK).outcome == "nouveau"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize(
    "place", ["etl.network.cache.os.fsync", "etl.network.cache.os.replace", "etl.network.cache.json.dump"]
)
def test_a_disk_that_fills_at_the_last_moment_leaves_the_last_file(server, cache, tmp_path, monkeypatch, code, place):
    kept = keep_old(cache, server.url("/b"))

    def full(*_, **__):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(place, full)
    stale = fetch(source(server.serve("/a", Answer(NEW))), cache, settings=QUICK)
    assert (stale.path, stale.outcome) == (kept.path, "perime")
    assert "le disque est plein" in stale.trouble
    assert left_behind(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said_so(server, tmp_path):
    (tmp_path / "raw").write_text("not a folder")
    with pytest.raises(SourceError, match="le dossier des téléchargements ne se laisse pas lire ou écrire"):
        fetch(source(server.serve("/a", Answer(NEW))), Cache(tmp_path / "raw"), settings=QUICK)


def test_the_same_source_fetched_by_several_at_once_is_whole(server, tmp_path):
    bodies = [json.dumps([letter * 100_000]).encode() for letter in "abcd"]
    count = iter(range(10_000))

    def any_body(request: Request) -> Answer:
        number = next(count)
        return Answer(bodies[number % 4], etag=f'"{number % 4}"', fault=Fault.CUT if number % 5 == 0 else None, after=9)

    url = server.serve("/a", any_body)

    def work(_) -> bool:
        fetched = fetch(source(url), Cache(tmp_path / "raw"), settings=Settings(retries=9, backoff_s=0.001))
        return fetched.outcome != "perime" and hashlib.sha256(fetched.path.read_bytes()).hexdigest() == fetched.sha256

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(24)))
    assert left_behind(tmp_path) == []
    assert Cache(tmp_path / "raw").latest("communes").path.read_bytes() in bodies


def test_a_large_file_takes_little_memory(server, tmp_path):
    """30 MB on the wire and 60 MB inflated."""
    noise = os.urandom(1_000_000)
    packing = zlib.compressobj(1, wbits=31, strategy=zlib.Z_RLE)  # no repeat is looked for in the noise
    body = packing.compress(b"[" + (noise + b" " * 1_000_000) * 30 + b"]") + packing.flush()
    script = FETCH_IN_LITTLE_ROOM.replace("RLIMIT_FSIZE, (100_000, 100_000)", "RLIMIT_CORE, (0, 0)")
    script = script.replace('"json")', '"json.gz", most_mb=100)')
    # Not ru_maxrss, which a child has from its parent.
    script += "print(re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1])"
    command = [sys.executable, "-c", "import re" + script, str(tmp_path / "raw"), server.serve("/a", Answer(body))]
    outcome, peak_kb = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert outcome == "nouveau"
    assert int(peak_kb) < 80_000


def test_settings_are_patient_by_default():
    """A build waits minutes for a server, not hours."""
    settings = Settings()
    assert settings.connect_s <= settings.read_s < settings.total_s <= 3600
    assert download.USER_AGENT.isascii()


# -- another address ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken", [Answer(status=404), Answer(b"<html>"), Answer(status=500), Answer(NEW, fault=Fault.CUT, after=9)]
)
def test_the_other_address_serves_when_the_first_gives_nothing(server, cache, broken):
    first, other = server.serve("/a", broken), server.serve("/b", Answer(NEW))
    brought = fetch(source(first, elsewhere=(other,)), cache, settings=QUICK)
    assert brought.path.read_bytes() == NEW and brought.url == other
    assert fetch(source(first, elsewhere=(other,)), cache, settings=QUICK).path == brought.path


def test_the_first_address_is_asked_first_and_alone_when_it_answers(server, cache):
    first, other = server.serve("/a", Answer(NEW)), server.serve("/b", Answer(OLD))
    assert fetch(source(first, elsewhere=(other,)), cache, settings=QUICK).path.read_bytes() == NEW
    assert not server.asked("/b")


def test_when_no_address_answers_the_first_is_what_is_told(server, cache):
    first, other = server.serve("/a", Answer(status=404)), server.serve("/b", Answer(status=403))
    with pytest.raises(SourceError, match="404"):
        fetch(source(first, elsewhere=(other,)), cache, settings=QUICK)
