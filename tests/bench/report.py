"""What the bench tells: a table in Markdown, and on which machine."""

from __future__ import annotations

import os
import platform
import subprocess

from tests.bench.drive import chromium


def machine() -> dict:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "system": platform.system(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory),
        "python": platform.python_version(),
        "chromium": browser_version(),
    }


def browser_version() -> str | None:
    program = chromium()
    if program is None:
        return None
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    return next((word for word in version.split() if word[:1].isdigit()), None)


def table(results: list[dict]) -> str:
    """The lines, in Markdown."""
    rows = [("What", "Median (min–max)", "Goal", "Met")]
    for line in results:
        unit = f" {line['unit']}" if line["unit"] else ""
        if "median" not in line:
            measured = "not measured"
        elif line["min"] == line["max"]:
            measured = number(line["median"]) + unit
        else:
            measured = f"{number(line['median'])} ({number(line['min'])}–{number(line['max'])}){unit}"
        met = {True: "yes", False: "NO", None: ""}[line.get("met")]
        rows.append((line["what"], measured, f"{line['goal']}{unit}" if line["goal"] else "", met))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |" for row in rows
    )


def number(value: float) -> str:
    """Three figures, and no exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
