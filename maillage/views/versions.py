"""Two drafts side by side, as HTML. Every text is escaped."""

from __future__ import annotations

from maillage.language import text
from maillage.language.text import escape
from maillage.records.figure import Value
from maillage.records.territory import Compared
from maillage.views.territory_html import reading, several


def compared(found: Compared, a: str, b: str) -> str:
    """A table of A, B and the difference, then the communes that only one of them has."""
    rows = "".join(_row(*row) for row in found.rows)
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in (f"A : {a}", f"B : {b}", "B − A"))
    return (
        f'<section class="profile"><h3>Deux versions</h3><div class="wide"><table class="figures"><thead><tr><th scope="col"></th>{heads}'
        f'</tr></thead><tbody>{rows}</tbody></table></div><ul class="checks">{_communes("En commun", found.common)}'
        f"{_communes('Seulement dans A', found.only_a)}{_communes('Seulement dans B', found.only_b)}</ul></section>"
    )


def _row(label: str, unit: str, decimals: int, a, b) -> str:
    small = f"<small>{escape(unit)}</small>" if unit else ""
    return (
        f'<tr><th scope="row">{escape(label)}{small}</th><td>{_cell(a, decimals)}</td><td>{_cell(b, decimals)}</td>'
        f"<td>{_gap(a, b, decimals)}</td></tr>"
    )


def _cell(value, decimals: int) -> str:
    if isinstance(value, Value) or value is None:
        return reading(value, decimals)
    return escape(value) if isinstance(value, str) else text.number(value, decimals)


def _gap(a, b, decimals: int) -> str:
    """The difference of two plain figures; two minima or two maxima have none."""
    if isinstance(a, Value) and isinstance(b, Value):
        if a.sign in ("≥", "≤") or b.sign in ("≥", "≤"):
            return "–"
        a, b = a.value, b.value
    if not all(isinstance(value, int | float) for value in (a, b)):
        return "–"
    gap = round(b, decimals) - round(a, decimals)
    return ("+" if gap > 0 else "") + text.number(gap, decimals)


def _communes(head: str, names: tuple[str, ...]) -> str:
    detail = f"<small>{escape(several(list(names), 12))}</small>" if names else ""
    return f"<li><span>{escape(head)} : {escape(text.count(len(names), 'commune'))}{detail}</span></li>"
