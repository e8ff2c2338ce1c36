"""Small maps of the départements: their outlines, and what colours one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maillage.records.map_view import Classes


@dataclass(frozen=True)
class DepartementShape:
    """The outline of a département in map units; in the inset of Paris, drawn again."""

    code: str
    name: str
    path: str
    again: str = ""


@dataclass(frozen=True)
class Panel:
    """One small map. `marks` are by code: class number, x missing, s withheld; `said`, by code, is what a pointer reads."""

    title: str
    unit: str
    marks: Mapping[str, str]
    labels_by_code: Mapping[str, str]
    classes: Classes
    labels: tuple[str, ...]  # of the classes
    source: str
