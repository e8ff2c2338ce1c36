"""Positions of addresses, asked of the Base adresse nationale (the Géoplateforme's CSV service) and kept in data/raw.

Nothing here is needed for a build: what the service does not answer is placed otherwise. A batch that it cannot bear is halved,
down to the line that it refuses. Only addresses and communes are sent; what is kept is named after the question's fingerprint.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError

from etl.network.content import AGAIN, ELSEWHERE, RefusedFile
from etl.network.download import Passing, Settings, is_unreachable, patient, refusal, session

URL = "https://data.geopf.fr/geocodage/search/csv/"
BATCH = 500
SETTINGS = Settings(read_s=120, total_s=600, retries=3, backoff_s=1, backoff_most_s=10)  # 600 s since the last answer
HEAVY = (
    400,
    408,
    413,
    422,
    500,
    502,
    504,
)  # what a service answers to a batch too large, or to one line that it cannot read
MOST_FAILURES = 12  # in a row: a batch of 500 is down to one line in nine, and three lines may be bad side by side
_MOST_BYTES = 20_000_000
_NEEDED = ("numero", "longitude", "latitude", "result_score", "result_type", "result_citycode", "result_status")


class Heavy(Passing):
    """What may go better with fewer lines: an error of the service, or its silence."""


@dataclass(frozen=True)
class AddressQuestion:
    """An address to place: words, postcode, commune's code."""

    address: str
    commune: str = ""
    postcode: str = ""  # restricts the search, as the code does: given only when it can be believed
    citycode: str = ""

    @property
    def key(self) -> str:
        """Its fingerprint, under which its answer is kept."""
        return hashlib.sha256("\x1f".join(self.cells).encode()).hexdigest()

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """What is sent: address, commune, postcode, code."""
        return self.address, self.commune, self.postcode, self.citycode


@dataclass(frozen=True)
class AddressMatch:
    """Where the national address base places it: degrees, score from 0 to 1, code, precision."""

    lon: float
    lat: float
    score: float  # 0 to 1; the service answers something to any text: nonsense scores 0.3, a good address over 0.7
    citycode: str
    kind: str  # housenumber, street, locality, municipality


def ask(
    questions: Iterable[AddressQuestion],
    cache: Path,
    *,
    offline: bool = False,
    url: str | None = None,  # None: URL
    settings: Settings = SETTINGS,
) -> tuple[dict[AddressQuestion, AddressMatch | None], str]:
    """Answers by question, None where the service found nothing, and one sentence when some could not be asked.

    A question answered once is never asked again, even by a run that was interrupted: each batch is kept as it comes. `offline`
    asks nothing: only what is in the cache is answered.
    """
    kept = _read(cache)
    wanted = list(dict.fromkeys(questions))
    missing = [question for question in wanted if question.key not in kept]
    trouble = ""
    if missing and not offline:
        try:
            with session() as http:
                for answers, refused in _in_batches(http, url or URL, missing, settings):
                    kept |= answers
                    trouble = _keep(cache, kept) or refused or trouble
        except RefusedFile as refused:
            trouble = str(refused)
        lost = sum(question.key not in kept for question in missing)
        trouble = trouble or ("le service n'a pas répondu à toutes les adresses. " + AGAIN if lost else "")
        if trouble:
            trouble = f"Base adresse nationale : {trouble} Adresses sans réponse : {lost}."
    return {q: AddressMatch(*kept[q.key]) if kept[q.key] else None for q in wanted if q.key in kept}, trouble


def _in_batches(
    http: requests.Session, url: str, questions: list[AddressQuestion], settings: Settings
) -> Iterator[tuple[dict[str, list | None], str]]:
    """Answers, batch by batch, and why a line has none; a batch that fails is asked again in two halves.

    Raises RefusedFile once the service answers nothing any more.
    """
    waiting = [questions[start : start + BATCH] for start in range(0, len(questions), BATCH)][::-1]
    failures, answered = 0, time.monotonic()
    while waiting:
        batch = waiting.pop()
        try:
            yield _ask(http, url, batch, settings), ""
        except Heavy as heavy:
            failures += 1
            if failures >= MOST_FAILURES or time.monotonic() - answered > settings.total_s:
                raise
            middle = len(batch) // 2
            if middle:
                waiting += [batch[middle:], batch[:middle]]
            else:
                yield {}, str(heavy)
        else:
            failures, answered = 0, time.monotonic()


def _ask(http: requests.Session, url: str, batch: list[AddressQuestion], settings: Settings) -> dict[str, list | None]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("numero", "adresse", "commune", "code_postal", "code_insee"))
    writer.writerows((number, *question.cells) for number, question in enumerate(batch))
    form = [("columns", "adresse"), ("columns", "commune"), ("postcode", "code_postal"), ("citycode", "code_insee")]

    def once() -> str:
        file = {"data": ("adresses.csv", text.getvalue().encode(), "text/csv")}
        timeout = (settings.connect_s, settings.read_s)
        try:
            with http.post(url, data=form, files=file, timeout=timeout, stream=True) as response:
                if response.status_code in HEAVY:
                    raise Heavy(f"le service répond {response.status_code}")
                if response.status_code != 200:
                    raise refusal(response)
                body = response.raw.read(_MOST_BYTES, decode_content=True)
        except (requests.RequestException, HTTPError) as error:
            fault = Passing if is_unreachable(error) else Heavy
            raise fault("le service est injoignable, ou ne répond pas à temps") from error
        return body.decode("utf-8-sig", errors="replace")

    halved = len(batch) > 1  # what fails twice is asked again in halves

    def retries(fault: Exception) -> int:
        return min(1, settings.retries) if halved and isinstance(fault, Heavy) else settings.retries

    return _understand(patient(settings, retries)(once), batch)


def _understand(text: str, batch: list[AddressQuestion]) -> dict[str, list | None]:
    if text.lstrip().startswith("<"):
        raise RefusedFile("le service envoie une page web à la place de ses réponses", AGAIN)
    try:
        reader = csv.DictReader(io.StringIO(text.replace("\0", ""), newline=""))
        rows, headings = list(reader), reader.fieldnames or ()
    except csv.Error:
        raise RefusedFile("les réponses du service ne sont pas un CSV lisible", AGAIN) from None
    missing = [name for name in _NEEDED if name not in headings]
    if missing:
        raise RefusedFile(f"les réponses du service n'ont plus de colonne {', '.join(missing)}", ELSEWHERE)
    answers = {}
    for row in rows:
        number = row["numero"] or ""
        if number.isdecimal() and int(number) < len(batch) and row["result_status"] != "error":
            answers[batch[int(number)].key] = _answer(row)
    return answers


def _answer(row: dict[str, str]) -> list | None:
    try:
        lon, lat, score = (float(row[name]) for name in ("longitude", "latitude", "result_score"))
    except (TypeError, ValueError):  # nothing found: these cells are empty
        return None
    if not (abs(lon) <= 180 and abs(lat) <= 90 and 0 <= score <= 1):
        return None
    return [lon, lat, score, row["result_citycode"] or "", row["result_type"] or ""]


def _read(cache: Path) -> dict[str, list | None]:
    try:
        kept = json.loads(cache.read_bytes())
    except (OSError, ValueError):
        return {}  # absent or damaged: asked again
    return (
        {key: value for key, value in kept.items() if value is None or _is_whole(value)}
        if isinstance(kept, dict)
        else {}
    )


def _is_whole(value) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 5
        and all(isinstance(number, (int, float)) for number in value[:3])
        and all(isinstance(word, str) for word in value[3:])
    )


def _keep(cache: Path, kept: dict[str, list | None]) -> str:
    """Write the answers; why it could not be done, or nothing."""
    try:
        _write(cache, kept)
    except OSError as error:
        return f"le dossier des téléchargements ne se laisse pas écrire ({error.strerror}). Vérifiez les droits et la place."
    return ""


def _write(cache: Path, kept: dict[str, list | None]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    draft = cache.with_name(f".{cache.name}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(kept, separators=(",", ":"), sort_keys=True), encoding="utf-8")
        os.replace(draft, cache)
    finally:
        draft.unlink(missing_ok=True)
