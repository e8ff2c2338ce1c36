"""How to cite the atlas and what it was built from: a sentence, and BibTeX."""

from __future__ import annotations

import re

import pandas as pd

from maillage.language import names, text

_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        **{c: f"\\{c}" for c in "&%$#_{}"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def sentence(build: dict, sources: pd.DataFrame) -> str:
    """The atlas, its build and its date, then every source read, with its vintage and licence."""
    listed = " ; ".join(
        f"{row.title}, {row.producer}, millésime {text.dated(str(row.vintage))}, {row.licence}"
        for row in _read(sources).itertuples()
    )
    return (
        f"Maillage, atlas ouvert des soins coordonnés, construction {build['version']} du {build['built_at']:%d/%m/%Y} "
        f"(carte des communes de {build['cog_year']}). Données : {listed}."
    )


def bibtex(build: dict, sources: pd.DataFrame) -> str:
    """One entry for the build, one for each source read. Keys are ASCII, and no two are the same."""
    entries = [
        _entry(
            "maillage",
            "Maillage, atlas ouvert des soins coordonnés",
            "Maillage",
            f"{build['built_at']:%Y}",
            "EUPL-1.2 (code)",
            f"Construction {build['version']} du {build['built_at']:%d/%m/%Y}",
            "",
        )
    ]
    for row in _read(sources).itertuples():
        years = re.findall(r"\b(?:19|20)\d\d\b", str(row.vintage))
        access = f", lu le {row.retrieved_at:%d/%m/%Y}" if text.known(row.retrieved_at) else ""
        seal = f", SHA-256 {row.sha256}" if text.known(row.sha256) else ""
        entries.append(
            _entry(
                row.source_id,
                row.title,
                row.producer,
                max(years, default=""),
                row.licence,
                f"Millésime {text.dated(str(row.vintage))}{access}{seal}",
                row.page if str(row.page).startswith("https://") else "",
            )
        )
    return "\n".join(entries)


def _read(sources: pd.DataFrame) -> pd.DataFrame:
    """Those that gave rows to this build."""
    return sources[sources["producer"].notna()]


def _entry(key: str, title: str, author: str, year: str, licence: str, note: str, url: str) -> str:
    ascii_key = re.sub(r"[^a-z0-9_-]", "", names.unaccented(key))
    fields = {
        "title": f"{{{_tex(title)}}}",
        "author": f"{{{_tex(author)}}}",
        "year": year,
        "note": f"{_tex(note)}. Licence : {_tex(licence)}",
        "url": url,
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{ascii_key},\n{body}}}\n"


def _tex(words) -> str:
    return " ".join(str(words).translate(_SPECIAL).split())
