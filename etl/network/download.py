"""One file, from the network to a draft: asked again when the network fails, and resumed where it stopped."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential_jitter
from urllib3.exceptions import HTTPError, InvalidHeader, NewConnectionError, ReadTimeoutError
from urllib3.util import Retry

from etl.network.content import AGAIN, ELSEWHERE, MB, RefusedFile

# ASCII: some servers refuse a header that is not.
USER_AGENT = "Maillage/0.1 (atlas ouvert des soins coordonnes)"
_CHUNK = 1 << 16
_PASSING_STATUSES = (408, 425, 429, 500, 502, 503, 504)
_STATUSES = {401: "accès refusé", 403: "accès refusé", 404: "fichier introuvable", 410: "fichier retiré"}
_RANGE = re.compile(r"bytes (\d{1,18})-\d+/(\d+|\*)")

Progress = Callable[[int, int | None], None]  # bytes done, and bytes in all when the server says


@dataclass(frozen=True)
class Settings:
    """How patient a download is."""

    connect_s: float = 10
    read_s: float = 60  # silence; a WFS computes its answer before the first byte
    total_s: float = 1800  # one source, tries and waits included
    slow_s: float = 30  # over so many seconds,
    slow_bytes_per_s: float = 1000  # a slower body is given up, and resumed
    retries: int = 5
    unreachable_retries: int = 1  # nobody at this address: most often no network at all
    backoff_s: float = 1  # before the second try; doubles, with some chance in it
    backoff_most_s: float = 30
    wait_most_s: float = 120  # a server that asks for a longer wait is left alone
    redirects: int = 5


class Passing(RefusedFile):
    """What may go better in a moment; `after_s` is how long the server asks to wait."""

    def __init__(self, problem: str, remedy: str = AGAIN, *, after_s: float = 0, reached: bool = True):
        super().__init__(problem, remedy)
        self.after_s = after_s
        self.reached = reached


class _Session(requests.Session):
    def get_redirect_target(self, resp):
        """None: requests would read the body of a redirection, however long, even when told not to follow it."""


def session() -> requests.Session:
    """Proxies and certificates are those of the environment; the bytes asked for are those of the file."""
    http = _Session()
    http.headers.update({"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"})
    return http


def patient(settings: Settings, retries: Callable[[RefusedFile], int] | None = None) -> Retrying:
    """Calls again what raises Passing, after waits that grow, and as long as the server asks for up to `wait_most_s`.

    `retries` tells how many times, for what went wrong: by default those of the settings.
    """
    backoff = _backoff(settings)
    most = retries or (lambda passing: settings.retries)
    return Retrying(
        retry=retry_if_exception_type(Passing),
        wait=lambda state: max(backoff(state), min(state.outcome.exception().after_s, settings.wait_most_s)),
        stop=lambda state: state.attempt_number > most(state.outcome.exception()),
        reraise=True,
    )


def _backoff(settings: Settings) -> wait_exponential_jitter:
    return wait_exponential_jitter(
        multiplier=settings.backoff_s, max=settings.backoff_most_s, jitter=settings.backoff_s
    )


class Download:
    """A download under way. `size`, `sha256`, `etag` and `last_modified` tell what is in `draft` once `run` is over."""

    def __init__(
        self,
        url: str,
        draft: Path,
        *,
        http: requests.Session,
        settings: Settings,
        deadline: float,  # time.monotonic() when patience is over
        most_bytes: int,
        kind: str,
        conditions: dict[str, str] | None = None,
        progress: Progress = lambda done, total: None,
    ):
        self.url = url
        self.draft = draft
        self.size = 0
        self.etag: str | None = None
        self.last_modified: str | None = None
        self._http = http
        self._settings = settings
        self._deadline = deadline
        self._most_bytes = most_bytes
        self._packed = kind.endswith(".gz")
        self._conditions = conditions or {}
        self._progress = progress
        self._total: int | None = None
        self._resumes = False
        self._sha256 = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Of what is in `draft`, in hexadecimal."""
        return self._sha256.hexdigest()

    def run(self) -> bool:
        """Fill `draft`; False when the server has nothing newer than `conditions`. Raises RefusedFile, or OSError (the disk)."""
        backoff = _backoff(self._settings)
        retrying = Retrying(
            retry=retry_if_exception_type(Passing),
            wait=lambda state: max(backoff(state), state.outcome.exception().after_s),
            stop=self._gives_up,
            reraise=True,
        )
        return retrying(self._try)

    def _gives_up(self, state: RetryCallState) -> bool:
        passing = state.outcome.exception()
        most = self._settings.retries if passing.reached else self._settings.unreachable_retries
        most_wait = min(self._settings.wait_most_s, self._deadline - time.monotonic())
        return state.attempt_number > most or state.upcoming_sleep > most_wait

    def _try(self) -> bool:
        headers = self._conditions
        if self.size and self._resumes:
            headers = {"Range": f"bytes={self.size}-", "If-Range": self.etag or self.last_modified}
        with closing(self._ask(headers)) as response:
            if response.status_code == 304 and self._conditions and not self.size:
                return False
            if response.status_code == 200:
                self._start(response)
            elif response.status_code in (206, 416) and "Range" in headers:
                self._resume(response)
            else:
                raise refusal(response)
            self._receive(response)
        return True

    def _ask(self, headers: dict[str, str]) -> requests.Response:
        """The answer at the end of the redirections, its body not read yet."""
        url = self.url
        for _ in range(self._settings.redirects + 1):
            response = _get(self._http, url, headers, self._settings)
            if not response.is_redirect:
                return response
            response.close()
            url = _target(response)
        raise RefusedFile(f"le serveur {_host(self.url)} renvoie d'adresse en adresse sans fin", ELSEWHERE)

    def _start(self, response: requests.Response) -> None:
        """From the first byte."""
        headers = response.headers
        announced = headers.get("Content-Length", "")
        self._total = int(announced[:18]) if announced.isdecimal() else None  # Python refuses to read 5,000 digits
        if self._total is not None and self._total > self._most_bytes:
            raise self._too_big(f"annonce {self._total // MB} Mo")
        self.size = 0
        self._sha256 = hashlib.sha256()
        self.etag, self.last_modified = headers.get("ETag"), headers.get("Last-Modified")
        encoded = "Content-Encoding" in headers
        if encoded and not self._packed:
            self._total = None  # what is announced is not what is counted
        # A weak ETag does not promise the same bytes, and an encoded body has no place that is ours.
        strong = self.etag is None or not self.etag.startswith("W/")
        self._resumes = strong and bool(self.etag or self.last_modified) and not encoded
        self.draft.write_bytes(b"")

    def _resume(self, response: requests.Response) -> None:
        """From the next byte, if it is one of the same file."""
        span = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        same = response.headers.get("ETag", self.etag) == self.etag
        if not (
            response.status_code == 206
            and span
            and same
            and int(span[1]) == self.size
            and span[2] in ("*", str(self._total))
        ):
            self.size = 0
            raise Passing(f"le fichier a changé pendant son téléchargement depuis {_host(self.url)}")

    def _receive(self, response: requests.Response) -> None:
        # A server may say gzip of a file that is one: its bytes are then the file.
        decode = not self._packed
        seen, since = self.size, time.monotonic()
        with open(self.draft, "ab") as file:
            while piece := self._read(response, decode):
                self.size += len(piece)
                if self.size > self._most_bytes:
                    raise self._too_big(f"dépasse {self._most_bytes // MB} Mo")
                file.write(piece)
                self._sha256.update(piece)
                self._progress(self.size, self._total)
                now = time.monotonic()
                if now > self._deadline:
                    raise Passing(
                        f"le téléchargement depuis {_host(self.url)} a duré plus de "
                        f"{self._settings.total_s / 60:.0f} minutes"
                    )
                if now - since >= self._settings.slow_s:
                    if self.size - seen < self._settings.slow_bytes_per_s * (now - since):
                        raise Passing(f"le serveur {_host(self.url)} n'envoie presque plus rien")
                    seen, since = self.size, now

    def _read(self, response: requests.Response, decode: bool) -> bytes:
        try:
            return response.raw.read1(_CHUNK, decode_content=decode)
        except ReadTimeoutError as error:
            raise _silence(self.url, self._settings) from error
        except HTTPError as error:
            raise Passing(f"la connexion à {_host(self.url)} a été coupée au bout de {self.size} octets") from error

    def _too_big(self, size: str) -> RefusedFile:
        return RefusedFile(
            f"le serveur {_host(self.url)} {size}, alors que ce fichier n'en fait pas plus de {self._most_bytes // MB}",
            ELSEWHERE,
        )


def refusal(response: requests.Response) -> RefusedFile:
    """What an answer other than a file means."""
    status = response.status_code
    problem = f"le serveur {_host(response.url)} répond {status}"
    if status not in _PASSING_STATUSES:
        meaning = f" ({_STATUSES[status]})" if status in _STATUSES else ""
        return RefusedFile(problem + meaning, ELSEWHERE)
    try:
        after = Retry(retry_after_max=10**9).get_retry_after(response.raw) or 0
    except (InvalidHeader, ValueError, OverflowError):  # the last two: a date out of any calendar
        after = 0
    return Passing(problem + (f" et demande d'attendre {after:.0f} secondes" if after else ""), after_s=after)


def _get(http: requests.Session, url: str, headers: dict[str, str], settings: Settings) -> requests.Response:
    host = _host(url)
    try:
        timeout = (settings.connect_s, settings.read_s)
        return http.get(url, headers=headers, stream=True, allow_redirects=False, timeout=timeout)
    except requests.exceptions.SSLError as error:
        if "CERTIFICATE_VERIFY_FAILED" not in str(error):
            raise Passing(f"la connexion chiffrée à {host} a échoué") from error
        raise RefusedFile(
            f"le certificat de {host} n'est pas reconnu",
            "Si votre réseau a le sien, déclarez-le à la construction.",
        ) from error
    except requests.exceptions.ProxyError as error:
        remedy = "Vérifiez les réglages du proxy."
        raise Passing("le proxy ne répond pas", remedy, reached=False) from error
    except requests.exceptions.ReadTimeout as error:
        raise _silence(url, settings) from error
    except requests.exceptions.ConnectionError as error:
        if is_unreachable(error):
            remedy = "Vérifiez la connexion au réseau, puis relancez la commande."
            raise Passing(f"le serveur {host} est injoignable", remedy, reached=False) from error
        raise Passing(f"la connexion à {host} a été coupée avant la réponse") from error
    except (requests.RequestException, HTTPError, ValueError) as error:
        if isinstance(error, ValueError) and not isinstance(error, requests.exceptions.InvalidHeader):
            printable = "".join(sign if sign.isprintable() else "?" for sign in url[:200])
            raise RefusedFile(f"l'adresse « {printable} » n'est pas utilisable", ELSEWHERE) from error
        raise RefusedFile(f"le serveur {host} répond quelque chose qui n'est pas du HTTP", ELSEWHERE) from error


def is_unreachable(error: Exception) -> bool:
    """Whether nobody answered at the address: there was no connection."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(reason, NewConnectionError)


def _target(response: requests.Response) -> str:
    """Where a redirection leads; never out of the web, nor from an encrypted address to one that is not."""
    problem = f"le serveur {_host(response.url)} renvoie vers une adresse"
    try:
        target = urljoin(response.url, response.headers["Location"].encode("latin-1").decode())
        scheme = urlsplit(target).scheme
    except ValueError as error:
        raise RefusedFile(f"{problem} illisible", ELSEWHERE) from error
    if scheme not in ("http", "https") or (scheme == "http" and response.url.startswith("https:")):
        raise RefusedFile(f"{problem} en « {scheme}: », qui n'est pas suivie", ELSEWHERE)
    return target


def _silence(url: str, settings: Settings) -> Passing:
    return Passing(f"le serveur {_host(url)} ne dit plus rien depuis {settings.read_s:g} secondes")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
