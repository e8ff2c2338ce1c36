"""Which file of a data.gouv.fr dataset is the newest, and what the catalogue says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from etl.network.content import ELSEWHERE, RefusedFile

_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})-?(0[1-9]|1[0-2])(?:-?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_ALGORITHMS = {"sha1": "sha1", "sha2": "sha256", "sha256": "sha256", "md5": "md5"}  # data.gouv.fr's name -> hashlib's
_DIGITS = {"sha1": 40, "sha256": 64, "md5": 32}


@dataclass(frozen=True)
class Resource:
    """One file to fetch; `size` in bytes and `checksum` (algorithm, hexadecimal) are None when nobody gives them."""

    url: str
    name: str
    size: int | None = None
    checksum: tuple[str, str] | None = None


def name_of(url: str) -> str:
    """The file name at the end of an address, without its query."""
    return unquote(url.split("?")[0].rstrip("/").rpartition("/")[2])


def newest(document: object, pattern: str) -> Resource:
    """Of the resources whose title or file name matches `pattern`, the one of the latest month (AAAAMM, or AAAAMMJJ) in
    that name, then the last modified. `document` is the dataset as API v1 gives it. Raises RefusedFile.
    """
    resources = document.get("resources") if isinstance(document, dict) else None
    if not isinstance(resources, list):
        raise RefusedFile("le catalogue de data.gouv.fr n'a pas la forme attendue (« resources » absent)", ELSEWHERE)
    candidates = [candidate for resource in resources for candidate in _candidates(resource, pattern)]
    if not candidates:
        raise RefusedFile(f"aucun des {len(resources)} fichiers du catalogue n'a un nom comme « {pattern} »", ELSEWHERE)
    _, _, name, resource = max(candidates, key=lambda candidate: candidate[:2])
    return Resource(resource["url"], name, _size(resource), _checksum(resource))


def _candidates(resource: object, pattern: str) -> Iterator[tuple[str, str, str, dict]]:
    """At most one (month, last modified, name, resource)."""
    url = resource.get("url") if isinstance(resource, dict) else None
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        return
    for name in (name_of(url), str(resource.get("title") or "")):
        if match := re.search(pattern, name):
            month = _MONTH.search(match[0]) or _MONTH.search(name)
            modified = resource.get("last_modified") or resource.get("published") or ""
            yield "".join(filter(None, month.groups())) if month else "", str(modified), name, resource
            return


def _size(resource: dict) -> int | None:
    size = resource.get("filesize")
    return size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else None


def _checksum(resource: dict) -> tuple[str, str] | None:
    checksum = resource.get("checksum")
    if not isinstance(checksum, dict):
        return None
    algorithm = _ALGORITHMS.get(str(checksum.get("type")).lower(), "")
    value = str(checksum.get("value")).lower()
    known = algorithm and re.fullmatch(f"[0-9a-f]{{{_DIGITS[algorithm]}}}", value)
    return (algorithm, value) if known else None
