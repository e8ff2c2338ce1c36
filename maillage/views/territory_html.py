"""A territory's dossier as HTML: figures beside larger places, shape, structures, life line. Every text is escaped."""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.language.text import escape
from maillage.records.figure import COMMUNES, Figure, Value
from maillage.records.territory import Dossier
from maillage.views.legend import badge

EXTENTS = {
    "complet": "périmètre complet",
    "partiel": "périmètre partiel",
    "inconnu": "périmètre inconnu",
}

BLANK = (
    '<section class="profile"><h3>Par où commencer</h3><ul class="steps">'
    "<li>Choisissez un département sur la carte, puis cliquez ses communes : chacune entre ou sort.</li>"
    "<li>Ou partez, à gauche, d'une intercommunalité, d'une CPTS, ou des communes à moins d'un certain temps d'un lieu.</li>"
    "<li>Ou collez une liste de communes : codes Insee ou noms, comme ils sont dans un tableur.</li></ul>"
    "<p class=\"note\">L'adresse de la page est le territoire : copiez-la, il se rouvre à l'identique.</p></section>"
)


def title(told: Dossier, kind: str) -> str:
    """The name, and what it is."""
    return f'<p class="crumbs">{escape(kind)}</p><h1 class="place">{escape(told.name)}</h1>'


# -- who lives there ------------------------------------------------------------------------------------------------------------


def headline(told: Dossier) -> str:
    """Inhabitants, size class and how far the others are, in large."""
    if told.population is None:
        return '<section class="profile"><p class="lead">Aucune commune : rien n\'est compté.</p></section>'
    least = "≥\u00a0" if told.cpts and told.cpts.perimeter == "partiel" else ""
    facts = [
        (f"{least}{text.number(told.population)}", f"habitants ({told.population_year})"),
        (text.number(len(told.codes)), "commune" if len(told.codes) < 2 else "communes"),
        (text.number(told.area_km2, 0 if told.area_km2 >= 100 else 1), "km²"),
    ]
    shown = "".join(f"<li><b>{value}</b>{escape(label)}</li>" for value, label in facts)
    return f'<section class="profile"><div class="coloured"><ul>{shown}</ul>{_size(told)}</div></section>'


def _size(told: Dossier) -> str:
    if told.size is None:
        declared = told.cpts.declared_size if told.cpts else None
        said = f"Taille selon la population déclarée : {declared.code} ({declared.label})." if declared else ""
        return f'<p class="size">Classe de taille non calculée : périmètre connu en partie. {escape(said)}</p>'
    size = told.size
    steps = []
    if size.next:
        steps.append(f"{text.count(size.lacking, 'habitant')} de plus pour la {size.next.code}")
    if size.previous:
        steps.append(f"{text.number(size.spare)} au-dessus du seuil de la {size.kind.code}")
    return f'<p class="size"><b>{size.kind.code}</b> {escape(size.kind.label)}<small>{escape(" ; ".join(steps))}</small></p>'


def places(told: Dossier) -> str:
    """Its départements with their part of the inhabitants, and what a size class is for."""
    if not told.departements:
        return ""
    parts = ", ".join(
        f"{share.name} ({share.code})"
        + (f" {text.quantity(share.percent, '%')}" if share.percent and len(told.departements) > 1 else "")
        for share in told.departements
    )
    word = "Départements" if len(told.departements) > 1 else "Département"
    return f'<section class="profile"><p class="lead">{word} : {escape(parts)}.</p></section>'


# -- figures --------------------------------------------------------------------------------------------------------------------


def figures(told: Dossier) -> str:
    """Every figure beside those of départements, régions and France. What each is, is told apart: it seldom changes."""
    if not told.figures:
        return ""
    names = [name for _, _, name, _ in told.figures[0].against]
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("Ici", *names))
    rows = "".join(_figure(figure) for figure in told.figures)
    return (
        f'<section class="profile"><div class="wide"><table class="figures"><thead><tr><th scope="col">Indicateur</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def origins(told: Dossier) -> str:
    """How to read the figures, what each means and where it comes from."""
    items = "".join(
        f"<li><b>{escape(figure.label)}.</b> {escape(catalog.INDICATOR[figure.indicator].definition)}"
        f"{escape(' Ici : ' + figure.own.method + '.' if figure.own else '')} {escape(figure.source)}.</li>"
        for figure in told.figures
    )
    return (
        '<section class="profile"><p class="note">dép. : chiffre départemental, en proportion des habitants, non propre au territoire. '
        "≥ minimum, ≤ maximum : recensement partiel. ≈ moyenne calculée ici. – : inconnu.</p>"
        f"<details><summary>Ce que disent ces chiffres, et d'où ils viennent</summary><ul>{items}</ul></details></section>"
    )


def _figure(figure: Figure) -> str:
    cells = "".join(f"<td>{reading(value, figure.decimals)}</td>" for *_, value in figure.against)
    borrowed = "<small>dép.</small>" if figure.scope != COMMUNES and figure.own else ""
    return (
        f'<tr><th scope="row">{escape(figure.label)}<small>{escape(figure.unit)}, {escape(figure.year)}</small></th>'
        f'<td class="own">{reading(figure.own, figure.decimals)}{borrowed}</td>{cells}</tr>'
    )


def reading(value: Value | None, decimals: int) -> str:
    """A value with what it is: « ≥ 12,3 », « NS », « – »."""
    if value is None or (value.value is None and value.method != "NS"):
        return "–"
    if value.method == "NS":
        return "NS"
    return f"{value.sign}\u00a0{text.number(value.value, decimals)}".strip("\u00a0")


# -- shape ----------------------------------------------------------------------------------------------------------------------


def shape(told: Dossier) -> str:
    """Pieces, enclaves, overlaps, communes left alone: what a board must see before it signs."""
    if not told.codes:
        return ""
    items = [_pieces(told), _enclaves(told), _overlaps(told), _orphans(told)]
    return f'<section class="profile"><h3>Périmètre</h3><ul class="checks">{"".join(items)}</ul></section>'


def _check(good: bool | None, head: str, more: str = "") -> str:
    mark, word = {True: ("✓", "bon"), False: ("!", "à voir"), None: ("?", "inconnu")}[good]
    kind = {True: "good", False: "bad", None: "unsure"}[good]
    detail = f"<small>{escape(more)}</small>" if more else ""
    return f'<li class="{kind}"><i aria-label="{word}">{mark}</i><span>{escape(head)}{detail}</span></li>'


def _pieces(told: Dossier) -> str:
    if len(told.pieces) == 1:
        return _check(True, "D'un seul tenant")
    listed = [
        f"{piece.name} ({text.count(len(piece.codes), 'commune')}, {text.count(piece.population, 'habitant')})"
        for piece in told.pieces
    ]
    return _check(
        False, f"En {len(told.pieces)} morceaux, par les frontières terrestres", f"Autour de {several(listed)}."
    )


def _enclaves(told: Dossier) -> str:
    if told.enclaves.empty:
        return _check(True, "Aucune enclave")
    names = [f"{row.name} ({text.count(row.population, 'habitant')})" for row in told.enclaves.itertuples(index=False)]
    return _check(
        False,
        text.count(len(names), "commune entourée, hors du territoire", "communes entourées, hors du territoire"),
        several(names) + ".",
    )


def _overlaps(told: Dossier) -> str:
    listed = told.notes and any("périmètres de CPTS ne sont pas tous connus" in note for note in told.notes)
    if not told.overlaps:
        return _check(
            None if listed else True,
            "Aucun chevauchement connu" if listed else "Aucun chevauchement avec une autre CPTS",
        )
    names = [
        f"{overlap.name} ({text.count(len(overlap.codes), 'commune')}, {text.count(overlap.population, 'habitant')})"
        for overlap in told.overlaps
    ]
    return _check(False, f"Chevauche {text.count(len(names), 'CPTS', 'CPTS')}", several(names) + ".")


def _orphans(told: Dossier) -> str:
    sure, unsure = told.orphans.sure, told.orphans.unsure
    rule = "hors CPTS, et dont toutes les voisines sont dans ce territoire ou dans une autre CPTS"
    if sure.empty and unsure.empty:
        if told.cpts_listed:
            return _check(True, "Aucune commune laissée seule autour", f"Une telle commune est {rule}.")
        return _check(None, "Aucune commune laissée seule, que l'on sache", f"Une telle commune est {rule}.")
    if sure.empty:
        head = text.count(len(unsure), "commune peut-être laissée seule", "communes peut-être laissées seules")
        return _check(None, head, f"{several(list(unsure['name']))} : {rule}, parmi celles que l'on connaît.")
    head = text.count(len(sure) + len(unsure), "commune laissée seule", "communes laissées seules")
    return _check(False, head, f"{several([*sure['name'], *unsure['name']])} : {rule}.")


def several(names: list[str], most: int = 8) -> str:
    """« A, B et C », « A, B… et 12 autres »."""
    if len(names) > most:
        return f"{', '.join(names[:most])} et {len(names) - most} autres"
    return " et ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


# -- structures -----------------------------------------------------------------------------------------------------------------


def structures(told: Dossier) -> str:
    """Sites inside by type with what was looked for, then the nearest outside."""
    rows, unknown = [], []
    for row in told.site_counts.itertuples(index=False):
        kind = catalog.SITE_TYPE[row.type]
        if row.extent == "inconnu":
            unknown.append(row.type)
            continue
        rows.append(
            f'<li title="{escape(kind.meaning)}">{badge(kind)}<span>{escape(kind.label)}</span><span>{_counted(row)}</span></li>'
        )
    rest = (
        f'<p class="note">Jamais recensés ici, inconnus et non absents : {", ".join(unknown)}.</p>' if unknown else ""
    )
    dates = " ; ".join(dict.fromkeys(told.sites["source"]))
    partial = "Recensement partiel : d'autres peuvent exister. " * bool((told.site_counts["extent"] == "partiel").any())
    told_by = f'<p class="note">{escape(partial + dates)}</p>' if rows else ""
    body = (
        f'<ul class="structures">{"".join(rows)}</ul>' if rows else '<p class="note">Aucune structure recensée ici.</p>'
    )
    return f'<section class="profile"><h3>Structures dans le territoire</h3>{body}{told_by}{rest}</section>'


def _counted(row) -> str:
    if not row.open and not row.preparing:
        return "<b>0</b>" if row.extent == "complet" else "aucun recensé"
    parts = [f"<b>{row.open}</b> {'ouvert' if row.open < 2 else 'ouverts'}"] if row.open else []
    if row.preparing:
        parts.append(f"{row.preparing} en préparation")
    if text.known(row.places):
        parts.append(text.count(int(row.places), "place"))
    return ", ".join(parts)


def nearest(told: Dossier) -> str:
    """The nearest open site outside, type by type."""
    if told.nearest.empty:
        return ""
    rows = "".join(
        f"<li>{badge(catalog.SITE_TYPE[row.type])}<span>{escape(row.name)}<small>{escape(_where(row))}</small></span>"
        f"<span>{text.quantity(row.km, 'km', 1)}<small>≈ {text.quantity(row.minutes, 'min')}</small></span></li>"
        for row in told.nearest.itertuples(index=False)
    )
    return (
        f'<section class="profile"><h3>Les plus proches au-dehors, parmi les recensés</h3><ul class="structures">{rows}</ul>'
        f'<p class="note">À vol d\'oiseau de la mairie la plus proche du territoire. {escape(text.travel())}</p></section>'
    )


def _where(row) -> str:
    commune = row.commune if text.known(row.commune) else "commune inconnue"
    return f"{commune} ({row.departement_code}), depuis {row.origin}"


# -- a CPTS ---------------------------------------------------------------------------------------------------------------------


def card(told: Dossier) -> str:
    """What sources say of a CPTS, and how it differs from what is computed."""
    facts = told.cpts
    status = catalog.CPTS_STATUS[facts.status].label
    since = f" ({text.date(facts.status_date)})" if facts.status_date else ""
    lines = [f"Statut : {status}{since}. {EXTENTS[facts.perimeter].capitalize()}."]
    if facts.aliases:
        lines.append(f"Aussi nommée : {', '.join(facts.aliases)}.")
    declared = [
        text.count(value, word)
        for value, word in (
            (facts.declared_communes, "commune"), (facts.declared_population, "habitant"),
            (facts.declared_professionals, "professionnel"),
        )
        if value
    ]  # fmt: skip
    when = f" ({text.date(facts.as_of)})" if facts.as_of else ""
    lines.append(
        f"Déclaré{when} : {', '.join(declared) if declared else 'ni population, ni communes, ni professionnels'}."
    )
    body = "".join(f"<p>{escape(line)}</p>" for line in (*lines, *facts.differences))
    note = f"<p>À savoir : {escape(facts.note.rstrip('.'))}.</p>" if facts.note else ""
    return (
        f'<section class="profile"><div class="card">{body}{note}'
        f"<p><small>Référence : {escape(text.reference(facts.citation))}</small></p></div></section>"
    )


def lifeline(told: Dossier) -> str:
    """The dated steps of a CPTS, the earliest first; a year that is deduced says so."""
    events = told.cpts.events
    if not events:
        return '<section class="profile"><h3>Ligne de vie</h3><p class="note">Aucune étape datée par les sources.</p></section>'
    items = "".join(
        f'<li class="{"deduced" if event.deduced else ""}"><b>{text.date(event.date)}'
        f"{'<small>année déduite</small>' if event.deduced else ''}</b><span>{escape(event.label[:1].upper() + event.label[1:])}"
        f"{f'<small>{escape(event.note)}</small>' if event.note else ''}"
        f"<small>{escape(text.reference(event.citation))}</small></span></li>"
        for event in events
    )
    return f'<section class="profile"><h3>Ligne de vie</h3><ol class="life">{items}</ol></section>'


def notes(told: Dossier) -> list[str]:
    """What must be read with care, without what a page already tells in full."""
    return [note for note in told.notes if not note.startswith("Jamais recensés")]


def built(told: Dossier) -> str:
    """« Données au 22/11/2026 »: the build that everything comes from."""
    return f'<p class="note">Données au {told.build.built_at:%d/%m/%Y}, construction {escape(told.build.version)}.</p>'


def communes(told: Dossier) -> pd.DataFrame:
    """The member communes, for a table."""
    frame = told.communes
    return pd.DataFrame(
        {
            "Commune": frame["name"],
            "Code": frame["code"],
            "Département": frame["departement_code"],
            "Population": frame["population"],
            "Surface (km²)": frame["area_km2"].round(1),
            "Densité (hab./km²)": (frame["population"] / frame["area_km2"]).round(1),
            "Année": frame["population_year"],
            "CPTS": [" ; ".join(names) for names in frame["cpts"]],
        }
    )
