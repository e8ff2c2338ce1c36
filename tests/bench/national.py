"""Official files at the size of the country, made to their published layouts: what a live build of all of France reads.

Communes, intercommunalités and the register's own numbers are the embedded ones; where the real samples of ../shared are at
hand, establishments carry the fields of real ones. Figures are made, and the same at each run.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import shapely
import xlsxwriter

from etl import build as builder
from etl.sources import bpe, rp_ages
from maillage import catalog
from tests.etl import test_live_whole
from tests.etl.sources import test_ages, test_cnam_ald, test_finess, test_finess_activites
from tests.etl.sources.test_density_grid import LABELS

ESTABLISHMENTS, CAPACITIES = 170_000, 398_537  # of the register, and lines of its activities, in August 2026
CPTS, DETAIL = 1_000, 0.001  # outlines, and degrees between their points
DEATHS, EQUIPMENTS, MEASURES, AGES = 650_000, 80, 20, 25  # rows in all; then by commune
YEARS = range(2016, 2026)
SECTORS = ("Secteur", "Horizon", "Confluence", "Plateau", "Littoral")


class NationalPlaces:
    """What every file is about: communes with their contours, and a folder to write in."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.rows = test_live_whole.communes_of_france()
        self.communes = [row for row in self.rows if row["level"] == "commune"]
        self.known_departements = frozenset(row["departement_code"] for row in self.rows)
        self.regions = {row["departement_code"]: row["region_code"] for row in self.rows}
        self.connection = duckdb.connect()
        self.connection.execute(
            "CREATE TABLE place AS SELECT code, level, population FROM read_parquet(?)",
            [str(builder.ROOT / "data" / "snapshot" / "communes.parquet")],
        )

    def long_file(self, query: str) -> bytes:
        """A zip of one CSV as Insee makes them, from a query."""
        path = self.folder / "long.csv"
        self.connection.execute(f"COPY ({query}) TO '{path}' (DELIMITER ';', HEADER, FORCE_QUOTE (GEO))")
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(path, "DS_data.csv")
        path.unlink()
        return content.getvalue()


def files(country: NationalPlaces) -> dict[str, bytes]:
    """A file for each source that a live build asks for, the two of the register set apart."""
    communes, groups = test_live_whole.package(country.rows)
    served = {
        "decoupage": communes,
        "decoupage_epci": groups,
        "contours": test_live_whole.outlines(country.rows),
        "cpts_wfs": outlines_of_cpts(country),
        "ages": workbook({f"{year}": test_ages.sheet((None, country), year) for year in range(1975, 2027)}),
        "grille_densite": workbook({"Maille communale": density(country)}),
        "rp_ages": country.long_file(CENSUS),
        "filosofi": country.long_file(POVERTY),
        "bpe": country.long_file(FACILITIES),
        "cnam_ald": exported(country, test_cnam_ald.ALD, lambda place, year: (f"{place};5,1 %;5.1",)),
        "cnam_demographie": exported(country, test_cnam_ald.STAFF, staff),
    }
    for module in test_live_whole.CNAM:
        heading = f"{test_cnam_ald.PLACE};{module.MEASURE.columns[0]}"
        served[module.SOURCE.source_id] = exported(country, heading, lambda place, year: (f"{place};12",))
    measures = {"apl": ["APL aux médecins généralistes", "APL aux médecins généralistes de 65 ans et moins"]}
    for module in test_live_whole.PROFESSIONS:
        ((_, (heading, *_)),) = module.WORKBOOK.measures.items()
        measures[module.SOURCE.source_id] = [heading]
    for source_id, headings in measures.items():
        sheets = {f"APL {year}": access(country, headings, year) for year in (2022, 2023, 2024)}
        served[source_id] = workbook({"Documentation": [["Lisez-moi"]]} | sheets)
    return served


# -- tables ---------------------------------------------------------------------------------------------------------

BANDS = (*rp_ages.BANDS, *(f"Y_OTHER{rank}" for rank in range(AGES - 1 - len(rp_ages.BANDS))))
CENSUS = f"""
    SELECT code AS GEO, CASE level WHEN 'commune' THEN 'COM' ELSE 'ARM' END AS GEO_OBJECT, sex AS SEX, age AS AGE,
           'POP' AS RP_MEASURE, 'A' AS OBS_STATUS, 2023 AS TIME_PERIOD,
           round(population * CASE age WHEN '_T' THEN 1 ELSE 1.0 / {len(rp_ages.BANDS)} END
                 * CASE sex WHEN '_T' THEN 1 ELSE 0.5 END, 6) AS OBS_VALUE
    FROM place, (SELECT unnest({[*BANDS, "_T"]}) AS age), (SELECT unnest(['_T', 'F', 'M']) AS sex)
"""
POVERTY = f"""
    SELECT code AS GEO, CASE level WHEN 'commune' THEN 'COM' ELSE 'ARM' END AS GEO_OBJECT,
           CASE measure WHEN 0 THEN 'PR_MD60' ELSE 'M' || measure END AS FILOSOFI_MEASURE, 'PT' AS UNIT_MEASURE, 0 AS UNIT_MULT,
           CASE WHEN population < 1000 THEN 'C' ELSE 'F' END AS CONF_STATUS, 'A' AS OBS_STATUS, 2023 AS TIME_PERIOD,
           CASE WHEN population >= 1000 THEN 10 + hash(code) % 20 END AS OBS_VALUE
    FROM place, range({MEASURES}) AS r(measure)
"""
FACILITIES = f"""
    SELECT code AS GEO, CASE level WHEN 'commune' THEN 'COM' ELSE 'ARM' END AS GEO_OBJECT, 'D' AS FACILITY_DOM, 'D2' AS FACILITY_SDOM,
           coalesce({list(bpe.TYPES)}[kind + 1], 'X' || (100 + kind)) AS FACILITY_TYPE, 'FACILITIES' AS BPE_MEASURE,
           'FACILITY' AS UNIT_MEASURE, 'A' AS OBS_STATUS, 0 AS UNIT_MULT, 2025 AS TIME_PERIOD, 1 + hash(code, kind) % 9 AS OBS_VALUE
    FROM place, range({EQUIPMENTS}) AS r(kind) WHERE level = 'arrondissement_municipal' OR code NOT IN ('75056', '69123', '13055')
"""
DETAIL_OF_DEATHS = f"""
    SELECT 2024 AS ADEC, 1 + n % 12 AS MDEC, ([{{}}])[1 + (hash(n) % {{}})::INTEGER] AS DEPDOM, 1 + n % 2 AS SEXE,
           2024 - (40 + hash(n, 1) % 60) AS ANAIS, 1 + hash(n, 2) % 12 AS MNAIS
    FROM range({DEATHS}) AS r(n)
"""


def deaths(country: NationalPlaces, path: Path) -> None:
    """A year of Insee's « fichier détail », a row a death, as somebody puts it in data/local."""
    codes = sorted(country.known_departements)
    query = DETAIL_OF_DEATHS.format(", ".join(f"'{code}'" for code in codes), len(codes))
    country.connection.execute(f"COPY ({query}) TO '{path}' (DELIMITER ';', HEADER)")


def workbook(sheets: dict[str, Iterable[list]]) -> bytes:
    """An xlsx, written row by row: openpyxl takes four times longer."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return content.getvalue()


def density(country: NationalPlaces) -> Iterator[list]:
    yield from (["Grille communale de densité"], [], [], [], ["CODGEO", "LIBGEO", "DENS7", "LIBDENS7", "PMUN23"])
    for number, row in enumerate(country.communes):
        level = number % len(LABELS)
        yield [row["code"], row["name"], level + 1, LABELS[level], row["population"]]


def access(country: NationalPlaces, headings: list[str], year: int) -> Iterator[list]:
    """A sheet as DREES lays it out: the header on row 9, a units row below it, the arrondissements in place of their city."""
    yield from ([f"Indicateur d'accessibilité potentielle localisée (APL) en {year}"], *[[]] * 7)
    yield ["Code commune INSEE", "Commune", *headings, "Population standardisée 2022", "Population totale 2022"]
    yield ["", "", *["(par habitant standardisé)"] * len(headings)]
    cities = {row["parent_code"] for row in country.rows}
    for number, row in enumerate(row for row in country.rows if row["code"] not in cities):
        yield [
            row["code"],
            row["name"],
            *[2 + number % 300 / 100] * len(headings),
            row["population"],
            row["population"],
        ]


def exported(country: NationalPlaces, heading: str, lines) -> bytes:
    """An export of the Cnam: the lines of each territory and year."""
    places = [f"{region};Région;{code};Département" for code, region in sorted(country.regions.items())]
    places += [f"{region};Région;999;Tout département" for region in sorted(set(country.regions.values()))]
    places.append("99;FRANCE;999;FRANCE")
    rows = (line for place in places for year in YEARS for line in lines(f"{year};{place}", year))
    return "\n".join([heading, *rows]).encode("utf-8-sig")


with (builder.ROOT / "data" / "reference" / "professionnels_liberaux.csv").open(encoding="utf-8-sig") as listed:
    PROFESSIONS = sorted({row["libelle"] for row in csv.DictReader(listed)} | {f"Profession {n}" for n in range(25)})


def staff(place: str, year: int) -> Iterator[str]:
    _, region, _, departement, _ = place.split(";")
    for profession in PROFESSIONS:
        yield test_cnam_ald.staff(profession, region, departement, 120, 80.5, year=f"{year}-01-01")


# -- outlines -------------------------------------------------------------------------------------------------------


def outlines_of_cpts(country: NationalPlaces) -> bytes:
    """A layer of CPTS that cover the country, an intercommunalité each or two neighbours, as finely drawn as a server's."""
    members: dict[str, list] = {}
    for row in country.rows:
        if row["epci_code"] and row["level"] == "commune":
            members.setdefault(row["epci_code"], []).append(row["shape"])
    codes = sorted(members)
    written = []
    for number, mine in itertools.groupby(range(len(codes)), key=lambda index: index * CPTS // len(codes)):
        outline = shapely.coverage_union_all([shape for index in mine for shape in members[codes[index]]])
        properties = {
            "gid": number,
            "nom_cpts": f"CPTS {SECTORS[number % len(SECTORS)]} {number:04}",
            "statut": ("ACI signé", "Projet de santé validé", "En projet")[number % 3],
            "date_aci": "2022-03-04Z" if number % 3 == 0 else None,
        }
        geometry = shapely.to_geojson(shapely.segmentize(outline, DETAIL))
        written.append(f'{{"type":"Feature","properties":{json.dumps(properties)},"geometry":{geometry}}}')
    text = '{"type":"FeatureCollection","totalFeatures":' + f'{len(written)},"features":[{",".join(written)}]}}'
    return text.encode()


# -- the register ---------------------------------------------------------------------------------------------------


def samples(path: Path, made: dict) -> list[dict]:
    """The establishments of a real sample, or a made one."""
    if not path.exists():
        return [made]
    with gzip.open(path) as file:
        return [one for entity in json.load(file)["pmej"] for one in entity.get("ege") or ()]


def identities(country: NationalPlaces) -> Iterator[dict]:
    """Number, category, name and place of every establishment: those that the embedded register knows, seats, then the others."""
    category = {kind: code for code, kind in reversed(catalog.FINESS_TYPE.items())}
    missing = {
        "603": 400,
        "604": 800,
        "124": 1500,
        "180": 120,
        "213": 50,
        "165": 100,
    }  # opened since, or of other states
    with (builder.ROOT / "data" / "reference" / "registres_finess.csv").open(encoding="utf-8-sig") as file:
        known = [row for row in csv.DictReader(file) if row["code_commune"] and row["type"] in category]
    for row in known:
        yield {
            "number": row["finess"],
            "category": category[row["type"]],
            "name": row["nom"],
            "commune": row["code_commune"],
            "street": row["adresse"],
            "lon": row["lon"],
            "lat": row["lat"],
        }
    others = itertools.chain.from_iterable([code] * count for code, count in missing.items())
    for rank in range(ESTABLISHMENTS - len(known)):
        row = country.communes[rank * 7919 % len(country.communes)]
        placed = rank % 3 > 0  # a third has no position
        yield {
            "number": f"99{rank:07}",
            "category": next(others, "999"),
            "name": f"ETABLISSEMENT {rank} DE {row['name'].upper()}",
            "commune": row["code"],
            "street": f"{1 + rank % 90} RUE DE LA MAIRIE",
            "lon": row["lon"] if placed else None,
            "lat": row["lat"] if placed else None,
        }


def register(country: NationalPlaces) -> bytes:
    """The monthly file of structures, a legal entity for a hundred establishments."""
    templates = samples(test_finess.SAMPLE, test_finess.ONE)

    def establishments() -> Iterator[str]:
        for rank, site in enumerate(identities(country)):
            template = templates[rank % len(templates)]
            general = template["informationsGeneralesEGE"] | {"numFinessEge": site["number"], "dateFermeture": None}
            address = (template.get("adresse") or test_finess.ONE["adresse"])[0]
            place = {"coordonneeX": site["lon"], "coordonneeY": site["lat"], "cleInInteropBAN": None}
            address = address | {"cogCommune": site["commune"], "coordonneesGeographique": place, "usageAdresse": "03"}
            address |= {"numeroVoie": None, "typeVoie": None, "libelleVoie": site["street"], "lieuDit": None}
            yield json.dumps(
                template
                | {
                    "informationsGeneralesEGE": general
                    | {"nomEgeLong": site["name"], "nomEgeCourt": site["name"][:38]},
                    "categorieentiteGeographiqueExercice": site["category"],
                    "adresse": [address],
                    "etatObjet": "A",
                }
            )

    return packed(establishments())


def activities(country: NationalPlaces) -> bytes:
    """The monthly file of activities, until it has as many lines of capacity as the real one."""
    made = {"activitesExercees": [test_finess_activites.activity(test_finess_activites.line(12))]}
    templates = [one.get("activitesExercees") or [] for one in samples(test_finess_activites.ACTIVITIES, made)]
    texts = [(json.dumps(one), sum(len(activity.get("capacite") or ()) for activity in one)) for one in templates]

    def establishments() -> Iterator[str]:
        lines = 0
        for rank, one in enumerate(identities(country)):
            text, count = texts[rank % len(texts)] if lines < CAPACITIES else ("[]", 0)
            lines += count
            yield f'{{"numFinessEge": "{one["number"]}", "activitesExercees": {text}}}'

    return packed(establishments())


def packed(establishments: Iterable[str]) -> bytes:
    """A gzipped file of the register, as its server makes it; only its compressed form is held."""
    with tempfile.TemporaryFile() as kept:
        with gzip.open(kept, "wt", encoding="utf-8", compresslevel=1) as file:
            file.write('{"schemaVersion": "v1.0.0", "generatedAt": "2026-08-13T02:07:30.57Z", "pmej": [')
            for number, one in enumerate(establishments):
                file.write(("," if number % 100 else ']}, {"ege": [' if number else '{"ege": [') + one)
            file.write("]}]}")
        kept.seek(0)
        return kept.read()
