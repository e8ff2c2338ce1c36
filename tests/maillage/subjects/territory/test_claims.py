"""What actors publish, beside ours: on the page of its territory, never a difference where the list is not whole."""

import pytest

from maillage.subjects.territory import claims

THIN, HARD = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("subject", "published", "here"),
    [
        ("ESP existantes", "6", "–"),
        ("MSP opérationnelles", "23", "≥"),
        ("MSP en cours de constitution", "6", "–"),
        ("Places LHSS total", "11", "≥"),
        ("Population du département", f"210{THIN}000", f"265{THIN}893, soit +26,6{HARD}%"),
    ],
)
def test_the_ardennes_press_kit_is_on_the_page_of_the_ardennes(ask, subject, published, here):
    rows = [row for row in claims.of_territory(ask, "departement", "08").rows if row[0] == subject]
    assert rows[0][1].startswith(published) and rows[0][3].startswith(here)
    assert rows[0][4].startswith(("Dossier de presse", "Communiqué de presse"))


def test_people_without_a_doctor_are_on_the_sheet(ask):
    rows = {row[0]: row[1] for row in claims.of_cpts(ask, "cpts-71-centre-saone-et-loire").rows}
    assert rows["17 ans et plus sans médecin traitant"] == f"13{HARD}%"
    assert rows["70 ans et plus sans médecin traitant"].startswith(f"7,8{HARD}%")


def test_more_than_a_hundred_communes_are_declared(ask):
    rows = {row[0]: row[1] for row in claims.of_cpts(ask, "cpts-08-portes-luxembourg-sedanais-meusien").rows}
    assert "Plus d'une centaine" in rows["Communes CPTS"]


def test_a_district_of_the_insurance_is_told_on_its_departement(ask):
    rows = {row[0]: row for row in claims.of_territory(ask, "departement", "62").rows}
    cpts = rows["CPTS dans la circonscription : CPAM de l'Artois, une partie du département"]
    assert cpts[1].startswith(f"5{HARD}CPTS") and cpts[3].startswith(f"≥{HARD}5")
    assert rows["MSP dans la circonscription : CPAM de l'Artois, une partie du département"][3] == "–"


def test_a_share_differs_in_points(ask):
    rows = [r for r in claims.of_territory(ask, "departement", "08").rows if r[0].startswith("Part du département")]
    assert f"−37,0{HARD}points" in rows[0][3]


def test_where_nobody_published_there_is_nothing(ask):
    assert (
        claims.of_territory(ask, "departement", "75").rows == ()
        and claims.of_territory(ask, "commune", "08105").notes == ()
    )
