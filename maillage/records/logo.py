"""A logo that people bring to their ceremony."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True)
class Logo:
    """A picture of our own making, whatever was brought: `mime` says PNG or JPEG; sizes in pixels."""

    name: str
    mime: str
    width: int
    height: int
    content: bytes = field(repr=False)
    stamp: str = ""

    @property
    def link(self) -> str:
        """The picture as an address that holds it whole."""
        return f"data:{self.mime};base64,{b64encode(self.content).decode()}"


def logo(name: str, mime: str, size: tuple[int, int], content: bytes) -> Logo:
    """A logo under a stamp of its content."""
    return Logo(name, mime, *size, content, sha256(content).hexdigest())
