"""Time every page, cold, to what it is for: `python -m tests.bench.pages`.

Each page is opened by visitors with nothing cached, on a server that has already answered one of them, and in the same round an
empty Streamlit page, which is the floor. Bytes are those of the websocket once the page has nothing more to say.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error

from tests.bench.drive import PLAIN, Server, Visit, browsing, serving
from tests.bench.map import EMPTY, ROOT, counts
from tests.bench.rounds import Run, rounds

BUDGET_SECONDS = 240
CHART = "element('.js-plotly-plot .main-svg .trace')"
LINES = "element('.coverage-curve img')"
TABLE = "element('[data-testid=stDataFrame] canvas')"
GAPS = "ecarts?territoire=departement-62&types=MSP,CDS&volet="
VIEWS = "comparer?territoire=departement-08&indicateur=mortalite_prematuree_0_64&vue="
YEARS = "comparer?territoire=departement-08&indicateur=msp_nombre&vue=evolution"
CPTS = "cpts=cpts-71-centre-saone-et-loire"


@dataclass(frozen=True)
class Page:
    """A page, its address, and what must be drawn before it is of use: what `watch.js` watches."""

    code: str
    title: str
    address: str
    drawn: tuple[str, ...] = ()
    departement: str = ""  # whose communes must all be on the map


PAGES = (
    Page("carte", "Carte, France", "", ("map(90)",)),
    Page("blanches", "Écarts, zones blanches", f"{GAPS}blanches", departement="62"),
    Page("acces", "Écarts, accès", f"{GAPS}acces", (LINES,), "62"),
    Page("besoin", "Écarts, besoin et accès", f"{GAPS}besoin", ("element('.ranking')",)),
    Page("et_si", "Écarts, et si", f"{GAPS}et_si", (LINES,), "62"),
    Page("methodes", "Écarts, méthodes et limites", f"{GAPS}methodes", (TABLE,)),
    Page("liste", "CPTS, the list", "cpts", (TABLE,)),
    Page("fiche", "CPTS, one sheet", f"cpts?{CPTS}", ("element('.figures')",), "71"),
    Page("composer", "Composer", "composer?territoire=departement-62", departement="62"),
    Page("ceremonie", "Cérémonie", f"ceremonie?{CPTS}", ("framed('.slide')",)),
    Page("tableau", "Comparer, tableau", f"{VIEWS}tableau", ("element('.compared tbody tr')",)),
    Page("distribution", "Comparer, distribution", f"{VIEWS}distribution", (CHART,)),
    Page("nuage", "Comparer, nuage", f"{VIEWS}nuage", (CHART,)),
    Page("cartes", "Comparer, cartes", f"{VIEWS}cartes", ("element('.small-map')",)),
    Page("evolution", "Comparer, évolution", YEARS, ("element('.drawn h2')",)),
    Page("donnees", "Données", "donnees", ("element('.sources')",)),
    Page("chiffre", "D'où vient ce chiffre ?", "chiffre?territoire=departement-62", ("element('.trace')",)),
    Page("qualite", "Qualité", "qualite", (TABLE,)),
    Page("importer", "Importer", "importer", ("element('[data-testid=stFileUploader]')",)),
    Page("telecharger", "Télécharger", "telecharger", ("element('[data-testid=stCode]')",)),
    Page("methode", "Méthode", "methode", ("element('#mots')",)),
)

NOTHING = Page("empty", "Empty page", "", ("element('[data-testid=stMarkdown]')",))


def measure(wanted: int = 3) -> list[Run]:
    """By round: seconds to each page drawn (`…_s`), kilobytes over the websocket (`…_kb`)."""
    communes = counts()
    with (
        tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder,
        serving(ROOT / "serve.py", Path(folder) / "atlas.log") as atlas,
        serving(EMPTY, Path(folder) / "empty.log", *PLAIN) as floor,
        browsing() as browser,
    ):

        def steps() -> Iterator[Iterator[Run]]:
            yield cold(browser, floor, NOTHING, communes)
            for page in PAGES:
                yield cold(browser, atlas, page, communes)

        return rounds(wanted, BUDGET_SECONDS, steps)


def cold(browser: Browser, server: Server, page: Page, communes: dict[str, int]) -> Iterator[Run]:
    on_map = (f"map({communes[page.departement]})",) if page.departement else ()
    with Visit(browser, f"{server.url}/{page.address}") as visit:
        try:
            seconds = visit.seconds_to(*on_map, *page.drawn)
        except Error as error:
            raise RuntimeError(f"{page.title}: {error}") from error
        yield {f"{page.code}_s": seconds}
        visit.settle()
        yield {f"{page.code}_kb": visit.bytes / 1000}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
