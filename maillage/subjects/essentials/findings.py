"""Five findings from figures, by the rules: what stands out, beside what, with what doubt. Nothing is asked here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from maillage import catalog
from maillage.language import figures as language_figures
from maillage.language import text
from maillage.records.essentials import Dot, Finding
from maillage.records.figure import DEPARTEMENTS, Figure, IndicatorLine
from maillage.records.territory import Dossier
from maillage.subjects.essentials.rules import COORDINATION, ENOUGH_DOTS, ENOUGH_PEERS, NEAR, RULES, TOPICS, Rule

BASES = {
    "published": "chiffre publié",
    "computed": "calculé ici",
    "estimated": "estimation calculée ici",
    "provisional": "provisoire",
    "mean_of_parts": language_figures.MEAN,
}


@dataclass(frozen=True)
class Benchmark:
    """What a figure is held against: France, else the median département."""

    name: str
    figure: Figure
    than: str
    of: str


@dataclass(frozen=True)
class Peers:
    """Whom a territory is held against: the départements, whose middle one stands in for France; those of its own level."""

    departements: Mapping[str, Sequence[Dot]]
    around: Mapping[str, Sequence[Dot]]
    plural: str = "départements"  # what those around are


def findings(lines: Mapping[str, IndicatorLine], peers: Peers, first: Finding | None = None) -> tuple[Finding, ...]:
    """One finding a topic, the strongest first; what is alike, then what is unknown, last.

    `lines` are the territory's own figures by indicator. `first` stands in place of the topic it is of.
    """
    kept = [first] if first else []
    for topic in TOPICS:
        if first is None or topic != first.topic:
            kept.append(_of_topic(topic, lines, peers))
    order = {"unknown": 2, "alike": 1}
    return tuple(sorted(kept, key=lambda each: (each is not first, order.get(each.standing, 0), -each.strength)))


def _of_topic(topic: str, lines: Mapping[str, IndicatorLine], peers: Peers) -> Finding:
    rules = [rule for rule in RULES if rule.topic == topic and rule.indicator in lines]
    made = [made for rule in rules if (made := finding(rule, lines[rule.indicator], peers))]
    if made:
        return max(made, key=lambda each: each.strength)  # the first of equals: the order of the rules
    bounded = [lines[rule.indicator].label for rule in rules if _bounded(lines[rule.indicator].own)]
    if bounded:
        words = "La liste n'est pas entière : rien n'est conclu"
        return _unknown(topic, words, f"Seul un minimum ou un maximum est connu : {', '.join(dict.fromkeys(bounded))}.")
    return _unknown(topic, "Aucun chiffre ne permet de conclure", "C'est une inconnue, pas un zéro.")


def _unknown(topic: str, head: str, doubt: str) -> Finding:
    return Finding(topic, head, "unknown", "", "", doubt, "", "")


def _bounded(own: Figure | None) -> bool:
    return own is not None and own.known and not own.rankable


def finding(rule: Rule, line: IndicatorLine, peers: Peers) -> Finding | None:
    """What a rule says of a figure; nothing of a bound, nor without anything to hold it against."""
    if line.own is None or not line.own.rankable:
        return None
    departements = peers.departements.get(rule.indicator, ())
    against = benchmark(line, departements)
    if against is None:
        return _spread(rule, line, departements) if not line.against else None
    # As they are shown: a gap that nobody can read is no finding.
    own, other = (round(each.value, line.decimals) for each in (line.own, against.figure))
    threshold = abs(other) * rule.gap / 100 if rule.relative else rule.gap
    if not threshold:
        return None
    strength = round(abs(own - other) / threshold, 6)
    higher = own > other
    if strength < 1:
        head, standing = f"{rule.alike} {against.of}", "alike"
    else:
        falls = bool(rule.falls) and own < 0 < other
        head = f"{rule.falls} {against.of}" if falls else f"{rule.more if higher else rule.less} {against.than}"
        standing = _standing(rule, higher)
    if line.scope == DEPARTEMENTS:  # it says nothing of the place itself
        head = f"Dans son département : {head[:1].lower()}{head[1:]}"
    larger = [place for place in line.against if not (line.scope == DEPARTEMENTS and place[0] == "departement")]
    places = [f"{name} {_reading(figure, line)}" for _, _, name, figure in larger if figure is not None]
    beside = [*([] if against.name == "France" else [f"{against.name} {_reading(against.figure, line)}"]), *places]
    around = peers.around.get(rule.indicator, ())
    position = among(own, around, line.decimals, peers.plural) if line.scope != DEPARTEMENTS else ""
    return Finding(
        rule.topic,
        head,
        standing,
        f"{_reading(line.own, line)}{text.HARD}{line.unit}",
        " · ".join([*reversed(beside), *filter(None, [position])]),
        doubt(line, against),
        f"Seuil : un écart de {rule.threshold}.",
        rule.indicator,
        line.label,
        strength,
    )


def _standing(rule: Rule, higher: bool) -> str:
    direction = catalog.INDICATOR[rule.indicator].direction
    if not direction:
        return "neutral"
    return "better" if higher == (direction == "more") else "worse"


def benchmark(line: IndicatorLine, peers: Sequence[Dot]) -> Benchmark | None:
    """France's figure where it may be compared, else the median of the départements that may be ranked."""
    france = next((figure for level, _, _, figure in line.against if level == "france"), None)
    if france is not None and france.rankable:
        return Benchmark("France", france, "qu'en France", "de la France")
    ranked = [dot.figure.value for dot in peers if dot.figure.rankable]
    if not line.against or len(ranked) < ENOUGH_PEERS:
        return None
    return Benchmark(
        "Département médian", Figure(median(ranked)), "que dans le département médian", "du département médian"
    )


def among(value: float, peers: Sequence[Dot], decimals: int, plural: str = "départements") -> str:
    """« plus que 87 départements sur 100 »: those under, as the figure is given; ties are under nobody, bounds are not ranked."""
    ranked = [round(dot.figure.value, decimals) for dot in peers if dot.figure.rankable]
    if len(ranked) < ENOUGH_DOTS:
        return ""
    under, over = sum(each < value for each in ranked), sum(each > value for each in ranked)
    word, count = ("plus", under) if under >= over else ("moins", over)
    if not count:
        return ""
    whole = len(ranked) == sum(dot.figure.known for dot in peers)
    return f"{word} que {text.number(count)} {plural} sur {text.number(len(ranked))}{'' if whole else ' à la liste entière'}"


def _spread(rule: Rule, line: IndicatorLine, peers: Sequence[Dot]) -> Finding | None:
    """Of the country itself: how many départements are further from it than the threshold, and between which they lie."""
    ranked = sorted((dot for dot in peers if dot.figure.rankable), key=lambda dot: dot.figure.value)
    if len(ranked) < ENOUGH_PEERS:
        return None
    own = round(line.own.value, line.decimals)
    threshold = abs(own) * rule.gap / 100 if rule.relative else rule.gap
    far = sum(abs(round(dot.figure.value, line.decimals) - own) >= threshold - 1e-9 for dot in ranked)
    ends = " à ".join(f"{_reading(dot.figure, line)} ({dot.name})" for dot in (ranked[0], ranked[-1]))
    return Finding(
        rule.topic,
        f"{text.count(far, 'département')} sur {text.number(len(ranked))} s'{'écarte' if far < 2 else 'écartent'} de la France : "
        f"{line.label[:1].lower()}{line.label[1:]}",
        "neutral" if far else "alike",
        f"{_reading(line.own, line)}{text.HARD}{line.unit}",
        f"de {ends}",
        doubt(line),
        f"Seuil : un écart de {rule.threshold}.",
        rule.indicator,
        line.label,
        far / len(ranked),
    )


def _reading(figure: Figure | None, line: IndicatorLine) -> str:
    if figure is None:
        return "–"
    return language_figures.reading(figure.value, line.decimals, figure.bound, figure.basis)


def doubt(line: IndicatorLine, against: Benchmark | None = None) -> str:
    """What the figure is and when: « Chiffre publié, à une décimale, 2023 ; France : moyenne calculée ici »."""
    indicator = catalog.INDICATOR[line.indicator]
    parts = []
    if line.scope == DEPARTEMENTS:
        parts.append(line.own.note)
    elif indicator.surveyed:
        parts.append("calculé sur une liste entière")
    else:
        parts.append(BASES[line.own.basis])
    if indicator.rounded and line.decimals == 1 and indicator.per >= 1000:
        parts.append("à une décimale")
    parts.append(line.year)
    words = ", ".join(filter(None, parts))
    if against and against.figure.basis == "mean_of_parts":
        words += f" ; {against.name} : {language_figures.MEAN}"
    return f"{words[:1].upper()}{words[1:]}."


# -- a CPTS -----------------------------------------------------------------------------------------------------------


def sized(dossier: Dossier) -> Finding:
    """The size class of a CPTS or a draft, and how near its thresholds are; what is missing to know it."""
    if dossier.population is None:
        return _unknown(
            COORDINATION,
            "Le périmètre n'est pas connu : ni population, ni classe de taille calculées",
            _declared(dossier),
        )
    people = text.count(dossier.population, "habitant")
    if dossier.size is None:
        words = "Le périmètre n'est connu qu'en partie : la classe de taille n'est pas calculée"
        return Finding(
            COORDINATION, words, "unknown", f"≥{text.HARD}{people}", "", _declared(dossier), "", "population"
        )
    size = dossier.size
    near = []
    if size.next and 100 * size.lacking <= NEAR * dossier.population:
        near.append(f"il manque {text.count(size.lacking, 'habitant')} pour {size.next.code}")
    if size.previous and 100 * size.spare <= NEAR * dossier.population:
        near.append(f"{text.count(size.spare, 'habitant')} de moins, et c'est {size.previous.code}")
    head = f"Une CPTS de taille {size.kind.code[1:]}"
    return Finding(
        COORDINATION,
        f"{head}, tout près d'un seuil" if near else head,
        "neutral" if near else "alike",
        people,
        " · ".join([size.kind.label.partition(" : ")[2], *near]),
        f"Population municipale {dossier.population_year}, communes du périmètre. {_declared(dossier)}".strip(),
        f"Seuil signalé à moins de {text.quantity(NEAR, '%')} de la population.",
        "population",
        "Population municipale",
    )


def _declared(dossier: Dossier) -> str:
    facts = dossier.cpts
    if facts is None or not facts.declared_population:
        return ""
    when = f" ({text.date(facts.as_of)})" if facts.as_of else ""
    return f"Déclaré{when} : {text.count(facts.declared_population, 'habitant')}."
