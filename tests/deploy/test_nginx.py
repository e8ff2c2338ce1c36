"""What deploy/ describes, with a true nginx and two replicas of a small page: who is served by whom, whatever happens to them."""

import asyncio
import contextlib
import gzip
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlencode, urlsplit

import httpx2
import psutil
import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from deploy.nginx import Front, configuration
from maillage.catalog import SCHEMA_VERSION
from tests.bench.load.connections import besiege
from tests.bench.load.deployment import BASE, NGINX, ROOT, Deployment, deployed, free_ports
from tests.maillage.test_warehouse import swap

OPENSSL = shutil.which("openssl")
PLAIN = {
    "trust_env": False,
    "verify": False,
}  # HTTP: to read the certificates of the world takes 20 ms, for each question
PAGE = """
import os
import streamlit as st
from maillage.screen import questions

questions.pin()
st.text(f"{st.query_params.get('territoire')} {questions.edition().version} {os.getpid()}")
for file in filter(None, [st.file_uploader("Liste", key="liste")]):
    st.text(f"lu : {len(file.getvalue())}")
st.download_button("CSV", f"de {os.getpid()}", "figures.csv", "text/csv")
"""
# What replicas import is imported once, a second of a processor: each is a process born of this one, by a line « port log ».
NURSERY = """
import gc, os, signal, sys
gc.disable()  # as serve.py does: it is ready sooner
from pathlib import Path
os.environ["MAILLAGE_SECRET"] = "0"  # the small base has no figure to withhold
folder = Path(sys.argv[1])
from maillage.screen import questions
questions.DATABASE = folder / "maillage.duckdb"
questions.contours = lambda version: folder
from maillage.screen.server import application, command, journal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for here
for line in sys.stdin:
    port, log = line.split()
    if born := os.fork():
        print(born, flush=True)
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(written, 1)
    os.dup2(written, 2)
    journal.install()
    gc.enable()
    sys.exit(command.serve(application.application(folder / "page.py", "atlas", rehearsed=False), command.listening("127.0.0.1", int(port))))
"""


class Replica(psutil.Process):
    """A process that is not a child of this one, asked as one that is."""

    def poll(self) -> int | None:
        return None if self.is_running() else 0


@dataclass
class Nursery(Deployment):
    """Replicas that are born ready to serve."""

    def __post_init__(self):
        command = [sys.executable, "-c", NURSERY, str(self.folder)]
        self.mother = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, number: int) -> None:
        print(self.ports[number - 1], self.folder / f"replica-{number}.log", file=self.mother.stdin, flush=True)
        self.processes[number] = Replica(int(self.mother.stdout.readline()))

    def close(self) -> None:
        self.mother.communicate(timeout=20)


def test_a_replica_is_an_address_and_a_base_a_path():
    for front in (Front(("replica:8501",)), Front(("127.0.0.1:8501; evil",)), Front(("127.0.0.1:8501",), base="/a;b")):
        with pytest.raises(ValueError, match=r"adresse.*donnez"):
            configuration(front)


def test_a_certificate_closes_the_door_to_plain_text():
    text = configuration(Front(("127.0.0.1:8501",), tls="/etc/maillage"))
    assert (
        "listen 8080 ssl http2" in text
        and text.count("Strict-Transport-Security") >= 5
        and "Secure; SameSite=None" in text
    )
    assert "ssl" not in configuration(Front(("127.0.0.1:8501",)))


@pytest.mark.skipif(not (NGINX and OPENSSL), reason="no nginx here, or no openssl to make a certificate")
def test_under_a_certificate_one_connection_carries_a_whole_page(tmp_path):
    """A cold page is a hundred files: six at a time over HTTP/1.1, each waiting for those before."""
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=atlas", "-keyout", "privkey.pem"]
    subprocess.run([OPENSSL, *made, "-out", "fullchain.pem"], cwd=tmp_path, check=True, capture_output=True)
    (listen,) = free_ports(1)
    (tmp_path / "www").mkdir()
    user = "root" if os.getuid() == 0 else ""
    front = Front(
        ("127.0.0.1:9",),
        f"127.0.0.1:{listen}",
        www=tmp_path / "www",
        run=tmp_path,
        log=str(tmp_path / "visits.log"),
        tls=str(tmp_path),
        user=user,
    )
    (tmp_path / "nginx.conf").write_text(configuration(front))
    nginx = subprocess.Popen([NGINX, "-c", str(tmp_path / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        asked = ssl.create_default_context(cafile=tmp_path / "fullchain.pem")
        asked.check_hostname = False
        asked.set_alpn_protocols(["h2", "http/1.1"])
        for attempt in range(100):
            with contextlib.suppress(ConnectionRefusedError):
                with asked.wrap_socket(socket.create_connection(("127.0.0.1", listen), 10)) as line:
                    assert line.selected_alpn_protocol() == "h2"
                break
            assert attempt < 99 and nginx.poll() is None
            time.sleep(0.1)
    finally:
        nginx.terminate()
        nginx.wait(20)
    # Nor is a browser that asks for all of them at once taken for a crowd: files have a limit of their own.
    assert configuration(front).count(f"limit_conn doors {front.connections};") == 3


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    if NGINX is None:
        words = "no nginx here: install nginx to try the deployment (on Debian: apt install nginx)"
        pytest.fail(words, pytrace=False) if os.environ.get("CI") else pytest.skip(words)
    folder = tmp_path_factory.mktemp("front")
    (folder / "page.py").write_text(textwrap.dedent(PAGE))
    swap(folder / "maillage.duckdb", version="one")
    with deployed(folder, kind=Nursery, patience=1, rate=200) as here:
        yield here


class Page:
    """A page open in a browser: its cookies, what it last read, the replica that holds it; it comes back when it is cut."""

    def __init__(self, url: str):
        self.url, self.cookies = url, {}
        self.texts, self.download, self.uploader, self.address, self.ended = [], "", "", "", 0

    @property
    def replica(self) -> str:
        return self.cookies.get("maillage_replica", "")

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    async def open(self):
        parts = urlsplit(self.url)
        self.socket = await websockets.connect(
            f"ws://{parts.netloc}{parts.path}/_stcore/stream",
            origin=f"http://{parts.netloc}",
            subprotocols=["streamlit"],
            additional_headers=self.headers,
            proxy=None,
        )
        for cookie in self.socket.response.headers.get_all("Set-Cookie"):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value

    async def show(self, uploaded=None) -> list[str]:
        """Ask for the view, and read to the end of its run."""
        message = BackMsg()
        message.rerun_script.query_string = urlencode({"territoire": "departement-08"})
        if uploaded is not None:
            state = message.rerun_script.widget_states.widgets.add(id=self.uploader)
            state.file_uploader_state_value.uploaded_file_info.add(
                file_id=uploaded.file_id, name="liste.csv", size=5, file_urls=uploaded
            )
        await self.socket.send(message.SerializeToString())
        self.texts = []
        while (kind := await self.read()) != "script_finished":
            assert kind
        return self.texts

    async def read(self) -> str:
        async with asyncio.timeout(20):
            message = ForwardMsg.FromString(await self.socket.recv())
        if message.WhichOneof("type") == "delta":
            element = message.delta.new_element
            if element.HasField("text"):
                self.texts.append(element.text.body)
            elif element.HasField("download_button"):
                self.download = element.download_button.url
            elif element.HasField("file_uploader"):
                self.uploader = element.file_uploader.id
            assert not element.HasField("exception"), element.exception.message
        elif message.WhichOneof("type") == "file_urls_response":
            (self.address,) = message.file_urls_response.file_urls
        return message.WhichOneof("type")

    async def upload(self, content: bytes):
        """Bring a file as Streamlit's page does; the answer of its sending."""
        message = BackMsg()
        message.file_urls_request.request_id = "one"
        message.file_urls_request.file_names.append("liste.csv")
        message.file_urls_request.session_id = ""
        await self.socket.send(message.SerializeToString())
        while await self.read() != "file_urls_response":
            pass
        async with httpx2.AsyncClient(base_url=self.url, **PLAIN) as client:
            known = await client.get("/_stcore/health", headers=self.headers)
            self.cookies |= dict(known.cookies)
            return await client.put(
                self.address.upload_url,
                files={"file": ("liste.csv", content, "text/csv")},
                headers={**self.headers, "X-Xsrftoken": self.cookies.get("_streamlit_xsrf", "")},
            )

    async def back(self) -> float:
        """Come back as a browser does, until the view is there again. Seconds it took."""
        began = time.monotonic()
        while time.monotonic() - began < 20:
            with contextlib.suppress(OSError, websockets.WebSocketException):
                await self.open()
                await self.show()
                return time.monotonic() - began
            await asyncio.sleep(0.2)
        raise AssertionError("nobody served this visitor again")

    async def cut(self) -> bool:
        """Wait for the end of the connection."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(15):
                await self.socket.wait_closed()
        return self.socket.close_code is not None


async def opened(here, count: int) -> list[Page]:
    pages = [Page(here.url) for _ in range(count)]
    for page in pages:
        await page.open()
        await page.show()
    return pages


def get(here, path: str, **options):
    return httpx2.get(f"{here.url}{path}", **PLAIN, **options)


def test_nginx_serves_what_never_changes(front):
    page = get(front, "/")
    script = re.search(r'src="\./(static/js/index\.[^"]+\.js)"', page.text)[1]
    ours = get(front, f"/{script}")
    assert ours.headers["cache-control"].endswith("immutable") and ours.headers["content-encoding"] == "gzip"
    again = get(front, f"/{script}", headers={"If-None-Match": ours.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    assert get(front, "/app/static/map.js?12345678").headers["cache-control"].endswith("immutable")
    assert get(front, "/app/static/map.js").headers["cache-control"] == "public, max-age=3600"
    contours = next((ROOT / "static" / "geo").glob("2*/departements.json.gz"))
    published = get(front, f"/app/static/geo/{contours.parent.name}/{contours.name}")
    assert published.headers["cache-control"].endswith("immutable")
    assert published.content == contours.read_bytes() and gzip.decompress(published.content)


def test_what_is_not_for_the_street_is_not_there_and_no_version_is_told(front):
    root = front.url.removesuffix(BASE)
    for path in ("/metrics", "/ready", f"{BASE}/_stcore/metrics", f"{BASE}/_stcore/agent/openapi.json"):
        assert httpx2.get(f"{root}{path}", **PLAIN).status_code == 404, path
    assert httpx2.get(f"{root}/health", **PLAIN).text == "vivant"
    for path in ("/", "/static/nothing.js", "/ecarts"):
        answer = get(front, path)
        assert answer.headers["server"] == "nginx" and "nginx/" not in answer.text
    assert "script-src 'self'" in get(front, "/").headers["content-security-policy"]


def test_what_is_too_long_or_too_slow_is_refused(front):
    assert httpx2.post(f"{front.url}/", content=b"x" * 100_000, **PLAIN).status_code == 413
    upload = f"{front.url}/_stcore/upload_file/a/b"
    assert httpx2.put(upload, content=b"x" * 32 * 1024 * 1024, **PLAIN).status_code == 413
    parts = urlsplit(front.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as slow:
        began = time.monotonic()
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")  # and never the end
        with contextlib.suppress(ConnectionResetError):
            assert slow.recv(100) == b""
        assert time.monotonic() - began < 6


DOZING = """
import http.server, sys, time
class Dozing(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.endswith("doze"):
            time.sleep(60)
        self.send_response(200)
        self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Dozing).serve_forever()
"""


@pytest.mark.skipif(NGINX is None, reason="no nginx here")
@pytest.mark.parametrize(
    ("limits", "path", "granted"), [({"doors": 3, "rate": 1000}, "/?doze", 3), ({"doors": 100, "rate": 1}, "/", 11)]
)
def test_one_address_has_its_share_of_connections_and_of_requests(tmp_path, monkeypatch, limits, path, granted):
    """Three at once; or one a second, and ten more at a stroke."""

    async def scenario(url):
        """Statuses, in their order, up to four refusals: those granted may doze."""
        async with httpx2.AsyncClient(**PLAIN, timeout=40) as visitor, asyncio.TaskGroup() as crowd:
            asked = [crowd.create_task(visitor.get(url + path)) for _ in range(granted + 4)]
            statuses = []
            for answer in asyncio.as_completed(asked):
                statuses.append((await answer).status_code)
                if path == "/?doze" and statuses.count(429) == 4:
                    break
            for task in asked:
                task.cancel()
        return statuses

    monkeypatch.setattr("tests.bench.load.deployment.lay_out", lambda *_: None)  # no file is asked for
    with deployed(tmp_path, lambda port: [sys.executable, "-c", DOZING, str(port)], replicas=1, **limits) as here:
        began = time.monotonic()
        statuses = asyncio.run(scenario(here.url))
        seconds = time.monotonic() - began
    if path == "/?doze":
        assert statuses == [429] * 4
    else:
        assert granted <= statuses.count(200) <= granted + 1 + seconds and set(statuses) <= {200, 429}


def test_a_visitor_does_not_wait_behind_slow_connections(front):
    siege = asyncio.run(besiege(front.url, 300, least_pages=5))
    assert siege.opened == siege.put_out == 300 and siege.refusals == 0
    assert median(siege.waits) < 1 and siege.seconds < 20


def test_files_come_and_go_by_the_replica_that_holds_the_visitor(front):
    async def scenario():
        pages = await opened(front, 8)
        assert {page.replica for page in pages} == {"1", "2"}
        for page in pages:
            pid = str(front.processes[int(page.replica)].pid)
            assert page.texts == [f"departement-08 one {pid}"]
            assert get(front, page.download.removeprefix(BASE), headers=page.headers).text == f"de {pid}"
            answer = await page.upload(b"12345")
            assert answer.status_code == 204, answer.text
            assert "lu : 5" in await page.show(uploaded=page.address)
        stranger = Page(front.url)
        stranger.cookies = {"maillage_replica": "2" if pages[0].replica == "1" else "1"}
        assert get(front, pages[0].download.removeprefix(BASE), headers=stranger.headers).status_code == 404
        for page in pages:
            await page.socket.close()

    asyncio.run(scenario())


def test_whoever_loses_a_replica_is_served_by_another(front):
    async def scenario():
        pages = await opened(front, 8)
        lost, kept = ([page for page in pages if page.replica == number] for number in ("1", "2"))
        assert lost and kept
        front.stop(1, "kill")
        seconds = [await page.back() for page in lost if await page.cut()]
        assert len(seconds) == len(lost) and max(seconds) < 5
        assert {page.texts[0] for page in lost} == {f"departement-08 one {front.processes[2].pid}"}
        assert {page.replica for page in lost} == {"2"}  # what they upload from now on goes there
        assert (await lost[0].upload(b"12345")).status_code == 204
        for page in kept:
            assert await page.show() and page.socket.close_code is None
        for page in pages:
            await page.socket.close()

    asyncio.run(scenario())
    front.start(1)
    front.ready(1)


def test_replicas_are_restarted_in_turn_and_no_page_fails(front):
    states, over = [], threading.Event()

    def ask():
        while not over.is_set():
            states.append(get(front, "/").status_code)
            time.sleep(0.01)

    async def scenario():
        pages = await opened(front, 4)
        for number in (1, 2):
            await asyncio.to_thread(front.stop, number)
            for page in pages:
                if page.replica == str(number):
                    assert await page.cut() and await page.back() < 5
            front.start(number)
            await asyncio.to_thread(front.ready, number)
        for page in pages:
            assert (await page.show())[0].startswith("departement-08 one")
            await page.socket.close()

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        asyncio.run(scenario())
    finally:
        over.set()
        asking.join()
    assert len(states) > 20 and set(states) == {200}


def test_a_new_build_is_seen_by_all_at_their_next_gesture(front):
    async def scenario():
        pages = await opened(front, 4)
        assert {page.texts[0].split()[1] for page in pages} == {"one"}
        swap(front.folder / "maillage.duckdb", version="two")
        for page in pages:
            assert (await page.show())[0].split()[1] == "two"
            await page.socket.close()
        swap(front.folder / "maillage.duckdb", version="one")

    asyncio.run(scenario())


def test_a_build_of_another_schema_is_said_and_not_served(front):
    swap(front.folder / "maillage.duckdb", version="three", schema=SCHEMA_VERSION + 1)
    try:
        for port in front.ports:
            answer = httpx2.get(f"http://127.0.0.1:{port}/ready", **PLAIN)
            assert answer.status_code == 503 and f"version {SCHEMA_VERSION + 1}" in answer.text
    finally:
        swap(front.folder / "maillage.duckdb", version="one")


def test_nothing_written_tells_who_came(front):
    log = front.folder / "visits.log"
    before, began = log.stat().st_size, time.monotonic()
    get(front, "/?territoire=commune-08105", headers={"User-Agent": "somebody's own"})
    while log.stat().st_size == before and time.monotonic() - began < 20:
        time.sleep(0.05)
    visits = log.read_text()
    assert '"status":200' in visits and '"replica":"1"' in visits
    for trace in ("127.0.0.1", "08105", "somebody"):
        assert trace not in visits + front.log(1).replace(f"http://127.0.0.1:{front.ports[0]}", "")
