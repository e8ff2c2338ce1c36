"""A dossier in HTML: hostile names stay text, what is unknown is said, numbers are written as French readers do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maillage.records.figure import Figure
from maillage.subjects.territory import checks, draft, site_wording, territory, wording
from maillage.views import territory_html, versions
from tests.maillage.views.conftest import EVIL, Page


@pytest.fixture(scope="module")
def centre(ask):
    return territory.of_cpts(ask, "cpts-71-centre-saone-et-loire")


@pytest.fixture(scope="module")
def unknown(ask):
    return territory.of_cpts(ask, "cpts-08-portes-luxembourg-sedanais-meusien")


def everything(dossier):
    grid = wording.comparisons(dossier, most=None)
    drawn = [
        territory_html.title(dossier.name, "x"),
        headline(dossier),
        territory_html.lead(wording.departements(dossier)),
        territory_html.figures(grid),
        territory_html.origins(wording.origins(dossier), grid.notes),
        territory_html.shape(checks.checks(dossier)),
        territory_html.structures(site_wording.structures(dossier, every=True), site_wording.lists(dossier)),
        territory_html.nearest(site_wording.nearest(dossier)),
        territory_html.built(wording.dated(dossier), dossier.build.version),
    ]
    if dossier.cpts:
        drawn += [territory_html.card(wording.card(dossier)), territory_html.lifeline(wording.life(dossier))]
    return "".join(drawn)


def headline(dossier):
    return territory_html.headline(wording.who(dossier), wording.size(dossier), wording.unsized(dossier))


def hostile(dossier):
    return replace(
        dossier,
        name=EVIL,
        pieces=tuple(replace(p, name=EVIL) for p in dossier.pieces) * 2,
        communes=dossier.communes.assign(name=EVIL),
        sites=dossier.sites.assign(name=EVIL, source=EVIL),
        nearest=dossier.nearest.assign(name=EVIL, commune=EVIL),
        departements=tuple(replace(share, name=EVIL) for share in dossier.departements),
        figures=tuple(
            replace(f, source=EVIL, against=tuple((*a[:2], EVIL, a[3]) for a in f.against)) for f in dossier.figures
        ),
        cpts=replace(
            dossier.cpts,
            aliases=(EVIL,),
            note=EVIL,
            citation=EVIL,
            differences=(EVIL,),
            events=tuple(replace(e, note=EVIL, label=EVIL, citation=EVIL) for e in dossier.cpts.events),
        ),
    )


def test_hostile_names_stay_text(centre):
    evil = hostile(centre)
    html = everything(evil) + versions.compared(draft.compare(evil, evil))
    page = Page(html)
    assert page.closed and not {"script", "img"} & set(page.tags) and EVIL in page.text
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_a_whole_cpts(centre):
    html = everything(centre)
    assert "90\u202f346" in html and "T3" in html and "84\u202f654" in html and "10\u202f346" in html
    assert "18/10/2022" in html and "communiqué de presse" in html and "seed:" not in html
    assert "d&#39;un seul tenant" in html and "Publié par département seulement" in html


def test_what_is_unknown_is_said(unknown):
    html = everything(unknown)
    assert "Aucune commune" in html and "Périmètre inconnu" in html and "T2" not in headline(unknown)
    assert "année déduite" in html and 'class="deduced"' in html
    assert territory_html.shape(checks.checks(unknown)).strip() == ""


def test_no_plural_is_left_to_the_reader(ask, centre):
    for dossier in (centre, territory.dossier(ask, ("08409", "08105")), territory.dossier(ask, ("08409", "99999"))):
        assert "(s)" not in everything(dossier) + "".join(dossier.notes)


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        (None, "–"),
        (Figure(None, None, None, "", None), "–"),
        (Figure(None, basis="withheld"), "NS"),
        (Figure(0.0, None, None, "", 2023), "0,0"),
        (Figure(1234.5, 1234.5, bound="at_least"), "≥\u00a01\u202f234,5"),
        (Figure(3.0, None, 3.0, bound="at_most"), "≤\u00a03,0"),
        (Figure(3.0, bound="about", basis="mean_of_parts"), "≈\u00a03,0"),
    ],
)
def test_a_value_is_read_with_what_it_is(value, reading):
    assert wording.reading(value, 1) == reading


def test_a_minimum_has_no_difference(ask):
    lys, centre = (territory.of_cpts(ask, f"cpts-{name}") for name in ("62-artois-lys", "71-centre-saone-et-loire"))
    html = versions.compared(draft.compare(lys, centre))
    row = next(part for part in html.split("<tr>") if "Population municipale" in part)
    assert "≥\u00a019\u202f668" in row and row.count("<td>–</td>") == 1
