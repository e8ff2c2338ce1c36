"""The profile beside the map, as HTML: figures against larger territories, structures, CPTS. Every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from maillage import catalog
from maillage.language import figures, text
from maillage.language.text import escape
from maillage.views.legend import badge


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
    rows = {(row.level, row.code): row for row in data["figures"].itertuples() if row.indicator == indicator.code}
    places = [place for place in data["places"] if _makes_sense(indicator, place[0][0])]
    cells = [rows.get(place) for place, _ in places]
    values = "".join(
        f"<li><b>{_reading(cell, indicator)}</b>{escape(name)}</li>"
        for cell, (_, name) in zip(cells, places, strict=True)
    )
    values = values or "<li>Un niveau n'a pas de moyenne : il se lit commune par commune.</li>"
    origin = dict.fromkeys(f"{cell.method}, {cell.year} ({cell.source})" for cell in cells if cell is not None)
    told = f"<details><summary>D'où vient ce chiffre</summary>{escape(' ; '.join(origin))}.</details>" if origin else ""
    return (
        f'<section class="profile headline"><p class="lead">{escape(kind.capitalize())} · {lead}</p>'
        f'<div class="coloured"><p>{escape(indicator.label)}<small>{escape(indicator.unit)}, {_when(cells, indicator)}</small></p>'
        f"<ul>{values}</ul>{told}</div></section>"
    )


def profile(data: dict) -> str:
    """The territory's figures against larger ones, its structures, its CPTS. `data` is what `portrait.profile` gives."""
    here = data["territory"]
    title = text.territory_name(here.level, here.code, here.name)
    return (
        f'<section class="profile" aria-label="Profil de {escape(title)}">{_doubts(here)}{_area(data)}{_focus(data)}{_figures(data)}'
        f"{_structures(data)}{_nearest(data)}{_cpts(data)}</section>"
    )


def _area(data: dict) -> str:
    sentence = figures.area(data["area_gap"])
    return f'<p class="doubt">{escape(sentence)}</p>' if sentence else ""


def _doubts(here) -> str:
    said = []
    if here.geometry_origin == "reunion":
        said.append("Contour réuni : des communes ont fusionné depuis 2024.")
    if here.geometry_origin == "deleguee":
        said.append("Commune rétablie en 2025 : contour de l'ancienne commune déléguée.")
    if here.point_origin in ("mairie_absente", "mairie_hors_commune"):
        said.append("Mairie non placée par la source : distances mesurées d'un point intérieur.")
    if here.departement_code == "976" or here.level == "france" or (here.level, here.code) == ("region", "06"):
        said.append("Mayotte n'a que la population de son recensement de 2017.")
    return "".join(f'<p class="doubt">{escape(sentence)}</p>' for sentence in said)


def _figures(data: dict) -> str:
    figures = list(data["figures"].itertuples())
    at = {(row.indicator, row.level, row.code): row for row in figures}
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for _, name in data["places"])
    rows, kept = [], []
    for name in data["indicators"]:
        cells = [at.get((name, *place)) for place, _ in data["places"]]
        if cells[0] is None:
            continue
        kept.append(name)
        indicator = catalog.INDICATOR[name]
        rows.append(
            f'<tr><th scope="row" title="{escape(indicator.definition)}">{escape(indicator.label)}'
            f"<small>{escape(indicator.unit)}, {_when(cells, indicator)}</small></th>"
            f"{_cells(cells, data['places'], indicator)}</tr>"
        )
    return (
        f'<table class="figures"><thead><tr><th scope="col">Indicateur</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
        '<p class="note">≥ minimum, ≤ maximum : recensement partiel. ≈ moyenne calculée ici, non publiée. '
        f"– : donnée manquante. s. o. : sans objet.</p>{_origins(kept, figures)}"
    )


def _origins(names: Sequence[str], figures: list) -> str:
    """Where each figure comes from, folded away."""
    told: dict[str, dict[str, None]] = {name: {} for name in names}
    for row in (row for row in figures if row.indicator in told):
        told[row.indicator][f"{row.method}, {row.year} ({row.source})"] = None
    items = (
        f"<li><b>{escape(catalog.INDICATOR[name].label)}.</b> {escape(' ; '.join(origins))}.</li>"
        for name, origins in told.items()
        if origins
    )
    return f"<details><summary>D'où viennent ces chiffres</summary><ul>{''.join(items)}</ul></details>"


def _when(cells: list, indicator: catalog.Indicator) -> str:
    """« 2023 », « 2017–2023 » when places differ, or that nothing is known; the dates of the lists it rests on."""
    if indicator.surveyed:
        known = dict.fromkeys(cell.vintage.removesuffix(", date à chaque ligne") for cell in cells if cell is not None)
        return f"recensement {' ; '.join(known)}" if known else "sans donnée ici"
    years = sorted({int(cell.year) for cell in cells if cell is not None})
    if indicator.categories and not cells:
        return "par commune"
    return "–".join(map(str, dict.fromkeys((years[0], years[-1])))) if years else "sans donnée ici"


def _makes_sense(indicator: catalog.Indicator, level: str) -> bool:
    """Whether a figure may exist at a level: a category has no mean."""
    return not indicator.categories or level in indicator.levels


def _cells(cells: list, places: list, indicator: catalog.Indicator) -> str:
    kind = ' class="word"' if indicator.categories else ""
    return "".join(
        f"<td{kind}>{_reading(cell, indicator) if _makes_sense(indicator, level) else 's. o.'}</td>"
        for cell, ((level, _), _) in zip(cells, places, strict=True)
    )


def _reading(cell, indicator: catalog.Indicator) -> str:
    """A figure with what it is: a category, a minimum, a maximum, a mean of ours, withheld or missing."""
    if cell is None:
        return "–"
    if cell.method == figures.WITHHELD:
        return figures.WITHHELD
    if indicator.categories:
        return escape(indicator.category(cell.value)) if text.known(cell.value) else "–"
    return figures.reading(cell.value, indicator.decimals, cell.bound, cell.basis)


def _structures(data: dict) -> str:
    counted = data["structures"].set_index("type")
    rows = []
    for kind in catalog.SITE_TYPES:
        row = counted.loc[kind.code]
        state = _state(row)
        if state:
            rows.append(
                f'<li title="{escape(kind.meaning)}">{badge(kind)}<span>{escape(kind.label)}</span><span>{state}</span></li>'
            )
    nothing = [kind.code for kind in catalog.SITE_TYPES if not _state(counted.loc[kind.code])]
    whole = counted["whole"] == counted["departements"]
    none, unknown = [kind for kind in nothing if whole[kind]], [kind for kind in nothing if not whole[kind]]
    level = data["territory"].level
    where = "" if level in ("departement", "region", "france") else ", commune connue"
    notes = []
    if rows:
        partly = [kind.code for kind in catalog.SITE_TYPES if kind.code not in nothing and not whole[kind.code]]
        extent = f"liste partielle pour {', '.join(partly)}. {_surveyed(counted)}" if partly else "liste complète."
        notes.append(f"Sites recensés dans Maillage{where}, {extent}")
    if none:
        notes.append(f"Aucun, d'après un recensement complet : {', '.join(none)}.")
    if unknown:
        notes.append(f"Non recensés ici (inconnu, pas zéro) : {', '.join(unknown)}.")
    told = "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
    return f'<h3>Structures</h3><ul class="structures">{"".join(rows)}</ul>{told}'


def _surveyed(counted: pd.DataFrame) -> str:
    total, most = int(counted["departements"].iloc[0]), int(counted["surveyed"].max())
    return "" if total == 1 else f"{text.count(most, 'département')} recensé{'s' if most > 1 else ''} sur {total}."


def _state(row) -> str:
    if row["open"] + row["preparing"] == 0:
        return ""
    parts = [f"<b>{text.number(row['open'])}</b> {'ouvert' if row['open'] < 2 else 'ouverts'}"]
    if row["preparing"]:
        parts.append(f"{text.number(row['preparing'])} en préparation")
    if text.known(row["places"]):
        parts.append(text.count(int(row["places"]), "place"))
    if row["unplaced"]:
        parts.append(f"{text.number(row['unplaced'])} sans commune")
    return ", ".join(parts)


def _nearest(data: dict) -> str:
    if not data["nearest"]:
        return ""
    rows = "".join(
        f"<li>{badge(catalog.SITE_TYPE[kind])}<span>{escape(name)}<small>{escape(commune)}</small></span>"
        f"<span>{_far(km, minutes)}</span></li>"
        for kind, name, commune, km, minutes in data["nearest"]
    )
    return (
        f'<h3>Sites recensés les plus proches</h3><ul class="structures">{rows}</ul>'
        f'<p class="note">À vol d\'oiseau depuis la mairie. {escape(text.travel())}</p>'
    )


def _far(km: float, minutes: float) -> str:
    if km == 0:
        return "dans la commune"
    return f"{text.quantity(km, 'km', 1)}<small>≈ {text.quantity(minutes, 'min')}</small>"


def _focus(data: dict) -> str:
    """The CPTS sought, told whole."""
    sought = data["cpts"][data["cpts"]["cpts_id"] == data["focus"]]
    if sought.empty:
        return ""
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
    declared = [
        text.count(value, word)
        for value, word in (
            (row.declared_communes, "commune"),
            (row.declared_population, "habitant"),
            (row.declared_professionals, "professionnel"),
        )
        if text.known(value)
    ]
    if declared:
        when = f" ({text.date(row.as_of)})" if text.known(row.as_of) else ""
        lines.append(f"Déclaré par la CPTS ou ses partenaires{when} : {', '.join(declared)}.")
    if text.known(row.note):
        lines.append(f"À savoir : {row.note}.".replace("..", "."))
    lines.append(f"Référence : {text.reference(row.citation)}")
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<div class="card"><h3>{escape(row.name)}</h3>{body}</div>'


def _change(row) -> str:
    """How far the people of a whole perimeter are from the number declared."""
    if row.perimeter != "complet" or not text.known(row.declared_population):
        return ""
    change = 100 * (row.population / row.declared_population - 1)
    return f", soit {text.quantity(change, '%', 1)} par rapport au chiffre déclaré"


def _cpts(data: dict) -> str:
    here, frame = data["territory"], data["cpts"]
    if here.level in ("commune", "arrondissement_municipal"):
        if data["member_of"]:
            listed = "".join(
                f"<li><span>{escape(name)}</span><span>{escape(catalog.CPTS_STATUS[status].label)}</span></li>"
                for _, name, status in data["member_of"]
            )
            return f'<h3>CPTS de la commune</h3><ul class="structures plain">{listed}</ul>'
        return "<h3>CPTS de la commune</h3><p class='note'>Dans aucun périmètre connu de CPTS.</p>"
    if here.level == "france":
        drawn, (whole, partly) = int(frame["population"].notna().sum()), data["cpts_survey"]
        return (
            f'<h3>CPTS</h3><p class="note">CPTS recensées aux statuts choisis : {text.number(len(frame))}, dont '
            f"{text.number(drawn)} au périmètre connu au moins en partie. Départements où tous les périmètres sont "
            f"connus : {text.number(whole)} ; où une partie l'est : {text.number(partly)}.</p>"
        )
    if frame.empty:
        return "<h3>CPTS</h3><p class='note'>Aucune CPTS recensée ici aux statuts choisis : c'est une inconnue, pas un zéro.</p>"
    listed = "".join(_cpts_row(row) for row in frame.itertuples())
    return f'<h3>CPTS ({text.number(len(frame))})</h3><ul class="structures plain">{listed}</ul>'


def _cpts_row(row) -> str:
    extent = {
        "complet": f"{text.count(row.communes, 'commune')}, {text.count(row.population, 'habitant')}"
        if text.known(row.population)
        else "",
        "partiel": "périmètre partiel",
        "inconnu": "périmètre inconnu",
    }[row.perimeter]
    status = catalog.CPTS_STATUS[row.status].label
    return f"<li><span>{escape(row.name)}<small>{escape(status)}</small></span><span><small>{escape(extent)}</small></span></li>"
