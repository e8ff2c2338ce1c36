"""Three people, three first minutes, from the bare address: what they came for, in clicks that Chromium counts itself."""

import pytest

pytestmark = pytest.mark.browser

COUNT = "addEventListener('pointerdown', (event) => event.isTrusted && event.button === 0 && window.maillageClicked(), true)"


@pytest.fixture(scope="module")
def finger(beside):
    """A tab that counts clicks in `presses`, wherever on the page, in a list or in a frame they fall."""
    tab, presses = beside(), []
    tab.expose_binding("maillageClicked", lambda _: presses.append(1))
    tab.add_init_script(COUNT)
    yield tab, presses
    tab.close()


@pytest.fixture
def counted(visit, address, finger):
    """The home, opened by somebody whose clicks are counted."""
    tab, presses = finger
    presses.clear()
    opened = visit(address, tab=tab)
    opened.clicks = presses
    opened.page.get_by_role("combobox", name="Ma délégation").wait_for()
    opened.quiet()
    return opened


def choose(page, label: str, option: str) -> None:
    """Open a list, write some letters of the option, click it."""
    page.get_by_role("combobox", name=label).click()
    page.keyboard.type(option[:14])
    page.get_by_role("option", name=option[:14]).first.click()


def file(page, name, row=None) -> str:
    """The name of the file that a click on a button brings."""
    with page.expect_download() as download:
        (row or page).get_by_role("button", name=name).first.click()
    return download.value.suggested_filename


def test_a_delegate_sees_their_departement_and_copies_its_link_in_four_clicks(counted):
    page = counted.page
    choose(page, "Ma délégation", "08 Ardennes")
    page.wait_for_url("**territoire=departement-08*")
    page.locator("h1.place", has_text="Ardennes (08)").wait_for()
    counted.drawn()
    counted.quiet()
    words = page.locator("[data-testid=stMain]").inner_text()
    for subject in ("CPTS", "Maison de santé", "Densité", "Mortalité prématurée", "Grand Est", "France"):
        assert subject in words, subject
    page.get_by_role("button", name="Partager").first.click()
    link = page.get_by_test_id("stPopoverBody").get_by_test_id("stCode").first
    assert "territoire=departement-08" in link.inner_text()
    link.hover()
    link.get_by_role("button").first.click()
    assert len(counted.clicks) == 4 and counted.errors == []


def test_a_board_leaves_with_three_files_of_its_ceremony_in_eight_clicks(counted):
    page = counted.page
    choose(page, "Ma CPTS", "CPTS Centre Saône-et-Loire")
    page.locator("h1.place", has_text="CPTS Centre").wait_for()
    counted.quiet()
    page.get_by_role("link", name="Préparer la cérémonie").click()
    page.locator("iframe[title^='Aperçu']").wait_for()
    counted.quiet()
    assert "34 communes" in page.locator("[data-testid=stMain]").inner_text().replace("\u00a0", " ")
    endings = [file(page, "Télécharger (").rpartition(".")[2]]
    for title in ("Diapositives", "Affiche A3"):
        row = page.get_by_test_id("stHorizontalBlock").filter(has_text=title).last
        row.get_by_role("button", name="Préparer").click()
        row.get_by_role("button", name="Télécharger (").wait_for()
        counted.quiet()
        endings.append(file(page, "Télécharger (", row).rpartition(".")[2])
    assert endings == ["html", "pptx", "pdf"]
    assert len(counted.clicks) == 8 and counted.errors == []


def test_an_analyst_filters_sorts_takes_the_table_and_reads_a_definition_in_eight_clicks(counted):
    page = counted.page
    page.get_by_role("link", name="Comparer les départements").click()
    page.locator(".compared thead").wait_for()
    counted.quiet()
    for label, letters, address in (
        ("Département", "08 Ard", "territoire=departement-08"),
        ("Comparer avec", "Ceux de la", "groupe=region"),
    ):
        page.get_by_role("combobox", name=label, exact=True).click()
        page.keyboard.type(letters)
        page.get_by_role("option", name=letters).first.wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{address}*")
        counted.quiet()
    heading = page.locator(".compared thead th", has_text="Taux de pauvreté")
    heading.get_by_role("button").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.compared th')].some((each) => /pauvreté/.test(each.innerText) && /ending$/.test(each.ariaSort))"
    )
    assert file(page, "CSV").endswith(".csv")
    page.get_by_role("radio", name="Distribution").click()
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    counted.quiet()
    page.get_by_test_id("stSidebar").get_by_role("link", name="Données").click()
    page.locator("h1.place", has_text="Données").wait_for()
    counted.quiet()
    page.get_by_role("tab", name="Dictionnaire").click()
    page.get_by_role("tabpanel").get_by_test_id("stDataFrame").first.wait_for()
    assert len(counted.clicks) == 8 and counted.errors == []
