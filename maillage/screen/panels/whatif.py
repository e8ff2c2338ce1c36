"""The panel « Et si ? »: where the next sites serve most people, beside where the reader would put them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from maillage import catalog
from maillage.address.gaps import MOMENTS, MOST_PLACED, MOST_SITES, PROJECTS, TYPES, GapsChoices
from maillage.catalog.siting import METHOD, METHODS
from maillage.language import text
from maillage.methods import siting
from maillage.methods.siting import SitingError, SitingPlan
from maillage.screen import atlas, binding
from maillage.screen.binding import bind
from maillage.screen.panels import share, shared, siting_curve
from maillage.screen.panels.access import MEANINGS
from maillage.screen.questions import ask, edition
from maillage.screen.tables import whole_table
from maillage.subjects.gaps import access as gap_access
from maillage.subjects.gaps import jobs, note
from maillage.subjects.gaps import territory as grounds
from maillage.subjects.gaps import whatif as gap_whatif
from maillage.subjects.gaps.completeness import Unanswerable
from maillage.subjects.gaps.jobs import Job, Searches
from maillage.subjects.gaps.territory import Ground
from maillage.subjects.gaps.whatif import SitingAnswer, SitingQuestion
from maillage.views import gaps, help_texts, legend
from maillage.views.chart_frame import Axis

JOB, LEFT = "_recherche", "_recherche_quittee"  # the search that this reader asked for, and whether they wait no more
AT_ONCE = 0.8  # seconds a page waits for the best answer before it shows the first one
FAR = 6  # communes that stay far, in words
KEPT = 64  # answers kept for all visitors


def panel(ground: Ground, chosen: GapsChoices) -> None:
    """The tab « Et si ? »."""
    asked(ground, chosen)
    try:
        question = gap_whatif.put(ask, ground, chosen)
    except SitingError as error:
        st.warning(str(error), icon=":material/info:")
        return
    except Unanswerable as error:
        shared.unanswered(error, ground.selection)
        return
    best, searching = best_known(question)
    mine = gap_whatif.own(question)
    # Always there, so that the map below it is not mounted anew when the search ends.
    with st.container():
        if searching:
            waiting(searching, question.chosen.method)
    left, right = st.columns([1.7, 1], gap="medium")
    with left:
        drawn(ground, question, best, mine)
    with right:
        st.html(gaps.keys(headline(question, best)))
        compared(question, best, mine, searching is not None)
    if not best.plan.useless:
        siting_curve.panel(ground, question, best, mine)
    equity(question, best)
    everything = partial(gap_whatif.everything, question, best, mine)
    shared.listed(f"Tableau : {text.count(len(question.places), 'commune')}", everything, "et_si", "residence")


def asked(ground: Ground, chosen: GapsChoices) -> None:
    """The question: what opens, how many, to what end, where."""
    one, two, three, four = st.columns([1, 1.4, 0.7, 1], vertical_alignment="bottom")
    with one:
        bind(st.selectbox, "kind", chosen, "Ouvrir", TYPES, help=MEANINGS)
    with two:
        bind(
            st.selectbox,
            "method",
            chosen,
            "Pour",
            [method.code for method in METHODS],
            format_func=lambda code: METHOD[code].label,
        )
    with three:
        bind(st.number_input, "sites", chosen, "Nouveaux sites", 1, MOST_SITES)
    with four:
        bind(
            st.number_input,
            "least",
            chosen,
            "Candidates : habitants, au moins",
            0,
            50_000,
            step=500,
            help="2 000 par défaut, et la plus grande commune des intercommunalités qui n'en ont pas. 0 : toutes les communes.",
        )
    left, middle, right = st.columns([1, 0.7, 1.4], vertical_alignment="bottom")
    with middle:
        binding.bind(
            st.segmented_control,
            "projects",
            chosen,
            "Compter les projets comme ouverts",
            list(PROJECTS),
            format_func=PROJECTS.get,
            required=True,
        )
    with left:
        bind(st.slider, "threshold", chosen, "Seuil (min)", 5, 60)
    with right:
        names = ground.places[ground.inside].set_index("code")["name"].to_dict()
        known = replace(chosen, placed=tuple(code for code in chosen.placed if code in names))
        bind(
            st.multiselect,
            "placed",
            known,
            "Vos sites (ou cliquez la carte)",
            list(names),
            format_func=names.get,
            max_selections=MOST_PLACED,
            placeholder="Aucun",
        )


# -- the search -----------------------------------------------------------------------------------------------------


@st.cache_resource
def _plans() -> dict[tuple, SitingPlan]:
    """The best answers, by build and question, the oldest first."""
    return {}


@st.cache_resource
def _searches() -> Searches:
    return Searches()


def best_known(question: SitingQuestion) -> tuple[SitingAnswer, Job | None]:
    """The best answer known now, and the search that goes on, if it does."""
    key, plans = (edition().version, *question.key), _plans()
    if key in plans:
        return gap_whatif.answer(question, plans[key]), None
    job = st.session_state.get(JOB)
    if job is None or job.key != key:
        if job:
            leave(job)
        job = st.session_state[JOB] = _searches().join(key, question.problem, METHOD[question.chosen.method])
        st.session_state[LEFT] = False
    left = st.session_state[LEFT]
    if not job.wait(0 if left else AT_ONCE):
        # Once told to stop, the solver may take a while to hear it, or another reader waits for it: this one does not.
        return gap_whatif.first(question), None if left else job
    if job.error is not None:
        st.warning(
            "Le solveur s'est arrêté : la première réponse est affichée, sans garantie. Changez la question ou réessayez.",
            icon=":material/info:",
        )
        return gap_whatif.first(question), None
    if job.plan.status != "interrompu":
        plans[key] = job.plan
        while len(plans) > KEPT:
            plans.pop(next(iter(plans)), None)
    return gap_whatif.answer(question, job.plan), None


@st.fragment(run_every=0.5)
def waiting(job: Job, method: str) -> None:
    """How far the search is, and the button that stops it."""
    if job.done.is_set() or st.session_state[LEFT]:
        st.rerun()
    words = "Première réponse affichée, sans garantie ; recherche de l'optimum"
    done = 0.0
    if job.progress:
        progress = job.progress
        unit = METHOD[method].unit
        decimals = 0 if METHOD[method].maximise else 1
        done = min(progress.seconds / jobs.SECONDS, 1.0)
        words += (
            f" : {text.number(progress.seconds)} s sur {text.number(jobs.SECONDS)}, meilleure réponse "
            f"{text.quantity(progress.objective, unit, decimals)}, au mieux {text.quantity(progress.bound, unit, decimals)}"
        )
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.progress(done, text.typeset(words))
    right.button("Arrêter", key="arreter", icon=":material/stop_circle:", on_click=leave, args=(job,), width="stretch")


def leave(job: Job) -> None:
    """Wait no more for a search; it stops unless another reader waits for it."""
    if not st.session_state[LEFT]:
        st.session_state[LEFT] = True
        _searches().leave(job)


def again() -> None:
    """Forget the search that was stopped, so that it runs again."""
    st.session_state.pop(JOB, None)


# -- what is shown --------------------------------------------------------------------------------------------------


def headline(question: SitingQuestion, best: SitingAnswer) -> list[tuple[str, str, str]]:
    """The objective before and after, and who is left; today's alone where no site changes it."""
    plan, chosen = best.plan, question.chosen
    method = METHOD[chosen.method]
    staying = int(question.problem.population[plan.beyond].sum())
    proof = siting.STATUSES[plan.status]
    if counts := question.lists.counts():
        proof += f", sur {counts}"
    if plan.status != "optimal" and plan.shortfall is not None:
        proof += f" : au plus {text.quantity(100 * plan.shortfall, '%', 1)} de gain en moins que le mieux possible"
    objective = "habitants à moins du seuil" if method.maximise else method.meaning
    stay = "habitants restent" if staying > 1 else "habitant reste"
    left = (f"{question.about}{text.number(staying)}", f"{stay} à plus de {chosen.threshold} min", "")
    if plan.useless:
        today = question.about + (text.number(plan.objective, 0) if method.maximise else gap_whatif.worth(plan))
        return [(today, objective, f"aujourd'hui ; aucun site de plus n'y change rien ({proof})"), left]
    return [
        (
            f"{question.about}+{text.HARD}{text.number(gap_whatif.gained(question, plan))}",
            f"habitants à moins de {chosen.threshold} min",
            proof,
        ),
        (
            question.about + (text.number(plan.objective, 0) if method.maximise else gap_whatif.worth(plan)),
            objective,
            f"aujourd'hui : {question.about}{gap_whatif.worth(plan, before=True)}",
        ),
        left,
    ]


def drawn(ground: Ground, question: SitingQuestion, best: SitingAnswer, mine: SitingAnswer | None) -> None:
    """The map with the sites proposed."""
    chosen = question.chosen
    painted, what = gap_whatif.painted(question, best)
    title = f"{MOMENTS[chosen.moment]} : {what.label.lower()}, {chosen.kind}"
    shared.heading(title, help_texts.WHATIF, "et_si")
    bind(
        st.segmented_control,
        "moment",
        chosen,
        "Moment",
        list(MOMENTS),
        format_func=MOMENTS.get,
        required=True,
        label_visibility="collapsed",
    )
    proposals = gap_whatif.proposals(best, mine)
    view = grounds.view(
        ask,
        ground,
        atlas.contours(),
        title,
        painted,
        types=(chosen.kind,),
        proposals=proposals,
        demand=gap_whatif.demand(question),
    )
    with share.place("carte_et_si", title):
        atlas.draw(view, lambda _, code: place(ground, code), key="carte_et_si", moved=partial(move, ground))
        st.html(gaps.marks(len(best.communes) > 0, mine is not None, (gap_whatif.BEST, gap_whatif.OWN), chosen.kind))
        st.html(legend.legend(what, painted.classes, "commune", *shared.sources([f"distance_{chosen.kind.lower()}"])))
        answers = edition().ask
        share.drawing(
            title,
            "carte_et_si",
            view,
            lambda: note.picture(answers, ground, question, best, mine),
            "maillage_carte_et_si",
        )
    st.html(legend.notes([*question.notes, text.travel()]))


def place(ground: Ground, code: str) -> None:
    """A click on a commune: a site of the reader's is placed there, taken away, or moved there."""
    chosen = binding.current(GapsChoices)
    binding.write(replace(chosen, placed=gap_whatif.clicked(ground, chosen, code)))


def move(ground: Ground, start: str, end: str) -> None:
    """A site of the reader's that was dragged from a commune to another."""
    chosen = binding.current(GapsChoices)
    binding.write(replace(chosen, placed=gap_whatif.moved(ground, chosen, start, end)))


def compared(question: SitingQuestion, best: SitingAnswer, mine: SitingAnswer | None, searching: bool) -> None:
    """The sites, the people that each gains, and the reader's beside them."""
    if len(best.communes):
        st.subheader("Sites proposés", anchor=False)
        whole_table(gap_whatif.sites_table(best)[["Site", "Commune", "Habitants gagnés"]])
        if len(best.communes) < question.chosen.sites:
            enough = text.count(len(best.communes), "site suffit", "sites suffisent")
            st.caption(f"{enough} : un de plus, parmi les communes candidates, n'y change rien.")
    if best.plan.status == "interrompu" or (best.plan.status == "glouton" and not searching):
        st.button("Reprendre la recherche", on_click=again, icon=":material/play_arrow:")
    st.subheader("Votre choix", anchor=False)
    if lost := gap_whatif.strangers(question):
        st.caption(f"Hors du territoire, non comptés : {text.markdown(', '.join(lost))}.")
    if mine is None:
        st.caption("Cliquez une commune de la carte pour y poser un site, et comparez-le à ceux du calcul.")
        return
    st.html(gaps.card("Face au calcul", [gap_whatif.comparison(question, best, mine)]))
    whole_table(gap_whatif.sites_table(mine)[["Commune", "Habitants gagnés"]])


def equity(question: SitingQuestion, best: SitingAnswer) -> None:
    """Who gains, and who stays far."""
    left, right = st.columns(2, gap="medium")
    with left:
        shared.heading("Qui gagne, qui reste loin", help_texts.EQUITY, "equite")
        lines = gap_access.curves(gap_whatif.moments(question, best))
        title = f"Avant et après : {note.title(question.ground, question)}"
        source = f"{shared.source([f'distance_{question.chosen.kind.lower()}'])} ; temps {catalog.TRAVEL.label}"
        shared.curves(lines, Axis("Temps", "min"), question.chosen.threshold, title, source, "courbe_et_si")
        shared.listed("Déciles avant et après", partial(gap_whatif.equity, question, best), "deciles_et_si")
    with right:
        st.subheader(f"Communes qui restent à plus de {question.chosen.threshold} min", anchor=False)
        table = gap_whatif.left_behind(question, best)
        if table.empty:
            st.caption("Aucune : tout le territoire est à moins du seuil.")
        else:
            st.html(gaps.card("Les plus peuplées", gap_whatif.farthest(table, FAR)))
            shared.listed(f"Tableau : {text.count(len(table), 'commune')}", lambda: table, "restent_loin", "residence")
