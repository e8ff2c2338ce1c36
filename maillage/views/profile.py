"""The profile beside the map, as HTML: figures against larger territories, structures, CPTS."""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.language import figures, references, text
from maillage.views import html


def headline(data: dict) -> str:
    """Who lives there, and the coloured indicator against larger territories. `data` is what `portrait.profile` gives.

    Apart from the rest of the profile, which does not change with the indicator and so is not sent again.
    """
    here = data["territory"]
    kind = catalog.LEVEL[here.level].label if here.level != "france" else "métropole et outre-mer"
    lead = (
        f"{text.count(here.population, 'habitant')} en {here.population_year}, "
        f"{text.quantity(here.area_km2, 'km²', 0 if here.area_km2 >= 100 else 1)}"
    )
    indicator = catalog.INDICATOR[data["coloured"]]
    coloured = data["figures"][data["figures"]["indicator"] == indicator.code]
    rows = {(row.level, row.code): row for row in coloured.itertuples()}
    places = [place for place in data["places"] if _makes_sense(indicator, place[0][0])]
    cells = [rows.get(place) for place, _ in places]
    values = [(_reading(cell, indicator), name) for cell, (_, name) in zip(cells, places, strict=True)]
    origins = list(dict.fromkeys(f"{cell.method}, {cell.year} ({cell.source})" for cell in cells if cell is not None))
    return html.macro(
        "profile.html", "headline", f"{kind.capitalize()} · {lead}", indicator, _when(cells, indicator), values, origins
    )


def profile(data: dict) -> str:
    """The territory's figures against larger ones, its structures, its CPTS. `data` is what `portrait.profile` gives."""
    here = data["territory"]
    title = text.territory_name(here.level, here.code, here.name)
    doubts = [*_doubts(here), *filter(None, [figures.area(data["area_gap"])])]
    parts = (_focus(data), _figures(data), _structures(data), _nearest(data), _cpts(data))
    return html.macro("profile.html", "profile", title, doubts, *parts)


def _doubts(here) -> list[str]:
    sentences = []
    if here.geometry_origin == "reunion":
        sentences.append("Contour réuni : des communes ont fusionné depuis 2024.")
    if here.geometry_origin == "deleguee":
        sentences.append("Commune rétablie en 2025 : contour de l'ancienne commune déléguée.")
    if here.point_origin in ("mairie_absente", "mairie_hors_commune"):
        sentences.append("Mairie non placée par la source : distances mesurées d'un point intérieur.")
    if here.departement_code == "976" or here.level == "france" or (here.level, here.code) == ("region", "06"):
        sentences.append("Mayotte n'a que la population de son recensement de 2017.")
    return sentences


def _figures(data: dict) -> dict:
    """The names of the columns, and a row an indicator: when, its readings, where they come from."""
    cells, origins = {}, {}
    for row in data["figures"].itertuples():
        cells[row.indicator, row.level, row.code] = row
        origins.setdefault(row.indicator, {})[f"{row.method}, {row.year} ({row.source})"] = None
    rows = []
    for name in data["indicators"]:
        indicator, across = catalog.INDICATOR[name], [cells.get((name, *place)) for place, _ in data["places"]]
        if across[0] is not None:
            levels = [level for (level, _), _ in data["places"]]
            readings = [
                _reading(cell, indicator) if _makes_sense(indicator, level) else "s.\u00a0o."
                for cell, level in zip(across, levels, strict=True)
            ]
            when = _when(across, indicator)
            rows.append({"indicator": indicator, "when": when, "readings": readings, "origins": list(origins[name])})
    return {"heads": [name for _, name in data["places"]], "rows": rows}


def _when(cells: list, indicator: catalog.Indicator) -> str:
    """« 2023 », « 2017–2023 » when places differ, or that nothing is known; the dates of the lists it rests on."""
    if indicator.surveyed:
        known = dict.fromkeys(cell.vintage.removesuffix(", date à chaque ligne") for cell in cells if cell is not None)
        return text.dated(f"recensement {' ; '.join(known)}") if known else "sans donnée ici"
    years = sorted({int(cell.year) for cell in cells if cell is not None})
    if indicator.categories and not cells:
        return "par commune"
    return "–".join(map(str, dict.fromkeys((years[0], years[-1])))) if years else "sans donnée ici"


def _makes_sense(indicator: catalog.Indicator, level: str) -> bool:
    """Whether a figure may exist at a level: a category has no mean."""
    return not indicator.categories or level in indicator.levels


def _reading(cell, indicator: catalog.Indicator) -> str:
    """A figure with what it is: a category, a minimum, a maximum, a mean of ours, withheld or missing."""
    if cell is None:
        return "–"
    if cell.basis == catalog.WITHHELD:
        return figures.WITHHELD
    if indicator.categories:
        return indicator.category(cell.value) if text.known(cell.value) else "–"
    return figures.reading(cell.value, indicator.decimals, cell.bound, cell.basis)


def _structures(data: dict) -> dict:
    """The types with a site, and what is known of the others."""
    counted = {row.type: row for row in data["structures"].itertuples()}
    kinds = [kind for kind in catalog.SITE_TYPES if kind.code in counted]  # a build may be older than a type
    wide = data["territory"].level in ("departement", "region", "france")  # a published count is a département's
    rows = [(kind, parts) for kind in kinds if (parts := _state(counted[kind.code], wide))]
    listed = {kind.code for kind, _ in rows}
    nothing = [kind.code for kind in kinds if kind.code not in listed]
    whole = {code for code, row in counted.items() if row.whole == row.departements}
    none, unknown = [kind for kind in nothing if kind in whole], [kind for kind in nothing if kind not in whole]
    where = "" if wide else ", commune connue"
    notes = []
    if rows:
        partly = [kind.code for kind in kinds if kind.code in listed - whole]
        extent = (
            f"liste partielle pour {', '.join(map(catalog.short, partly))}. {_surveyed(data['structures'])}"
            if partly
            else "liste complète."
        )
        notes.append(f"Sites recensés dans Maillage{where}, {extent}")
    if none:
        notes.append(f"Aucun, d'après un recensement complet : {', '.join(map(catalog.short, none))}.")
    if unknown:
        notes.append(f"Non recensés ici (inconnu, pas zéro) : {', '.join(map(catalog.short, unknown))}.")
    return {"rows": rows, "notes": notes}


def _surveyed(counted: pd.DataFrame) -> str:
    total, most = int(counted["departements"].iloc[0]), int(counted["surveyed"].max())
    return "" if total == 1 else f"{text.count(most, 'département')} recensé{'s' if most > 1 else ''} sur {total}."


def _state(row, wide: bool) -> list:
    """How many are open, then words: « ouverts », « 12 recensées sur 22 publiées » of a list that is not whole, « 2 en
    préparation », « 11 places »; nothing without a site."""
    if row.open + row.preparing == 0:
        return []
    parts = [row.open, "ouvert" if row.open < 2 else "ouverts"]
    if wide and text.known(row.published) and row.whole < row.departements:
        parts.append(figures.listed(int(row.open), int(row.published)))
    if row.preparing:
        parts.append(f"{text.number(row.preparing)} en préparation")
    if text.known(row.places):
        parts.append(text.count(int(row.places), "place"))
    if row.unplaced:
        parts.append(f"{text.number(row.unplaced)} sans commune")
    return parts


def _nearest(data: dict) -> dict | None:
    rows = [
        (catalog.SITE_TYPE[kind], name, commune, *_far(km, minutes))
        for kind, name, commune, km, minutes in data["nearest"]
    ]
    return {"rows": rows, "travel": text.travel()} if rows else None


def _far(km: float, minutes: float) -> tuple[str, str]:
    if km == 0:
        return "dans la commune", ""
    return text.quantity(km, "km", 1), f"≈ {text.quantity(minutes, 'min')}"


def _focus(data: dict) -> dict | None:
    """The CPTS sought, whole."""
    if not data["focus"]:
        return None
    sought = data["cpts"][data["cpts"]["cpts_id"] == data["focus"]]
    if sought.empty:
        return None
    row = next(sought.itertuples())
    status = catalog.CPTS_STATUS[row.status].label
    since = f" ({text.date(row.status_date)})" if text.known(row.status_date) else ""
    lines = [f"Statut : {status}{since}."]
    if row.perimeter == "inconnu":
        lines.append("Périmètre inconnu : aucune commune membre n'est nommée par les sources.")
    else:
        size = catalog.size_class(row.population)
        extent = "Périmètre complet" if row.perimeter == "complet" else "Périmètre partiel, communes nommées seulement"
        lines.append(
            f"{extent} : {text.count(row.communes, 'commune')}, {text.count(row.population, 'habitant')} "
            f"(population municipale 2023){_change(row)}."
        )
        if row.perimeter == "complet":
            lines.append(f"Classe de taille ACI : {size.code}, {size.label}.")
    if declared := text.declared(row):
        when = f" ({text.date(row.as_of)})" if text.known(row.as_of) else ""
        lines.append(f"Déclaré par la CPTS ou ses partenaires{when} : {declared}.")
    if text.known(row.note):
        lines.append(f"À savoir : {row.note}.".replace("..", "."))
    lines.append(f"Référence : {references.reference(row.citation)}")
    return {"name": row.name, "lines": lines}


def _change(row) -> str:
    """How far the people of a whole perimeter are from the number declared."""
    if row.perimeter != "complet" or not text.known(row.declared_population):
        return ""
    change = 100 * (row.population / row.declared_population - 1)
    return f", soit {text.quantity(change, '%', 1)} par rapport au chiffre déclaré"


def _cpts(data: dict) -> dict:
    """The CPTS of a place: rows of (name, status, extent), or one sentence."""
    here, frame = data["territory"], data["cpts"]
    if here.level in ("commune", "arrondissement_municipal"):
        title = "CPTS de la commune"
        if not data["member_of"]:
            return {"title": title, "note": "Dans aucun périmètre connu de CPTS."}
        return {
            "title": title,
            "rows": [(name, catalog.CPTS_STATUS[status].label, None) for _, name, status in data["member_of"]],
        }
    if here.level == "france":
        drawn, (whole, partly) = int(frame["population"].notna().sum()), data["cpts_survey"]
        return {
            "title": "CPTS",
            "note": f"CPTS recensées aux statuts choisis : {text.number(len(frame))}, dont {text.number(drawn)} au périmètre connu "
            f"au moins en partie. Départements où tous les périmètres sont connus : {text.number(whole)} ; où une partie l'est : "
            f"{text.number(partly)}.",
        }
    if frame.empty and data["cpts_survey"][0] == data["structures"]["departements"].iloc[0]:
        return {"title": "CPTS", "note": "Aucune CPTS ici aux statuts choisis, d'après une liste complète."}
    if frame.empty:
        return {
            "title": "CPTS",
            "note": "Aucune CPTS recensée ici aux statuts choisis : c'est une inconnue, pas un zéro.",
        }
    return {"title": f"CPTS ({text.number(len(frame))})", "rows": [_cpts_row(row) for row in frame.itertuples()]}


def _cpts_row(row) -> tuple[str, str, str]:
    extent = {
        "complet": f"{text.count(row.communes, 'commune')}, {text.count(row.population, 'habitant')}"
        if text.known(row.population)
        else "",
        "partiel": "périmètre partiel",
        "inconnu": "périmètre inconnu",
    }[row.perimeter]
    return row.name, catalog.CPTS_STATUS[row.status].label, extent
