"""A territory in words, once for its page, paper, slides and offline file: who, figures, life, sources.

Records of `records.territory` (Key, Check, Grid) and sentences come out; never markup.
"""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.language import figures as language_figures
from maillage.language import names, references, text
from maillage.records.figure import DEPARTEMENTS, Figure, IndicatorLine
from maillage.records.territory import Dossier, Grid, Key, Size
from maillage.subjects.territory import site_wording

PLACES = 4  # columns of comparison: more would not be read on a page
NAMED = 12  # communes named in a sentence, before « et 3 autres »
READING = f"{language_figures.LEGEND} – : donnée manquante. NS : retenu par le secret statistique."


def dated(dossier: Dossier) -> str:
    """« Données au 25/11/2026 », the day of the build."""
    return f"Données au {dossier.build.built_at:%d/%m/%Y}"


def partial(dossier: Dossier) -> bool:
    """Whether the members known are but a part: what is counted of them is a minimum."""
    return dossier.cpts is not None and dossier.cpts.perimeter == "partiel"


def extent(dossier: Dossier) -> str:
    """« 34 communes, 90 346 habitants »; « au moins » where the perimeter is a part; why where it is not known."""
    if dossier.population is None:
        return "Périmètre inconnu" if dossier.kind == "cpts" else "Aucune commune"
    least = "au moins " if partial(dossier) else ""
    return f"{least}{text.count(len(dossier.codes), 'commune')}, {text.count(dossier.population, 'habitant')}"


def where(dossier: Dossier) -> str:
    """« Saône-et-Loire (71), Bourgogne-Franche-Comté »."""
    places = [text.territory_name(share.level, share.code, share.name) for share in dossier.departements]
    return ", ".join(
        [*places, *(r.name for r in dossier.regions if r.name not in {d.name for d in dossier.departements})]
    )


def status(dossier: Dossier) -> str:
    """« ACI signé (18/10/2022) »; « Projet de territoire » for a draft."""
    if dossier.cpts is None:
        return "Projet de territoire"
    label = catalog.CPTS_STATUS[dossier.cpts.status].label
    when = f" ({text.date(dossier.cpts.status_date)})" if text.known(dossier.cpts.status_date) else ""
    return f"{label[:1].upper()}{label[1:]}{when}"


def by_name(communes: pd.DataFrame) -> pd.DataFrame:
    """Communes in the order of a dictionary: accents, case and hyphens do not count."""
    letters = communes["name"].map(lambda name: names.plain(name).replace(" ", ""))
    return communes.iloc[letters.argsort(kind="stable")]


def members(dossier: Dossier) -> tuple[str, ...]:
    """The names of the communes, in the order of a dictionary."""
    return tuple(by_name(dossier.communes)["name"])


def alternative(dossier: Dossier) -> str:
    """The map in words."""
    if dossier.communes.empty:
        return f"{extent(dossier)} : aucune carte n'est dessinée, rien n'est deviné."
    largest = dossier.communes.nlargest(3, "population")["name"]
    return f"Carte du territoire : {extent(dossier)} ({where(dossier)}). Communes les plus peuplées : {', '.join(largest)}."


# -- figures ----------------------------------------------------------------------------------------------------------


def who(dossier: Dossier) -> tuple[Key, ...]:
    """Inhabitants, communes, surface; none where no commune is known."""
    return () if dossier.population is None else (_people(dossier), _communes(dossier), _surface(dossier))


def _least(dossier: Dossier) -> str:
    return f"≥{text.HARD}" if partial(dossier) else ""


def _people(dossier: Dossier) -> Key:
    return Key(
        f"{_least(dossier)}{text.number(dossier.population)}",
        plural(dossier.population, "habitant"),
        f"population municipale {dossier.population_year}, Insee",
    )


def _communes(dossier: Dossier) -> Key:
    known = "communes connues du périmètre, qui en a d'autres" if partial(dossier) else "communes du territoire"
    number = len(dossier.codes)
    return Key(
        f"{_least(dossier)}{text.number(number)}",
        plural(number, "commune"),
        f"{known}, code officiel géographique de 2026",
    )


def _surface(dossier: Dossier) -> Key:
    decimals = 0 if dossier.area_km2 >= 100 else 1
    return Key(f"{_least(dossier)}{text.number(dossier.area_km2, decimals)}", "km²", "surface des contours")


def size(dossier: Dossier, brief: bool = False) -> Key | None:
    """The ACI size class, and how far the next one is and the threshold behind, unless `brief`; None where it is not computed."""
    if dossier.size is None:
        return None
    more = "" if brief else f" ; {_thresholds(dossier.size)}"
    return Key(dossier.size.kind.code, "classe de taille ACI", f"{dossier.size.kind.label}{more}")


def unsized(dossier: Dossier) -> str:
    """Why no size class is given where some communes are known."""
    if dossier.population is None or dossier.size is not None:
        return ""
    declared = dossier.cpts.declared_size if dossier.cpts else None
    other = f" Taille selon la population déclarée : {declared.code} ({declared.label})." if declared else ""
    return f"Classe de taille non calculée : périmètre connu en partie.{other}"


def keys(dossier: Dossier, brief: bool = False) -> tuple[Key, ...]:
    """The figures given first, without what only the board wants to know when `brief`; none where no commune is known."""
    if dossier.population is None:
        return ()
    first = [_communes(dossier), _people(dossier)]
    if (kind := size(dossier, brief)) is not None:
        first.append(kind)
    if (density := figure(dossier, "densite")) is not None and density.own is not None:
        first.append(Key(reading(density.own, density.decimals), "habitants par km²", _against(density)))
    for kind in catalog.DEFAULT_SITE_TYPES:
        row = site_wording.counted(dossier, kind)
        if row is not None and row.extent != "inconnu" and row.open:
            least = f"≥{text.HARD}" if row.extent == "partiel" else ""
            word = "ouverte" if kind in ("MSP", "ESP", "PASS") else "ouvert"
            first.append(
                Key(
                    f"{least}{text.number(row.open)}",
                    f"{kind} {plural(row.open, word)}",
                    f"{row.label}, sites recensés, liste {site_wording.LISTS[row.extent]}",
                )
            )
    return tuple(first)


def plural(value: float, word: str) -> str:
    """A noun with an s from two on."""
    return word if abs(value) < 2 else f"{word}s"


def _thresholds(size: Size) -> str:
    steps = []
    if size.next:
        steps.append(f"il manque {text.count(size.lacking, 'habitant')} pour {size.next.code}")
    if size.previous:
        steps.append(f"{text.number(size.spare)} au-dessus du seuil de {size.kind.code}")
    return " ; ".join(steps)


def figure(dossier: Dossier, indicator: str) -> IndicatorLine | None:
    """The figure of an indicator, None where it is unknown."""
    return next((each for each in dossier.figures if each.indicator == indicator), None)


def reading(value: Figure | None, decimals: int) -> str:
    """« ≥ 2,3 », « NS », « – »."""
    if value is None:
        return "–"
    return language_figures.reading(value.value, decimals, value.bound, value.basis)


def _against(density: IndicatorLine) -> str:
    """« Saône-et-Loire 64,0 ; France 107,9 (2023) »."""
    known = [f"{name} {reading(value, density.decimals)}" for *_, name, value in places(density) if value is not None]
    return f"{' ; '.join(known)} ({density.year})"


def places(compared: IndicatorLine, most: int | None = PLACES) -> list[tuple[str, str, str, Figure | None]]:
    """The places it is compared with that fit a page: the most inhabited départements, the régions, France; `most` None: all."""
    if most is None:
        return list(compared.against)
    levels = {
        level: [place for place in compared.against if place[0] == level]
        for level in ("departement", "region", "france")
    }
    room = most - len(levels["france"])
    regions = levels["region"][: max(room - len(levels["departement"]), 1)]
    return [*levels["departement"][: room - len(regions)], *regions, *levels["france"]]


def comparisons(dossier: Dossier, names: tuple[str, ...] = (), most: int | None = PLACES) -> Grid:
    """Figures of the territory beside larger ones: indicator, unit, date, own value, then the places.

    `names`: those figures only; `most`: columns of places, None for every one of them.
    """
    compared = [each for each in dossier.figures if not names or each.indicator in names]
    if not compared:
        return Grid((), ())
    kept = places(compared[0], most)
    rows = [
        (
            f"{each.label}{f'{text.HARD}*' if each.scope == DEPARTEMENTS and each.own else ''}",
            each.unit,
            each.year,
            reading(each.own, each.decimals),
            *(reading(value, each.decimals) for *_, value in places(each, most)),
        )
        for each in compared
    ]
    notes = [READING]
    if any(each.scope == DEPARTEMENTS and each.own for each in compared):
        notes.append(
            "* Publié par département seulement : le territoire reçoit le chiffre du sien, ou des siens en proportion de ses habitants."
        )
    left = len(compared[0].against) - len(kept)
    if left:
        notes.append(
            f"{text.count(left, 'territoire de comparaison n’est pas montré', 'territoires de comparaison ne sont pas montrés')} ici."
        )
    return Grid(
        ("Indicateur", "Unité", "Date", "Territoire", *(name for *_, name, _ in kept)), tuple(rows), tuple(notes)
    )


def origins(dossier: Dossier) -> tuple[tuple[str, str], ...]:
    """(indicator, what it means and where it comes from) of each figure."""
    return tuple(
        (
            each.label,
            f"{catalog.INDICATOR[each.indicator].definition}{f' Ici : {each.own.note}.' if each.own else ''} {each.source}.",
        )
        for each in dossier.figures
    )


# -- a CPTS -----------------------------------------------------------------------------------------------------------


def card(dossier: Dossier) -> tuple[str, ...]:
    """What sources say of a CPTS, and how it differs from what is computed; nothing for a draft."""
    facts = dossier.cpts
    if facts is None:
        return ()
    sentences = [f"Statut : {status(dossier)}. Périmètre {facts.perimeter}."]
    if facts.aliases:
        sentences.append(f"Aussi nommée : {', '.join(facts.aliases)}.")
    when = f" ({text.date(facts.as_of)})" if facts.as_of else ""
    sentences.append(f"Déclaré{when} : {text.declared(facts) or 'ni population, ni communes, ni professionnels'}.")
    sentences += facts.differences
    if facts.note:
        sentences.append(f"À savoir : {facts.note.rstrip('.')}.")
    return (*sentences, f"Référence : {references.reference(facts.citation)}")


def life(dossier: Dossier) -> Grid:
    """The dated steps of a CPTS, the earliest first; `kinds` tells those whose year is deduced."""
    events = dossier.cpts.events if dossier.cpts else ()
    rows = [
        (
            f"{text.date(event.date)}{' (année déduite)' if event.deduced else ''}",
            f"{event.label[:1].upper()}{event.label[1:]}{f'. {event.note}' if event.note else ''}",
            references.reference(event.citation),
        )
        for event in events
    ]
    return Grid(
        ("Date", "Étape", "Référence"), tuple(rows), kinds=tuple("deduced" if event.deduced else "" for event in events)
    )


# -- where it comes from ----------------------------------------------------------------------------------------------


def departements(dossier: Dossier) -> str:
    """« Départements : Nord (59) 81 %, Pas-de-Calais (62) 19 %. »"""
    if not dossier.departements:
        return ""
    several = len(dossier.departements) > 1
    parts = ", ".join(
        text.territory_name(share.level, share.code, share.name)
        + (f" {text.quantity(share.percent, '%')}" if share.percent and several else "")
        for share in dossier.departements
    )
    return f"{plural(len(dossier.departements), 'Département')} : {parts}."


def notes(dossier: Dossier) -> tuple[str, ...]:
    """What must be read with care, and the types that nobody lists: a page tells those beside its structures."""
    if not dossier.unlisted:
        return dossier.notes
    types = ", ".join(map(catalog.short, dossier.unlisted))
    return (*dossier.notes, f"Jamais recensés dans ces départements, inconnus et non absents : {types}.")


def sources(dossier: Dossier) -> Grid:
    """The sources of a territory's figures, a row each."""
    rows = [
        (
            row.title,
            row.producer,
            text.dated(row.vintage) if text.known(row.vintage) else "–",
            row.licence,
            text.date(str(row.retrieved_at)[:10]),
        )
        for row in dossier.sources.itertuples()
    ]
    return Grid(("Titre", "Producteur", "Millésime", "Licence", "Lu le"), tuple(rows))
