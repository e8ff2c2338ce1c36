"""Under « Et si ? »: what each new site brings, the scenarios side by side, and the page to take away."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from maillage.exports import whatif_note
from maillage.language import text
from maillage.queries import provenance
from maillage.screen import questions
from maillage.screen.panels import share, shared
from maillage.screen.questions import ask
from maillage.screen.tables import whole_table
from maillage.subjects.gaps import curve as gap_curve
from maillage.subjects.gaps import note
from maillage.subjects.gaps.territory import Ground
from maillage.subjects.gaps.whatif import SitingAnswer, SitingQuestion
from maillage.views import siting_curve

READING = (
    "La courbe garde les sites d'une étape à l'autre : c'est la première réponse, sans garantie, et l'optimum d'un nombre de sites peut être un peu "
    "meilleur. En gras, le nombre demandé ; le trait sépare les sites qui apportent peu."
)


def panel(ground: Ground, question: SitingQuestion, best: SitingAnswer, mine: SitingAnswer | None) -> None:
    """What each more site brings, from 1 to 10, and the note to take away."""
    answers = gap_curve.curve(question)
    left, right = st.columns(2, gap="medium")
    with left:
        shared.heading("Un site de plus", READING, "courbe_sites")
        with share.place("courbe_sites", "Un site de plus"):
            st.html(siting_curve.image(answers, question.chosen.sites, st.context.theme.type == "dark"))
            share.sheet(
                note.title(ground, question),
                "courbe_sites",
                lambda imprint: siting_curve.on_sheet(
                    answers, question.chosen.sites, note.title(ground, question), note.lead(question), imprint
                ),
                wide=True,
            )
        steps = pd.DataFrame(
            [(each.sites, each.name, each.more, each.people) for each in answers.steps],
            columns=["Sites", "Dernier site", "Habitants qu'il rapproche", "En tout"],
        )
        shared.listed("Tableau : un site de plus", lambda: steps, "un_site_de_plus")
    scenarios = gap_curve.scenarios(question, best, mine)
    with right:
        st.subheader("Côte à côte", anchor=False)
        whole_table(pd.DataFrame(scenarios.rows, columns=[head or "Mesure" for head in scenarios.head]))
        if mine is None:
            st.caption("Posez vos sites sur la carte : une colonne « Votre choix » s'ajoute.")
        edition, made = questions.edition(), ask(provenance.build)["built_at"]

        def page() -> bytes:
            picture = note.picture(edition.ask, ground, question, best, mine)
            notes = [
                *question.notes,
                text.travel(),
                f"Données au {made:%d/%m/%Y}. Maillage, atlas ouvert des soins coordonnés.",
            ]
            return whatif_note.pdf(
                note.title(ground, question),
                note.lead(question),
                note.caption(question, best),
                picture,
                answers,
                question.chosen.sites,
                scenarios,
                notes,
                made,
            )

        name = f"maillage_et_si_{question.chosen.kind}_{ground.territory.code}.pdf"
        st.download_button(
            "La note, une page PDF",
            page,
            name,
            "application/pdf",
            key="note_et_si",
            on_click="ignore",
            icon=":material/picture_as_pdf:",
        )
