"""Bring the file of a source: from the network when it answers, else the last one it gave."""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import requests
from tqdm import tqdm

from etl.network import content, datagouv
from etl.network.cache import STALE, Cache, Fetched, digest
from etl.network.content import AGAIN, ELSEWHERE, MB, Damaged, RefusedFile
from etl.network.download import Download, Progress, Settings, session
from etl.source import Source, SourceError

__all__ = ["Settings", "bar", "fetch"]

_CATALOGUE_MB = 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def fetch(
    source: Source,
    cache: Cache,
    *,
    offline: bool = False,
    progress: Progress = lambda done, total: None,
    settings: Settings = Settings(),  # noqa: B008 - frozen
) -> Fetched:
    """The newest file of a source that has a `remote`; when the network or the disk fails, the last one, marked stale.

    `offline` opens no connection. Raises SourceError, one sentence, when there is no file at all.
    """
    try:
        if offline:
            raise RefusedFile(
                "le réseau n'a pas été consulté, comme demandé", "Relancez la commande sans cette option."
            )
        return _bring(source, cache, progress, settings)
    except RefusedFile as refused:
        trouble = str(refused)
    except OSError as error:
        trouble = _disk(error)
    trouble = f"Source « {source.title} » : {trouble}"
    last = cache.latest(source.source_id) or cache.good(source.source_id)
    if last is None:
        raise SourceError(trouble)
    return replace(
        last, outcome=STALE, trouble=f"{trouble} En attendant, son fichier du {last.retrieved_at:%d/%m/%Y} sert."
    )


@contextmanager
def bar(label: str, *, disable: bool = False) -> Iterator[Progress]:
    """A bar for one download, with its speed and the time left; what it gives is the `progress` of `fetch`."""
    shape = "{desc} {bar:24} {n_fmt}/{total_fmt}, {rate_fmt}, reste {remaining}"
    with tqdm(desc=label, unit="o", unit_scale=True, bar_format=shape, disable=disable) as line:

        def progress(done: int, total: int | None) -> None:
            line.total = total
            line.update(done - line.n)

        yield progress


def _bring(source: Source, cache: Cache, progress: Progress, settings: Settings) -> Fetched:
    deadline = time.monotonic() + settings.total_s
    addresses = (source.remote.url, *source.remote.elsewhere)
    troubles: list[RefusedFile] = []
    with session() as http:
        for url in addresses:
            there = replace(source, remote=replace(source.remote, url=url))
            try:
                return _twice(there, cache, http, progress, settings, deadline)
            except RefusedFile as refused:
                troubles.append(refused)
    raise troubles[0]  # that of the first address: the one which is ours


def _twice(
    source: Source, cache: Cache, http: requests.Session, progress: Progress, settings: Settings, deadline: float
) -> Fetched:
    try:
        return _once(source, cache, http, progress, settings, deadline)
    except Damaged:  # a resumed body may be half of one file and half of the next; the catalogue may be late
        return _once(source, cache, http, progress, settings, deadline)


def _once(
    source: Source, cache: Cache, http: requests.Session, progress: Progress, settings: Settings, deadline: float
) -> Fetched:
    remote, source_id = source.remote, source.source_id
    common = {"http": http, "settings": settings, "deadline": deadline}
    resource = datagouv.Resource(remote.url, datagouv.name_of(remote.url))
    if remote.newest:
        resource = datagouv.newest(_catalogue(source, cache, common), remote.newest)
    if resource.checksum and _has(cache, source_id, resource.checksum):
        confirmed = cache.confirm(source_id, url=resource.url, name=resource.name)
        if confirmed:
            return confirmed
    most_bytes = remote.most_mb * MB
    if resource.size and resource.size > most_bytes:
        raise RefusedFile(f"le catalogue annonce {resource.size // MB} Mo pour {resource.name}", ELSEWHERE)
    with cache.draft(source_id) as draft:
        conditions = {} if resource.checksum else cache.conditions(source_id, resource.url)
        download = Download(
            resource.url,
            draft,
            most_bytes=most_bytes,
            kind=remote.kind,
            conditions=conditions,
            progress=progress,
            **common,
        )
        if not download.run():
            confirmed = cache.confirm(source_id, url=resource.url, name=resource.name)
            if confirmed:
                return confirmed
            raise Damaged("le fichier gardé a disparu pendant que le serveur le confirmait", AGAIN)
        _compare(resource, download)
        content.verify(draft, remote.kind, most_bytes)
        return cache.store(
            source_id,
            draft,
            sha256=download.sha256,
            kind=remote.kind,
            url=resource.url,
            name=resource.name,
            etag=download.etag,
            last_modified=download.last_modified,
        )


def _catalogue(source: Source, cache: Cache, common: dict) -> object:
    """The dataset as data.gouv.fr describes it."""
    with cache.draft(f"{source.source_id}-catalogue") as draft:
        Download(source.remote.url, draft, most_bytes=_CATALOGUE_MB * MB, kind="json", **common).run()
        try:
            return json.loads(draft.read_bytes())
        except (ValueError, RecursionError):
            raise RefusedFile("le catalogue de data.gouv.fr n'est pas du JSON lisible", AGAIN) from None


def _has(cache: Cache, source_id: str, checksum: tuple[str, str]) -> bool:
    algorithm, expected = checksum
    latest = cache.latest(source_id)
    return latest is not None and digest(latest.path, algorithm) == expected


def _compare(resource: datagouv.Resource, download: Download) -> None:
    """What came, against what the catalogue says."""
    if resource.size is not None and download.size != resource.size:
        raise Damaged(f"{resource.name} fait {download.size} octets, et non {resource.size} comme au catalogue", AGAIN)
    if resource.checksum:
        algorithm, expected = resource.checksum
        if digest(download.draft, algorithm) != expected:
            raise Damaged(f"{resource.name} n'a pas l'empreinte {algorithm} que donne le catalogue", AGAIN)


def _disk(error: OSError) -> str:
    if error.errno in _NO_ROOM:
        return "le disque est plein. Libérez de la place, puis relancez la commande."
    return f"le dossier des téléchargements ne se laisse pas lire ou écrire ({error.strerror or error}). Vérifiez les droits sur ce dossier."
