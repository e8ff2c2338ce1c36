"""The page « Méthode », put together from what the code declares: catalogue, glossary, methods and their docstrings.

Nothing here is a second copy of a rule: a page that drifted from the code could not be written.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from dataclasses import dataclass
from functools import cache

from maillage import catalog, methods
from maillage.address import links
from maillage.language import glossary, text
from maillage.methods import rates, secrecy
from maillage.queries import provenance as asked
from maillage.queries import traces
from maillage.subjects.essentials import rules
from maillage.warehouse import Ask


@dataclass(frozen=True)
class MethodEntry:
    """A module of `maillage.methods`, or `address.links`: its title and plain words in French, its docstring (technical, in English)."""

    name: str
    title: str
    words: str
    technical: str


@dataclass(frozen=True)
class IndicatorEntry:
    """An indicator as the page tells it."""

    indicator: catalog.Indicator
    formulas: tuple[str, ...]  # « départements : Chiffre publié, repris tel quel »
    years: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Handbook:
    """What « Méthode » says, section by section."""

    counted: tuple[str, ...]
    uncounted: tuple[str, ...]
    signs: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str, str], ...]  # word, what it stands for, meaning; in alphabetical order
    statuses: tuple[tuple[str, str], ...]
    sizes: tuple[tuple[str, str], ...]
    measures: tuple[tuple[str, tuple[IndicatorEntry, ...]], ...]  # by theme
    methods: tuple[MethodEntry, ...]
    secrecy: str
    limits: tuple[str, ...]
    essentials: tuple[str, ...]  # how findings are made
    thresholds: tuple[tuple[str, str, str], ...]  # subject, indicator, from which gap it is a finding


DRAWING = {"classes", "label_places", "outlines"}  # how a map is drawn, not how a figure is made


@cache
def every_method() -> tuple[MethodEntry, ...]:
    """Each module of `maillage.methods`, and the packing of a territory in a link, in alphabetical order of titles.

    Raises AttributeError when one is not told in French.
    """
    names = {module.name for module in pkgutil.iter_modules(methods.__path__)} - DRAWING
    modules = [links, *(importlib.import_module(f"{methods.__name__}.{name}") for name in sorted(names))]
    entries = []
    for module in modules:
        title, words = module.EN_CLAIR
        entries.append(MethodEntry(module.__name__.rpartition(".")[2], title, words, inspect.getdoc(module)))
    return tuple(sorted(entries, key=lambda method: method.title.strip("« ").casefold()))


def handbook(ask: Ask) -> Handbook:
    """The whole page, for the build in place."""
    return Handbook(
        counted=_counted(ask),
        uncounted=_uncounted(),
        signs=SIGNS,
        words=_words(),
        statuses=tuple(
            (
                status.label,
                "comptée dans la couverture" if status.in_force else "n'est pas comptée, sauf si on le demande",
            )
            for status in catalog.CPTS_STATUSES
        ),
        sizes=tuple((size.code, size.label.partition(" : ")[2]) for size in catalog.SIZE_CLASSES),
        measures=_measures(ask),
        methods=every_method(),
        secrecy=secrecy.rule(),
        limits=LIMITS,
        essentials=rules.EN_CLAIR,
        thresholds=tuple((rule.topic, catalog.INDICATOR[rule.indicator].label, rule.threshold) for rule in rules.RULES),
    )


SIGNS = (
    ("≥", "Un minimum : tout n'a pas été recensé, il y en a peut-être plus."),
    ("≤", "Un maximum : un site plus proche peut ne pas avoir été recensé."),
    ("≈", "Une estimation, ou une moyenne calculée ici et non publiée."),
    ("–", "Une donnée manquante : aucune source lue ne la donne. Ce n'est pas zéro."),
    ("0", "Zéro : on a cherché, il n'y en a pas."),
    ("NS", "Un nombre existe, mais il est retenu par le secret."),
    ("s. o.", "Sans objet : un classement n'a pas de moyenne."),
)

LIMITS = (
    "Une liste de structures n'est jamais une preuve d'absence : là où personne n'a recensé, la carte dit « inconnu ».",
    "Un chiffre de département n'est jamais réparti entre ses communes : il ne dit rien d'une commune en particulier.",
    "Deux sources d'un même fait restent deux chiffres, côte à côte. L'un n'est pas corrigé par l'autre.",
    f"Sous {rates.ENOUGH_EVENTS} événements, aucun taux standardisé n'est donné ; un taux publié sans intervalle n'en reçoit pas ici.",
    "Une corrélation entre deux indicateurs n'est pas une cause, et des territoires ne sont pas des personnes.",
    "Les contours sont simplifiés et les surfaces calculées sur eux : elles s'écartent un peu de celles du cadastre.",
    "Le siège d'une CPTS n'est pas son territoire : seules ses communes membres le sont.",
)


def _counted(ask: Ask) -> tuple[str, ...]:
    counts = ask(asked.gaps)
    registered = [catalog.short(kind.code) for kind in catalog.SITE_TYPES if kind.finess]
    default = " », « ".join(status.label for status in catalog.CPTS_STATUSES if status.in_force)
    return (
        f"{text.number(counts['sites'])} structures, dans {text.count(counts['departements_with_sites'], 'département')} : celles que "
        "les sources lues nomment. Une structure fermée n'est pas comptée ; une structure en préparation l'est à part.",
        f"{text.number(counts['cpts'])} CPTS. La couverture compte les habitants des communes membres, une seule fois chacun ; statuts "
        f"comptés par défaut : « {default} ».",
        f"Le registre national FINESS connaît {', '.join(registered)} ; il est lu quand la base est construite avec les sources officielles.",
        "Les habitants sont ceux de la population municipale de l'Insee ; à Paris, Lyon et Marseille, l'arrondissement tient lieu de "
        "commune.",
    )


def _uncounted() -> tuple[str, ...]:
    alone = [
        f"{kind.code} ({kind.label})" if "_" not in kind.code else _small(kind.label)
        for kind in catalog.SITE_TYPES
        if not kind.finess
    ]
    apart = [_small(kind.label) for kind in catalog.SITE_TYPES if not kind.indicators]
    return (
        f"Aucun fichier national ne recense : {', '.join(alone)}. Elles viennent de listes établies à la main ; ailleurs, elles sont "
        "inconnues.",
        f"Ni taux ni distance pour : {', '.join(apart)}. Les compter ne dirait rien de l'accès aux soins.",
        "L'activité des soignants, les délais de rendez-vous, les files actives : aucune source ouverte ne les donne ici.",
    )


def _words() -> tuple[tuple[str, str, str], ...]:
    known = {term.word for term in glossary.TERMS}
    kinds = [
        (catalog.short(kind.code), kind.label, kind.meaning) for kind in catalog.SITE_TYPES if kind.code not in known
    ]
    terms = [(term.word, term.stands_for, term.meaning) for term in glossary.TERMS]
    return tuple(sorted(kinds + terms, key=lambda row: row[0].casefold()))


def _measures(ask: Ask) -> tuple[tuple[str, tuple[IndicatorEntry, ...]], ...]:
    known = {row.indicator: row for row in ask(traces.summary).itertuples()}
    themes: dict[str, list[IndicatorEntry]] = {}
    for indicator in catalog.INDICATORS:
        if indicator.code not in known:
            continue
        row = known[indicator.code]
        years = str(row.first) if row.first == row.last else f"{row.first} à {row.last}"
        formulas: dict[str, list[str]] = {}
        for level in indicator.levels:
            basis = row.basis_of_france if level == "france" else ""
            formulas.setdefault(indicator.recipe.at(level, basis), []).append(catalog.LEVEL[level].plural)
        entries = tuple(
            words if len(formulas) == 1 else f"{', '.join(levels)} : {_small(words)}"
            for words, levels in formulas.items()
        )
        themes.setdefault(indicator.group, []).append(IndicatorEntry(indicator, entries, years, tuple(row.sources)))
    return tuple((theme, tuple(measures)) for theme, measures in themes.items())


def _small(words: str) -> str:
    """Inside a sentence; a sum sign is no capital."""
    return words if words[0] == "Σ" else words[:1].lower() + words[1:]
