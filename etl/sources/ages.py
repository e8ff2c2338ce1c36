"""INSEE's population estimates by département, sex and five-year age band."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import PurePosixPath

import duckdb
import numpy as np
import pandas as pd

from etl.formats import figures, sheets
from etl.frames import insert
from etl.intake import brought
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Note, Remote, Source, Tally
from maillage.language.names import plain

SOURCE = Source(
    source_id="ages",
    title="Estimations de population par département, sexe et âge quinquennal",
    producer="Insee",
    page="https://www.insee.fr/fr/statistiques/8721456",
    licence="Licence Ouverte 2.0",
    vintage="1er janvier de chaque année",
    remote=Remote(
        "https://www.insee.fr/fr/statistiques/fichier/8721456/estim-pop-dep-sexe-aq-1975-2026.xlsx", "xlsx", most_mb=30
    ),
    local="estim-pop-dep-sexe-*.[xX][lL][sS][xX]",
    doubts="Les années les plus récentes sont provisoires et révisées : chaque chiffre le dit. Distinctes des populations "
    "légales. Années lues : depuis 2014, où Mayotte est comptée. Là où ces estimations contredisent celles déjà publiées pour "
    "la même année, elles les remplacent, et l'écart est noté.",
    writes="figure",
    tier=REGISTER,
)

FILE = PurePosixPath(SOURCE.remote.url).name
FIRST_YEAR = 2014  # Mayotte is counted since then: the départements are those of today
SEXES = {"hommes": "m", "femmes": "f", "ensemble": "all"}
SHARES = {"part_0_24": (0, 25), "part_25_59": (25, 60), "part_60_plus": (60, 200), "part_75_plus": (75, 200)}
BOUNDS = {0, 25, 60, 65, 75}  # a band must begin at each, or shares could not be told
BAND = re.compile(r"([0-9]+) a ([0-9]+) ans|([0-9]+) ans (?:et|ou) (?:plus|\+)")
WHOLE = "france metropolitaine et dom"
OLDEST = 200  # years: the open band ends nowhere
COLUMNS = ["year", "departement_code", "sex", "age_from", "age_to", "population", "provisional"]


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage people by age, and with them the shares of ages of départements, régions and France."""
    try:
        people, words = _years(sheets.workbook_rows(brought(SOURCE, inputs)))
    except sheets.SheetError as error:
        raise figures.trouble(SOURCE, FILE, error) from None
    newest, notes = max(words), []
    for year, codes in people.groupby("year")["departement_code"]:
        if wrong := sorted(set(codes) ^ inputs.known_departements):
            trouble = f"La feuille {year} n'a pas les départements de la carte ({', '.join(wrong)}) : elle est laissée de côté."
            if year == newest:
                raise figures.trouble(SOURCE, FILE, sheets.SheetError(trouble[0].lower() + trouble[1:-1]))
            notes.append(Note(f"feuille {year}", "refuse", "départements absents", trouble, file=FILE))
            people, words = (
                people[people["year"] != year],
                {y: words_of_year for y, words_of_year in words.items() if y != year},
            )
    wanted = people[people["departement_code"].map(inputs.wants)]
    bands = wanted[wanted["sex"] != "all"].astype({"age_to": "Int64"})
    insert(
        connection,
        "staging.population_by_age",
        bands.assign(age_to=bands["age_to"].mask(bands["age_to"] == OLDEST), source_id=SOURCE.source_id),
    )
    figures.stage(connection, SOURCE, _indicators(connection, wanted[wanted["sex"] == "all"], words))
    rows = people.groupby(["year", "departement_code"]).ngroups
    span = f"{min(words)} à {newest}" if len(words) > 1 else f"{newest}"
    return Tally(rows, notes=tuple(notes), vintage=span + (f" ({words[newest]})" if words[newest] else ""))


def _years(book: dict[str, list[list[str]]]) -> tuple[pd.DataFrame, dict[int, str]]:
    """Every band of every year wanted, and what each year's sheet says of its results (« provisoires… »)."""
    frames, words = [], {}
    for name, rows in book.items():
        year = _year(name, rows)
        if year is None or year < FIRST_YEAR:
            continue
        try:
            frame = _read(rows)
        except sheets.SheetError as error:
            raise sheets.SheetError(f"feuille « {name} », {error}") from None
        credits = [sheets.tidy(row[0]) for row in rows[-15:] if row and plain(row[0]).startswith("source")]
        words[year] = next(iter(re.findall(r"\(([^()]*)\)", " ".join(credits))), "")
        frames.append(frame.assign(year=year, provisional="provisoire" in words[year]))
    if not frames:
        raise sheets.SheetError(
            f"aucune feuille n'est celle d'une année depuis {FIRST_YEAR} ; feuilles : {', '.join(book)}"
        )
    return pd.concat(frames, ignore_index=True)[COLUMNS], words


def _year(name: str, rows: list[list[str]]) -> int | None:
    """The year that a sheet is named after; else the one that its title gives."""
    if match := re.fullmatch(r"\s*((?:19|20)[0-9]{2})\s*", name):
        return int(match[1])
    titles = " ".join(row[0] for row in rows[:4] if row)
    match = re.search(r"Année\s+((?:19|20)[0-9]{2})\b", titles)
    return int(match[1]) if match else None


def _read(rows: list[list[str]]) -> pd.DataFrame:
    """The bands of a sheet: sexes on one row, ages on the next, then a département a row. Raises when they do not add up."""
    at = sheets.header_row(rows, "Départements")
    if at + 1 >= len(rows):
        raise sheets.SheetError("rien ne suit l'en-tête")
    columns, sex = [], None
    for index, (above, age) in enumerate(zip(rows[at], rows[at + 1], strict=False)):
        sex = SEXES.get(plain(above), sex)
        columns.append((index, sex, *_band(age)) if sex and sheets.tidy(age) else None)
    columns = [column for column in columns if column]
    starts = {column[2] for column in columns}
    if {column[1] for column in columns} != set(SEXES.values()) or not starts >= BOUNDS:
        headings = ", ".join(
            dict.fromkeys(sheets.tidy(cell) for row in rows[at : at + 2] for cell in row if cell.strip())
        )
        raise sheets.SheetError(
            f"les colonnes ne sont plus le sexe et l'âge quinquennal ; colonnes trouvées : {headings[:300]}"
        )
    cells, total = {}, None
    for number, row in enumerate(rows[at + 2 :], start=at + 3):
        code = sheets.code(row[0], 2)
        if not re.fullmatch(figures.DEPARTEMENT, code) and plain(row[0]) != WHOLE:
            continue
        try:
            numbers = [sheets.figure(row[index]).value for index, *_ in columns]
        except sheets.SheetError as error:
            raise sheets.SheetError(f"ligne {number} : {error}") from None
        if None in numbers:
            raise sheets.SheetError(f"ligne {number} : une population manque")
        if plain(row[0]) == WHOLE:
            total = np.array(numbers)
        elif code in cells:
            raise sheets.SheetError(f"ligne {number} : le département {code} figure deux fois")
        else:
            cells[code] = np.array(numbers)
    _verify(columns, cells, total)
    return pd.DataFrame(
        [
            (code, sex, low, high, round(number))
            for code, numbers in cells.items()
            for (_, sex, low, high), number in zip(columns, numbers, strict=True)
            if (low, high) != (0, OLDEST)
        ],
        columns=["departement_code", "sex", "age_from", "age_to", "population"],
    )


def _band(heading: str) -> tuple[int, int]:
    """« 5 à 9 ans » → (5, 10); « 95 ans et plus » → (95, OLDEST); « Total » → (0, OLDEST)."""
    words = plain(heading)
    if words == "total":
        return 0, OLDEST
    match = BAND.fullmatch(words)
    if not match:
        raise sheets.SheetError(f"« {sheets.tidy(heading)} » n'est pas une tranche d'âge")
    return (int(match[1]), int(match[2]) + 1) if match[1] else (int(match[3]), OLDEST)


def _verify(columns: list[tuple], cells: dict[str, np.ndarray], total: np.ndarray | None) -> None:
    """Ages add up to each total, and départements to France, but for what rounding each cell may move."""
    if not cells:
        raise sheets.SheetError("aucune ligne n'est celle d'un département")
    if total is not None and (abs(sum(cells.values()) - total) > len(cells)).any():
        raise sheets.SheetError("la somme des départements n'est pas la ligne « France métropolitaine et DOM »")
    for sex in SEXES.values():
        ages = [rank for rank, (_, its, *band) in enumerate(columns) if its == sex and tuple(band) != (0, OLDEST)]
        whole = [rank for rank, (_, its, *band) in enumerate(columns) if its == sex and tuple(band) == (0, OLDEST)]
        ends = [columns[rank][2:] for rank in ages]
        if ends[0][0] != 0 or ends[-1][1] != OLDEST or any(a[1] != b[0] for a, b in pairwise(ends)):
            raise sheets.SheetError("les tranches d'âge ne se suivent pas")
        for code, numbers in cells.items():
            if whole and abs(numbers[ages].sum() - numbers[whole[0]]) > len(ages):
                raise sheets.SheetError(f"dans le département {code}, la somme des âges n'est pas le total")


def _indicators(connection: duckdb.DuckDBPyConnection, people: pd.DataFrame, words: dict[int, str]) -> pd.DataFrame:
    """Inhabitants and shares of ages; those of régions and of France are sums of people, not means of shares."""
    region = dict(connection.execute("SELECT code, region_code FROM territory WHERE level = 'departement'").fetchall())
    frames = []
    for level, code in (
        ("departement", people["departement_code"]),
        ("region", people["departement_code"].map(region)),
        ("france", pd.Series("FR", index=people.index)),
    ):
        grouped = people.assign(code=code).groupby(["year", "code"])
        whole = grouped["population"].sum()
        kinds = {"population_estimee": whole.astype(float)}
        for name, (low, high) in SHARES.items():
            part = people["population"].where((people["age_from"] >= low) & (people["age_to"] <= high), 0)
            kinds[name] = 100 * people.assign(part=part, code=code).groupby(["year", "code"])["part"].sum() / whole
        frames += [
            value.rename("value").reset_index().assign(level=level, indicator=name) for name, value in kinds.items()
        ]
    values = pd.concat(frames, ignore_index=True)
    method = {
        year: "Insee, estimations de population au 1er janvier" + (f" ({word})" if word else "")
        for year, word in words.items()
    }
    provisional = values["year"].map({year: "provisoire" in word for year, word in words.items()})
    given = (values["level"] == "departement") & (values["indicator"] == "population_estimee")
    basis = given.map({True: "published", False: "computed"}).mask(provisional, "provisional")
    return values.assign(sex="all", basis=basis, method=values["year"].map(method))
