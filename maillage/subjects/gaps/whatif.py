"""« Et si ? »: the question asked, its answers (the first, the best, the reader's), and what each changes for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from maillage import catalog
from maillage.address.gaps import LEAST, MOST_PLACED, GapsChoices
from maillage.catalog.indicators import COMMUNES, Indicator
from maillage.catalog.siting import COVER, METHOD
from maillage.language import text
from maillage.methods import plane, reach, siting
from maillage.methods.siting import SitingPlan, SitingProblem
from maillage.queries import access
from maillage.records.map_view import Demand
from maillage.subjects.gaps import access as gap_access
from maillage.subjects.gaps.access import BREAKS
from maillage.subjects.gaps.completeness import COMPLETE, UNKNOWN, Completeness, Unanswerable, completeness, unanswered
from maillage.subjects.gaps.territory import Ground, Painted, aligned, paint
from maillage.warehouse import Ask

BEST, OWN = "#B03A00", "#1F5FA8"  # the proposals of the computation, and the reader's
TIME = Indicator("minutes", "Temps estimé jusqu'au site le plus proche", "min", 0, "", "Purples", COMMUNES, "")
GAIN = Indicator("gain", "Minutes gagnées", "min", 0, "", "Greens", COMMUNES, "")
GAINS = (1, 5, 10, 15, 20)
MOST_SENT = 2_000  # communes, in some 25 kB: a département has 900 at most


@dataclass(frozen=True, eq=False)
class SitingQuestion:
    """A location problem about a territory. Raises SitingError with a sentence when it has no answer."""

    ground: Ground
    chosen: GapsChoices
    problem: SitingProblem
    places: pd.DataFrame  # the communes of the territory, as the rows of the problem
    candidates: pd.DataFrame  # as its columns
    points: np.ndarray  # of all places of the ground, laid flat
    before: np.ndarray  # (places of the ground) minutes to the nearest existing site, infinite without any
    lists: Completeness
    notes: list[str]

    @property
    def key(self) -> tuple:
        """What its answer depends on, beside the build."""
        chosen, here = self.chosen, self.ground.territory
        return (
            here.level,
            here.code,
            chosen.kind,
            chosen.method,
            chosen.sites,
            chosen.threshold,
            chosen.least,
            chosen.projects,
        )

    @property
    def about(self) -> str:
        """« environ » where the list is not whole: minutes are an estimate, and bound nothing."""
        return "" if self.lists.state == COMPLETE else "environ "


def ask_for(ask: Ask, ground: Ground, chosen: GapsChoices) -> SitingQuestion:
    """The question that the choices put. Raises siting.SitingError, and Unanswerable where the lists say too little."""
    lists = completeness(ask, ground, (chosen.kind,))
    if lists.state == UNKNOWN or lists.silent:
        raise Unanswerable(unanswered(lists))
    inside = ground.places[ground.inside].reset_index(drop=True)
    able = candidates_among(inside, chosen.least)
    siting.sized(len(inside), int(able.sum()))
    points = laid(ground.places)
    before = existing(ask, ground, chosen, points)
    here = points[ground.inside]
    minutes = catalog.TRAVEL.minutes(plane.distances(here, here[able]))
    candidates = inside[able].reset_index(drop=True)
    problem = SitingProblem(
        minutes,
        inside["population"],
        chosen.sites,
        float(chosen.threshold),
        before[ground.inside],
        candidates["population"],
    )
    return SitingQuestion(
        ground, chosen, problem, inside, candidates, points, before, lists, notes(chosen, lists, inside, able)
    )


def laid(places: pd.DataFrame) -> np.ndarray:
    """Communes laid flat, in km and to the metre: the browser counts with the same whole metres."""
    return plane.lay(places["code"], places["lon"], places["lat"]).round(3)


def put(ask: Ask, ground: Ground, chosen: GapsChoices) -> SitingQuestion:
    """The same question, laid out once for all who look at its answers or place sites of their own. Raises as `ask_for`."""
    fields = ("kind", "method", "sites", "threshold", "least", "projects")
    asked = GapsChoices(**{name: getattr(chosen, name) for name in fields})
    return replace(ask.keep(ask_for, ground, asked), chosen=chosen)


def candidates_among(inside: pd.DataFrame, least: int) -> np.ndarray:
    """Which communes may be proposed: those of `least` inhabitants, and where an intercommunalité has none, its largest.

    Shape (n,). A rural intercommunalité is the neighbourhood of a canton's size that every commune has. Only the default asks
    for it: a reader who sets another floor gets that floor.
    """
    able = (inside["population"] >= least).to_numpy()
    if least != LEAST:
        return able
    largest = inside.sort_values(["population", "code"], ascending=[False, True]).drop_duplicates("epci_code").index
    served = set(inside.loc[able, "epci_code"])
    return able | (inside.index.isin(largest) & ~inside["epci_code"].isin(served).to_numpy())


def existing(ask: Ask, ground: Ground, chosen: GapsChoices, points: np.ndarray) -> np.ndarray:
    """Minutes from each place of the ground to the nearest open site of a type, by the estimate that candidates have too.

    Sites in preparation count as open where the reader asks for it. Infinite where no site is on the map at all.
    """
    near = aligned(ground, ask(access.nearest, (chosen.kind,), "distance_km"))
    km = near["distance_km"].to_numpy(float)
    minutes = np.where(np.isnan(km), np.inf, catalog.TRAVEL.minutes(np.nan_to_num(km)))
    if chosen.projects == "oui":
        coming = ask(access.preparing, chosen.kind, catalog.SITE_PREPARING)
        spots = plane.lay(coming["departement_code"], coming["lon"], coming["lat"]) if len(coming) else np.empty((0, 2))
        soon = catalog.TRAVEL.minutes(plane.distances(points, spots)).min(axis=1, initial=np.inf)
        minutes = np.minimum(minutes, soon)
    return minutes


def notes(chosen: GapsChoices, lists: Completeness, inside: pd.DataFrame, able: np.ndarray) -> list[str]:
    """What the computation rests on."""
    sentences = []
    if counts := lists.counts():
        sentences.append(
            f"{counts[0].upper()}{counts[1:]} : des structures manquent, et la réponse peut changer avec elles."
        )
    sentences.append(
        "Les structures ouvertes"
        + (" et celles en préparation" if chosen.projects == "oui" else "")
        + ", d'ici et d'à côté, restent en place."
    )
    small = int((able & (inside["population"] < chosen.least).to_numpy()).sum())
    if chosen.least:
        more = ", et la plus grande commune d'une intercommunalité qui n'en a pas" if small == 1 else ""
        if small > 1:
            more = f", et les plus grandes communes de {text.count(small, 'intercommunalité')} qui n'en ont pas"
        sentences.append(f"Communes candidates : celles de {text.count(chosen.least, 'habitant')} ou plus{more}.")
    return sentences


# -- answers --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class SitingAnswer:
    """A plan, and the communes where it opens sites."""

    plan: SitingPlan
    communes: pd.DataFrame  # code, name, population, lon, lat, gained; in the order of the plan


def answer(question: SitingQuestion, plan: SitingPlan) -> SitingAnswer:
    """A plan of the computation with the names of its communes, without those where a site would bring nothing."""
    return named(siting.trimmed(question.problem, METHOD[question.chosen.method], plan), question.candidates)


def named(plan: SitingPlan, candidates: pd.DataFrame) -> SitingAnswer:
    """A plan with the names of its communes among the candidates."""
    chosen = candidates.iloc[plan.chosen][["code", "name", "population", "lon", "lat"]].reset_index(drop=True)
    return SitingAnswer(plan, chosen.assign(gained=plan.gained))


def first(question: SitingQuestion) -> SitingAnswer:
    """The greedy answer, at once."""
    method = METHOD[question.chosen.method]
    return answer(question, siting.towards_larger(question.problem, method, siting.greedy(question.problem, method)))


def own(question: SitingQuestion) -> SitingAnswer | None:
    """What the reader's sites are worth, candidates or not; None without any in the territory."""
    places = question.places
    rows = [row for code in question.chosen.placed for row in np.flatnonzero(places["code"] == code)]
    if not rows:
        return None
    here = question.points[question.ground.inside]
    minutes = catalog.TRAVEL.minutes(plane.distances(here, here[rows]))
    problem = SitingProblem(
        minutes, places["population"], len(rows), question.problem.threshold, question.problem.existing
    )
    plan = siting.evaluate(problem, range(len(rows)), METHOD[question.chosen.method])
    return named(plan, places.iloc[rows])


def strangers(question: SitingQuestion) -> list[str]:
    """Sites placed that are not communes of the territory: they count for nothing."""
    here = set(question.places["code"].tolist())
    return [code for code in question.chosen.placed if code not in here]


def clicked(ground: Ground, chosen: GapsChoices, code: str) -> tuple[str, ...]:
    """The reader's sites after a click on a commune.

    A site that is there is taken away; while some are left to place, one is placed; else the nearest one moves there.
    """
    here = ground.places[ground.inside]
    codes = set(here["code"].tolist())
    placed = tuple(each for each in chosen.placed if each in codes)
    if code in placed:
        return tuple(each for each in placed if each != code)
    if code not in codes:
        return placed
    if len(placed) < min(chosen.sites, MOST_PLACED):
        return (*placed, code)
    # As many as asked for, should their number have been lowered since.
    placed = placed[: chosen.sites]
    spots = here.set_index("code").loc[[code, *placed]]
    points = plane.lay(spots.index, spots["lon"], spots["lat"])
    moved = int(plane.distances(points[:1], points[1:])[0].argmin())
    return tuple(code if rank == moved else each for rank, each in enumerate(placed))


def moved(ground: Ground, chosen: GapsChoices, start: str, end: str) -> tuple[str, ...]:
    """The reader's sites once one was dragged from a commune to another; as they were where it cannot stand there."""
    here = set(ground.places["code"][ground.inside].tolist())
    if end not in here or end in chosen.placed:
        return chosen.placed
    return tuple(end if each == start else each for each in chosen.placed)


# -- what it changes ------------------------------------------------------------------------------------------------


def after(question: SitingQuestion, answer: SitingAnswer) -> np.ndarray:
    """Minutes from each place of the ground to the nearest site once these are open."""
    spots = laid(answer.communes)
    new = catalog.TRAVEL.minutes(plane.distances(question.points, spots)).min(axis=1, initial=np.inf)
    return np.minimum(question.before, new)


def painted(question: SitingQuestion, answer: SitingAnswer) -> tuple[Painted, Indicator]:
    """The map of a moment: before, after, or what is gained."""
    later = after(question, answer)
    moment = question.chosen.moment
    if moment == "gain":
        # From infinity nothing is gained that can be counted: unknown.
        known = np.isfinite(question.before)
        return paint(
            np.subtract(question.before, later, out=np.full(len(later), np.nan), where=known), GAIN, GAINS
        ), GAIN
    return paint(question.before if moment == "avant" else later, TIME, BREAKS), TIME


def proposals(best: SitingAnswer | None, mine: SitingAnswer | None) -> pd.DataFrame:
    """The sites to draw: the computation's, numbered, and the reader's, lettered."""
    rows = []
    for answer, colour, who, symbols in (
        (best, BEST, "Site proposé", [str(rank) for rank in range(1, 100)]),
        (mine, OWN, "Votre site", list("ABCDEFGHIJKLMNOPQRST")),
    ):
        for rank, commune in enumerate(() if answer is None else answer.communes.itertuples()):
            lines = (
                f"{who} {symbols[rank]} : {commune.name}",
                f"{text.count(round(commune.gained), 'habitant gagné', 'habitants gagnés')} sous le seuil",
            )
            if answer is mine:
                lines = (*lines, "Glissez-le sur une autre commune : les habitants gagnés suivent.")
            place = (commune.code, commune.name, commune.lon, commune.lat)
            rows.append((*place, symbols[rank], colour, lines, answer is mine))
    return pd.DataFrame(rows, columns=["code", "name", "lon", "lat", "symbol", "colour", "lines", "movable"])


def demand(question: SitingQuestion) -> Demand | None:
    """Whom the reader's sites gain wherever they are dragged; None without any, or where the territory is too large to send."""
    places, problem = question.places, question.problem
    if len(places) > MOST_SENT or not set(question.chosen.placed) & set(places["code"].tolist()):
        return None
    far = problem.existing > problem.threshold
    metres = (1000 * question.points[question.ground.inside]).round().astype(int)
    people = np.where(far, problem.population, 0).round().astype(int)
    return Demand(tuple(places["code"].tolist()), metres, people, 1000 * catalog.TRAVEL.km(problem.threshold))


def worth(plan: SitingPlan, before: bool = False) -> str:
    """The objective of a plan, or of the sites already there, with its unit."""
    value = plan.objective_before if before else plan.objective
    if plan.method is COVER:
        return text.count(round(value), "habitant")
    return "aucun site connu" if np.isinf(value) else text.quantity(value, "min", 1)


def gained(question: SitingQuestion, plan: SitingPlan) -> int:
    """Inhabitants newly within the threshold."""
    return round(float(plan.gained.sum()))


def comparison(question: SitingQuestion, best: SitingAnswer, mine: SitingAnswer) -> str:
    """What the reader's choice is worth beside the answer found, in people, and in minutes where these are the aim."""
    ours, theirs = gained(question, best.plan), gained(question, mine.plan)
    count = len(mine.communes)
    missing = question.chosen.sites - count
    partly = f" (vous avez posé {text.count(count, 'site')} sur {question.chosen.sites})" if missing > 0 else ""
    proven = "l'optimum" if best.plan.status == "optimal" else "la réponse trouvée"
    sentence = (
        f"Votre choix{partly} rapproche sous le seuil {text.count(theirs, 'habitant')}, {proven} "
        f"{text.count(ours, 'habitant')} : {_gap(theirs, ours)}."
    )
    if question.chosen.method == COVER.code:
        return sentence
    what = METHOD[question.chosen.method].meaning
    return f"{sentence} Objectif ({what}) : {worth(mine.plan)} pour vous, {worth(best.plan)} pour {proven}."


def _gap(theirs: int, ours: int) -> str:
    if theirs == ours:
        return "autant"
    share = f" ({text.quantity(100 * (theirs - ours) / ours, '%', 1)})" if ours else ""
    more = "de plus" if theirs > ours else "de moins"
    return f"{text.count(abs(theirs - ours), 'habitant')} {more}{share}"


# -- tables ---------------------------------------------------------------------------------------------------------


def sites_table(answer: SitingAnswer) -> pd.DataFrame:
    """One row per new site, the one that gains most first, with French headings."""
    communes = answer.communes
    return pd.DataFrame(
        {
            "Site": range(1, len(communes) + 1),
            "Commune": communes["name"],
            "Habitants gagnés": communes["gained"].round().astype(int),
            "Habitants de la commune": communes["population"],
            "Code": communes["code"],
        }
    )


def left_behind(question: SitingQuestion, answer: SitingAnswer) -> pd.DataFrame:
    """The communes that stay beyond the threshold, the most populous first, with French headings."""
    later = answer.plan.minutes
    beyond = answer.plan.beyond
    places = question.places[beyond].assign(before=question.problem.existing[beyond], later=later[beyond])
    places = places.sort_values(["population", "code"], ascending=[False, True])
    return pd.DataFrame(
        {
            "Commune": places["name"],
            "Habitants": places["population"],
            "Minutes avant": places["before"].replace(np.inf, np.nan).round(1),
            "Minutes après": places["later"].round(1),
            "Code": places["code"],
        }
    )


def farthest(left: pd.DataFrame, most: int) -> list[str]:
    """« Licques : 1 679 habitants, à 24,8 min » of the first rows of `left_behind`."""
    return [
        f"{commune} : {text.count(people, 'habitant')}, "
        + ("aucun site connu" if np.isinf(minutes) else f"à {text.quantity(minutes, 'min', 1)}")
        for commune, people, minutes in left[["Commune", "Habitants", "Minutes après"]]
        .head(most)
        .itertuples(index=False)
    ]


def moments(question: SitingQuestion, answer: SitingAnswer) -> list[gap_access.ComparedAccess]:
    """Times before and after, for the curve and the deciles; before is left out where nobody listed a site."""
    people = question.problem.population
    rows = [
        gap_access.ComparedAccess("Avant", question.problem.existing, people),
        gap_access.ComparedAccess("Après", answer.plan.minutes, people),
    ]
    return [row for row in rows if np.isfinite(row.values).all()]


def equity(question: SitingQuestion, answer: SitingAnswer) -> pd.DataFrame:
    """Who is how far, before and after: means and deciles over inhabitants, and how many stay beyond."""
    people, threshold = question.problem.population, question.problem.threshold
    table = []
    for row in moments(question, answer):
        spread = reach.spread(row.values, row.population)
        line = {"Moment": row.name, "Moyenne (min)": round(spread.mean, 1)}
        line |= {f"D{rank}": round(float(value), 1) for rank, value in enumerate(spread.deciles, 1)}
        table.append(
            line
            | {
                "Le plus loin (min)": round(spread.farthest, 1),
                "Habitants au-delà du seuil": int(people[row.values > threshold].sum()),
            }
        )
    return pd.DataFrame(table)


def everything(question: SitingQuestion, answer: SitingAnswer, mine: SitingAnswer | None) -> pd.DataFrame:
    """One row per commune of the territory, for the downloads, with French headings."""
    opened: Sequence[str] = set(answer.communes["code"])
    placed = set() if mine is None else set(mine.communes["code"])
    places = question.places
    return pd.DataFrame(
        {
            "Commune": places["name"],
            "Minutes avant": np.where(np.isinf(question.problem.existing), np.nan, question.problem.existing).round(1),
            "Minutes après": answer.plan.minutes.round(1),
            "Au-delà du seuil après": np.where(answer.plan.beyond, "oui", "non"),
            "Site proposé": ["oui" if code in opened else "" for code in places["code"].tolist()],
            "Votre site": ["oui" if code in placed else "" for code in places["code"].tolist()],
            "Habitants": places["population"],
            "Département": places["departement_code"],
            "Code": places["code"],
        }
    )
