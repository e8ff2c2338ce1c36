"""PDFs read back by poppler, as a reader's own program would."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

needs_poppler = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="no pdftotext here (on Debian: apt install poppler-utils)"
)


def pages(content: bytes, *options: str) -> list[str]:
    """The text of each page."""
    return _run("pdftotext", "-layout", *options, "-", "-", content=content).split("\f")[:-1]


def about(content: bytes) -> dict[str, str]:
    """Title, size of a page, number of pages…, by their name."""
    return dict(re.findall(r"(?m)^([^:]+):\s+(.*)$", _run("pdfinfo", "-", content=content)))


def _run(*command: str, content: bytes) -> str:
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
