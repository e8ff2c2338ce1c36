"""What changed between two builds: each kind told once, and nothing told that did not happen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import shapely

from etl import build as builder
from etl.history import diff
from etl.history.passage import Change
from etl.source import BuildError
from maillage import catalog
from maillage.catalog import SCHEMA_VERSION
from tests.etl.conftest import Built, edited, fetch, lists_copied
from tests.etl.schema import schema

BUILT = {"old": "2026-01-01", "new": "2026-07-01"}


@dataclass(frozen=True)
class Side:
    """One of the two builds, filled row by row. Communes are squares of one degree in a line: `x` is the western side."""

    connection: duckdb.DuckDBPyConnection
    name: str

    def insert(self, table: str, **cells) -> None:
        columns = ", ".join(f'"{column}"' for column in cells)
        marks = ", ".join("?" * len(cells))
        self.connection.execute(f"INSERT INTO {self.name}.{table} ({columns}) VALUES ({marks})", list(cells.values()))

    def departement(self, code: str) -> None:
        self.insert("territory", level="departement", code=code, name=f"Département {code}")

    def commune(self, code: str, x: float, name: str = "", width: float = 1, level: str = "commune") -> None:
        self.communes((code, x), name=name, width=width, level=level)

    def communes(self, *placed: tuple[str, float], name: str = "", width: float = 1, level: str = "commune") -> None:
        rows = [
            (level, code, name or f"Commune {code}", code[:2], x + width / 2, shapely.box(x, 0, x + width, 1).wkb)
            for code, x in placed
        ]
        self.connection.execute(
            f"""
            INSERT INTO {self.name}.territory (level, code, name, departement_code, lon, lat, geometry)
            VALUES {", ".join(["(?, ?, ?, ?, ?, 0.5, ST_GeomFromWKB(?))"] * len(rows))}
            """,
            [cell for row in rows for cell in row],
        )

    def site(self, site_id: str = "a", **cells) -> None:
        row = {
            "type": "MSP",
            "name": f"Maison {site_id}",
            "status": "ouvert",
            "departement_code": "08",
            "commune_code": "08001",
            "citation": "-",
            "source_id": "liste",
        }
        if "lon" in cells:
            row |= {"lat": 0.5, "precision": "adresse"}
        self.insert("site", site_id=site_id, **(row | cells))

    def cpts(self, *members: str, cpts_id: str = "c", **cells) -> None:
        row = {
            "name": f"CPTS {cpts_id}",
            "aliases": [],
            "status": "aci_signe",
            "departement_codes": ["08"],
            "citation": "-",
            "perimeter": "complet" if members else "inconnu",
            "source_id": "liste",
        }
        self.insert("cpts", cpts_id=cpts_id, **(row | cells))
        for code in members:
            self.insert("cpts_commune", cpts_id=cpts_id, commune_code=code)

    def source(self, source_id: str, **cells) -> None:
        row = {
            "title": source_id.capitalize(),
            "producer": "-",
            "page": "-",
            "licence": "-",
            "vintage": "2025",
            "sha256": "0",
            "rows": 10,
        }
        self.insert("source", source_id=source_id, **(row | cells))

    def whole(self, subject: str = "MSP", departement: str = "08") -> None:
        self.insert("inventory", subject=subject, departement_code=departement, extent="complet", source_id="liste")


@pytest.fixture(scope="module")
def databases():
    """Two built databases in memory, with their catalogues alone."""
    with duckdb.connect() as connection:
        for name in ("old", "new"):
            connection.execute(f"ATTACH ':memory:' AS {name}")
            connection.execute(f"USE {name}")
            connection.execute(schema())
            builder.fill_catalog(connection)
        yield connection


@pytest.fixture
def empty(databases):
    """Two builds with one source, without a territory."""
    sides = [Side(databases, name) for name in ("old", "new")]
    for side in sides:
        side.insert(
            "build",
            version=side.name,
            built_at=BUILT[side.name],
            mode="embedded",
            cog_year=2026,
            tool="-",
            schema_version=SCHEMA_VERSION,
        )
        side.source("liste")
    yield sides
    for side in sides:
        for table in ("cpts_commune", "cpts", "site", "inventory", "source", "commune_change", "territory", "build"):
            databases.execute(f"DELETE FROM {side.name}.{table}")


@pytest.fixture
def sides(empty):
    """Both builds with the same six communes of 08, three of them in a line from 0°, and two of 55."""
    for side in empty:
        for departement in ("08", "55"):
            side.departement(departement)
        codes = "08001", "08002", "08003", "08004", "08005", "08006", "55001", "55002"
        side.communes(*((code, x) for x, code in enumerate(codes)))
    return empty


def changes_between(sides) -> list[Change]:
    changes = diff.changes(sides[0].connection, "old", "new")
    return [Change(*row) for row in changes.itertuples(index=False)]


def kinds(sides) -> list[tuple[str, str, str]]:
    return [(change.subject, change.kind, change.code) for change in changes_between(sides)]


def both(sides, what: str, *arguments, **cells) -> None:
    for side in sides:
        getattr(side, what)(*arguments, **cells)


def test_twice_the_same_is_no_change(sides):
    both(sides, "site", lon=4.5)
    both(sides, "cpts", "08001", "08002")
    assert changes_between(sides) == []


# -- places of care -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "whole", "kind"),
    [
        ({}, True, "ouverte"),
        ({}, False, "apparue"),
        ({"opened_on": "2026-03"}, False, "ouverte"),
        ({"opened_on": "2019"}, False, "apparue"),
        ({"status": "en_projet"}, True, "apparue"),
    ],
    ids=["whole list", "partial list", "opened since", "opened before", "not open"],
)
def test_a_place_that_appears(sides, cells, whole, kind):
    if whole:
        both(sides, "whole")
    sides[1].site(address="1 rue Neuve", **cells)
    (change,) = changes_between(sides)
    assert change == Change("structure", kind, "a", "Maison a", "08", "MSP", None, "1 rue Neuve, Commune 08001")


@pytest.mark.parametrize(
    ("cells", "whole", "parameters", "kind"),
    [
        ({}, True, True, "fermee"),
        ({}, False, True, "retiree"),
        ({}, True, False, "retiree"),
        ({"status": "en_projet"}, True, True, "retiree"),
    ],
    ids=["whole list", "partial list", "list not read", "was not open"],
)
def test_a_place_that_is_gone(sides, cells, whole, parameters, kind):
    if whole:
        both(sides, "whole")
    if parameters:
        both(sides, "source", "autre")
    else:
        sides[0].source("autre")
    sides[0].site(source_id="autre", **cells)
    change = changes_between(sides)[0]
    assert (change.kind, change.before, change.after) == (kind, "Commune 08001", None)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("en_projet", "ouvert", ("ouverte", "En projet", "Ouvert")),
        ("ouvert", "ferme", ("fermee", "Ouvert", "Fermé")),
        ("en_projet", "en_ouverture", ("statut", "En projet", "En cours d'ouverture")),
        ("ferme", "ouvert", ("ouverte", "Fermé", "Ouvert")),
    ],
)
def test_a_state_that_changes(sides, before, after, change):
    sides[0].site(status=before)
    sides[1].site(status=after)
    (changes,) = changes_between(sides)
    assert (changes.kind, changes.before.lower(), changes.after.lower()) == tuple(word.lower() for word in change)


def test_an_opening_carries_its_date(sides):
    sides[0].site(status="en_projet")
    sides[1].site(status="ouvert", opened_on="2026-03-01")
    (change,) = changes_between(sides)
    assert (change.kind, change.before, change.after) == ("ouverte", "en projet", "ouvert (2026-03-01)")


METRE = 1 / 111_320  # degree of longitude, at the equator or nearly


@pytest.mark.parametrize(("metres", "moved"), [(150, False), (250, True), (30_000, True)])
def test_a_place_has_moved_beyond_two_hundred_metres(sides, metres, moved):
    sides[0].site(lon=0.1, address="1 rue Vieille")
    sides[1].site(lon=0.1 + metres * METRE, address="2 rue Neuve")
    changes = changes_between(sides)
    assert [change.kind for change in changes] == (["deplacee"] if moved else [])
    if moved:
        assert changes[0].before == "1 rue Vieille, Commune 08001"
        assert changes[0].after == f"2 rue Neuve, Commune 08001, à {metres / 1000:.1f} km".replace(".", ",")


def test_a_place_known_better_has_not_moved(sides):
    sides[0].site(lon=0.5, precision="commune")
    sides[1].site(lon=0.9, precision="adresse")
    assert changes_between(sides) == []


def test_a_place_in_another_commune_has_moved(sides):
    sides[0].site()
    sides[1].site(commune_code="08002")
    (change,) = changes_between(sides)
    assert (change.kind, change.before, change.after) == ("deplacee", "Commune 08001", "Commune 08002")


def test_a_place_whose_commune_comes_to_be_known_has_not_moved(sides):
    sides[0].site(commune_code=None)
    sides[1].site()
    assert changes_between(sides) == []


@pytest.mark.parametrize(
    ("name", "renamed"),
    [("MAISON  DE SANTE D'ETREPY", False), ("Maison de santé des Lacs", True), ("Maison de santé d’Étrépy", False)],
)
def test_a_name_is_the_same_whatever_its_case_accents_and_signs(sides, name, renamed):
    sides[0].site(name="Maison de santé d'Étrépy")
    sides[1].site(name=name)
    assert [change.kind for change in changes_between(sides)] == (["renommee"] if renamed else [])


def test_a_type_that_changes(sides):
    sides[0].site()
    sides[1].site(type="CDS")
    (change,) = changes_between(sides)
    assert (change.kind, change.type, change.before, change.after) == ("type", "CDS", "MSP", "CDS")


@pytest.mark.parametrize(
    ("before", "after", "told_of"), [(5, 11, True), (5, 5, False), (None, 5, False), (5, None, False)]
)
def test_a_capacity_that_changes(sides, before, after, told_of):
    """Places that come to be known, or are no longer said, are no change of capacity."""
    sides[0].site(type="LHSS", places=before)
    sides[1].site(type="LHSS", places=after)
    changes = changes_between(sides)
    assert [change.kind for change in changes] == ["capacite"] * told_of
    if told_of:
        assert (changes[0].before, changes[0].after) == ("5\u00a0places", "11\u00a0places")


def test_a_row_taken_over_under_its_finess_number_is_the_same_place(sides):
    both(sides, "whole")
    sides[0].site("msp-08-curated", finess="080000001", name="Maison curated")
    sides[1].site("finess-080000001", finess="080000001", name="MSP CURATED")
    assert kinds(sides) == [("structure", "renommee", "finess-080000001")]


def test_a_row_taken_over_under_its_name_and_commune_is_the_same_place(sides):
    both(sides, "whole")
    sides[0].site("msp-08-curated", name="Maison de santé")
    sides[1].site("finess-080000001", finess="080000001", name="MAISON DE SANTE")
    assert changes_between(sides) == []


def test_one_number_for_two_types_does_not_mix_them(sides):
    both(sides, "whole")
    both(sides, "whole", "LHSS")
    for kind in ("MSP", "LHSS"):
        sides[0].site(f"old-{kind}", type=kind, finess="080000001")
        sides[1].site(f"new-{kind}", type=kind, finess="080000001", name=f"Maison old-{kind}")
    assert changes_between(sides) == []


def test_what_cannot_be_told_apart_is_not_matched(sides):
    """Two places under one number, type included: which became which is not known."""
    for name in ("a", "b"):
        sides[0].site(f"old-{name}", finess="080000001")
        sides[1].site(f"new-{name}", finess="080000001")
    assert sorted(kind for _, kind, _ in kinds(sides)) == ["apparue", "apparue", "retiree", "retiree"]


# -- communes -------------------------------------------------------------------------------------------------------


@pytest.fixture
def merger(empty):
    """08002 joins 08001; 08009 takes the place of 08008 under a new code."""
    for side in empty:
        side.departement("08")
        side.commune("08003", 2)
    old, new = empty
    for x, code in enumerate(["08001", "08002"]):
        old.commune(code, x)
    old.commune("08008", 7)
    new.commune("08001", 0, name="Alpha-Bêta", width=2)
    new.commune("08009", 7)
    new.insert("commune_change", old_code="08002", new_code="08001", year=2026)
    new.insert("commune_change", old_code="08008", new_code="08009", year=2026)
    new.insert("commune_change", old_code="08777", new_code="08001", year=1972)
    return empty


COMMUNES = [("commune", "fusion", "08002"), ("commune", "code", "08008"), ("commune", "renommee", "08001")]


def test_mergers_and_new_codes_are_told_as_such(merger):
    assert kinds(merger) == COMMUNES
    fusion, code, name = changes_between(merger)
    assert (fusion.name, fusion.after) == ("Commune 08002", "Alpha-Bêta (08001)")
    assert code.after == "Commune 08009 (08009)"
    assert (name.before, name.after) == ("Commune 08001", "Alpha-Bêta")


def test_a_merger_moves_no_place_and_changes_no_perimeter(merger):
    old, new = merger
    old.site(commune_code="08002")
    new.site(commune_code="08001")
    old.site("b", commune_code="08008")
    new.site("b", commune_code="08009")
    old.cpts("08001", "08002", "08008")
    new.cpts("08001", "08009")
    assert kinds(merger) == COMMUNES


def test_a_real_change_is_told_beside_a_merger(merger):
    old, new = merger
    old.site(commune_code="08002")
    new.site(commune_code="08003")
    old.cpts("08001", "08002")
    new.cpts("08001", "08003")
    changes = changes_between(merger)
    assert [(change.kind, change.code) for change in changes[:2]] == [("deplacee", "a"), ("perimetre", "c")]
    assert changes[1].after == "2 communes : avec Commune 08003"
    assert kinds(merger)[2:] == COMMUNES


def test_a_commune_that_is_back_takes_nothing_from_where_it_was(empty):
    old, new = empty
    for side in empty:
        side.departement("08")
        side.commune("08003", 4)
    old.commune("08001", 0, width=2)
    new.commune("08001", 0)
    new.commune("08002", 1)
    old.site(commune_code="08001")
    new.site(commune_code="08002")
    old.cpts("08001")
    new.cpts("08001", "08002")
    (change,) = changes_between(empty)
    assert (change.kind, change.code, change.before) == ("retablie", "08002", "Commune 08001 (08001)")


def test_a_commune_gone_without_a_successor_is_told(sides):
    sides[0].commune("08099", 20)
    sides[1].commune("08098", 30)
    assert kinds(sides) == [("commune", "retablie", "08098"), ("commune", "disparue", "08099")]
    assert changes_between(sides)[0].before is None


# -- CPTS -----------------------------------------------------------------------------------------------------------


def test_a_perimeter_names_what_it_gained_and_lost(sides):
    sides[0].cpts("08001", "08002")
    sides[1].cpts("08002", "08003", "08004")
    (change,) = changes_between(sides)
    assert change == Change(
        "cpts",
        "perimetre",
        "c",
        "CPTS c",
        "08",
        None,
        "2 communes",
        "3 communes : avec Commune 08003 et Commune 08004 ; sans Commune 08001",
    )


def test_a_perimeter_that_comes_to_be_known(sides):
    sides[0].cpts()
    sides[1].cpts("08001")
    (change,) = changes_between(sides)
    assert (change.before, change.after) == ("périmètre inconnu", "1 commune : avec Commune 08001")


def test_a_status_that_changes_carries_its_date(sides):
    sides[0].cpts("08001", status="emergence")
    sides[1].cpts("08001", status="aci_signe", status_date="2026-05")
    (change,) = changes_between(sides)
    assert change.kind == "statut" and change.after == "ACI signé (2026-05)"


def test_a_declared_figure_that_changes(sides):
    sides[0].cpts("08001", declared_population=94159, declared_communes=34, declared_professionals=30)
    sides[1].cpts("08001", declared_population=90346, declared_communes=34)
    (change,) = changes_between(sides)
    words = ("94\u202f159\u00a0habitants", "90\u202f346\u00a0habitants")
    assert (change.kind, change.before, change.after) == ("declaration", *words)
    sides[1].cpts("08002", cpts_id="d", declared_professionals=111)
    sides[0].cpts("08002", cpts_id="d")
    assert [(c.kind, c.before, c.after) for c in changes_between(sides) if c.code == "d"] == [
        ("declaration", None, "111\u00a0professionnels")
    ]


def test_cpts_that_appear_go_or_change_their_name(sides):
    sides[0].cpts("08001", cpts_id="gone", name="Ancienne")
    both(sides, "cpts", "08002", cpts_id="same")
    sides[1].connection.execute("UPDATE new.cpts SET name = 'CPTS Neuve' WHERE cpts_id = 'same'")
    sides[1].cpts(cpts_id="come", name="Tout autre", departement_codes=["55"])
    assert kinds(sides) == [("cpts", "apparue", "come"), ("cpts", "retiree", "gone"), ("cpts", "renommee", "same")]
    assert [change.departement_code for change in changes_between(sides)] == ["55", "08", "08"]


def test_a_cpts_known_under_another_identifier_is_the_same(sides):
    sides[0].cpts("08001", cpts_id="curated", name="CPTS des Crêtes")
    sides[1].cpts("08001", cpts_id="wfs-12", name="CPTS DES CRETES")
    assert changes_between(sides) == []


# -- part of the country --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [0, 1], ids=["fewer départements", "more départements"])
def test_a_build_of_some_departements_tells_nothing_of_the_others(empty, whole):
    """08 in both; 55 in one only, with all that is there."""
    for side in empty:
        side.departement("08")
        side.commune("08001", 0)
        side.site()
    side = empty[whole]
    side.departement("55")
    side.commune("55001", 6)
    side.whole("MSP", "55")
    side.site("b", departement_code="55", commune_code="55001")
    side.cpts("55001", cpts_id="other", departement_codes=["55"])
    side.cpts("08001", "55001", departement_codes=["08", "55"])
    empty[1 - whole].cpts("08001", departement_codes=["08", "55"], perimeter="partiel")
    empty[whole].connection.execute(f"""UPDATE {side.name}.source SET "rows" = 20""")
    assert changes_between(empty) == []


def test_a_place_that_leaves_for_another_departement_is_told_once(sides):
    both(sides, "whole")
    sides[0].site()
    sides[1].site(departement_code="55", commune_code="55001")
    assert kinds(sides) == [("structure", "deplacee", "a")]


# -- sources --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "kind", "after"),
    [
        ({"vintage": "2026", "rows": 12, "sha256": "1"}, "millesime", "2026 (12 lignes)"),
        ({"sha256": "1"}, "contenu", "2025 (10 lignes)"),
        ({"rows": 9}, "contenu", "2025 (9 lignes)"),
    ],
)
def test_a_source_that_changes(sides, cells, kind, after):
    sides[0].source("insee")
    sides[1].source("insee", **cells)
    (change,) = changes_between(sides)
    assert (change.subject, change.kind, change.name, change.before, change.after) == (
        "source",
        kind,
        "Insee",
        "2025 (10 lignes)",
        after,
    )


def test_sources_that_come_and_go(sides):
    sides[0].source("gone")
    sides[1].source("come")
    assert kinds(sides) == [("source", "apparue", "come"), ("source", "retiree", "gone")]


# -- the table, and words -------------------------------------------------------------------------------------------


def test_every_kind_has_a_label_and_one_place():
    assert len({(subject, kind) for subject, kind, _ in diff.KINDS}) == len(diff.KINDS)
    assert {subject for subject, _, _ in diff.KINDS} == set(diff.SUBJECTS)


@pytest.fixture(scope="module")
def changed(partial, tmp_path_factory) -> Built:
    """A real build of the same départements in place of `partial`, after gestures on the lists."""
    folder = tmp_path_factory.mktemp("changed")
    first, lists = partial.copied(folder), lists_copied(folder) / "reference"
    edited(lists / "structures.csv", 26, statut="ferme")  # structures that no register lists
    edited(lists / "structures.csv", 35, nom="Maison de santé <b>Neuve</b>")
    edited(lists / "structures.csv", 2, add=True, id="msp-08-nouvelle", nom="Maison nouvelle", date_ouverture="2099")
    edited(lists / "cpts.csv", 0, statut="resilie", source_date="2026-10")
    version = builder.build(first.database, data=lists.parent, static=first.static, departements=("08", "13", "62"))
    return Built(first.database, first.static, version)


def test_a_build_tells_what_it_changed_in_its_table_and_in_words(partial, changed):
    assert fetch(changed.database, "SELECT previous_version FROM build") == [(partial.version,)]
    rows = fetch(changed.database, "SELECT subject, kind, name, departement_code FROM change WHERE subject <> 'source'")
    assert [row[:2] for row in rows] == [
        ("structure", "ouverte"),
        ("structure", "fermee"),
        ("structure", "renommee"),
        ("cpts", "statut"),
    ]
    assert rows[2][2] == "Maison de santé <b>Neuve</b>" and {row[3] for row in rows} == {"08"}
    assert fetch(changed.database, "SELECT code FROM change WHERE subject = 'source' ORDER BY 1") == [
        ("cpts",),
        ("structures",),
    ]
    words = diff.report(partial.database, changed.database)
    assert words.startswith(f"{partial.version} (")
    for line in (
        "Structures : 3",
        "    Fermeture : 1",
        "    08 Ardennes : Structures 3, CPTS 1",
        "CPTS, changement de statut",
    ):
        assert f"\n{line}\n" in words
    assert "    08 MSP Maison nouvelle : " in words
    assert diff.report(partial.database, partial.database).endswith("\nRien n'a changé.")


@pytest.fixture
def recorded(partial, tmp_path) -> Callable[[Path], Path]:
    """What a build is when it was recorded beside what was in place: the end of a build, without what makes it long."""

    def record(in_place: Path) -> Path:
        draft = tmp_path / "draft.duckdb"
        shutil.copyfile(partial.database, draft)
        with duckdb.connect(str(draft)) as connection:
            for table in ("build", "change", "change_kind"):
                connection.execute(f"DELETE FROM {table}")
            builder.stamp(connection, "embedded", diff.record(connection, in_place))
        return draft

    return record


def is_told_alone(database: Path) -> bool:
    """Whether a build tells no change, and of no build before it, and still knows what may change."""
    assert fetch(database, "SELECT previous_version FROM build") == [(None,)]
    assert fetch(database, "SELECT count(*) FROM change") == [(0,)]
    assert fetch(database, "SELECT count(*) FROM change_kind") == [(len(diff.KINDS),)]
    return True


@pytest.mark.parametrize("content", [None, b"", b"the database of yesterday"], ids=["absent", "empty", "text"])
def test_without_a_build_to_compare_with_nothing_is_told(partial, recorded, tmp_path, content):
    in_place = tmp_path / "maillage.duckdb"
    if content is not None:
        in_place.write_bytes(content)
    assert is_told_alone(recorded(in_place))
    assert is_told_alone(partial.database)


def test_a_build_of_another_schema_or_damaged_is_not_compared(partial, changed, recorded, tmp_path):
    database = changed.copied(tmp_path).database
    assert fetch(recorded(database), "SELECT previous_version FROM build") == [(changed.version,)]
    with duckdb.connect(str(database)) as connection:
        connection.execute("UPDATE build SET schema_version = schema_version - 1")
    with pytest.raises(BuildError, match=rf"suit le schéma {SCHEMA_VERSION} et .* ne se comparent pas\.$"):
        diff.compare(partial.database, database)
    assert is_told_alone(recorded(database))
    content = bytearray(changed.database.read_bytes())
    for start in range(50_000, len(content) - 8, 100_000):
        content[start : start + 8] = b"########"
    database.write_bytes(content)
    with pytest.raises(BuildError, match=r"^La comparaison s'est arrêtée|n'est pas une base lisible"):
        diff.compare(partial.database, database)
    assert is_told_alone(recorded(database))


def test_what_is_no_build_is_not_compared(tmp_path, partial):
    path = tmp_path / "notes.duckdb"
    path.write_bytes(b"notes")
    with pytest.raises(BuildError, match=r"^notes\.duckdb n'est pas une base lisible"):
        diff.compare(path, partial.database)


# -- five years of a true register ------------------------------------------------------------------------------------

REGISTER = Path(__file__).parents[4] / "shared" / "real" / "finess"
EDITIONS = {"old": "etablissements_occitanie_2021-01.csv.gz", "new": "etablissements_occitanie_2026-01.csv.gz"}


@pytest.fixture
def register(empty, database):
    """The register of Occitanie in January 2021 and in January 2026, on the communes of the built database."""
    files = {name: REGISTER / file for name, file in EDITIONS.items()}
    if not all(path.exists() for path in files.values()):
        pytest.skip("../shared/real/finess is absent: no two editions of a true register to compare")
    connection = empty[0].connection
    connection.execute(f"ATTACH '{database}' AS built (READ_ONLY)")
    connection.execute(
        "CREATE TABLE memory.main.category AS SELECT unnest(?) AS code, unnest(?) AS type",
        [list(catalog.FINESS_TYPE), list(catalog.FINESS_TYPE.values())],
    )
    for side in empty:
        connection.execute(
            f"""
            INSERT INTO {side.name}.territory BY NAME SELECT * FROM built.territory
            WHERE region_code = '76' AND level IN ('departement', 'commune')
            """
        )
        connection.execute(
            f"""
            INSERT INTO {side.name}.site BY NAME
            SELECT 'finess-' || f.numero_finess_etablissement AS site_id, k.type, f.raison_sociale AS name, 'ouvert' AS status,
                   t.departement_code, t.code AS commune_code, f.longitude::DOUBLE AS lon, f.latitude::DOUBLE AS lat,
                   CASE WHEN f.longitude IS NOT NULL THEN 'adresse' END AS precision, f.numero_finess_etablissement AS finess,
                   left(f.dateouv, 10) AS opened_on, '-' AS citation, 'liste' AS source_id
            FROM read_csv('{files[side.name]}', all_varchar = true, delim = ';') f
            JOIN memory.main.category k ON k.code = f.categetab
            JOIN {side.name}.territory t ON t.level = 'commune' AND t.code = f.code_insee
            """
        )
        for kind in ("MSP", "CDS", "LHSS"):
            for (code,) in connection.execute(
                f"SELECT code FROM {side.name}.territory WHERE level = 'departement'"
            ).fetchall():
                side.whole(kind, code)
    yield empty
    connection.execute("DROP TABLE memory.main.category")
    connection.execute("DETACH built")


def test_five_years_of_a_true_register_are_told(register):
    """MSP 199 → 372 in Occitanie: those that both hold under one number stay, the others open or close."""
    connection = register[0].connection
    numbers = {
        side.name: {
            n for (n,) in connection.execute(f"SELECT finess FROM {side.name}.site WHERE type = 'MSP'").fetchall()
        }
        for side in register
    }
    assert len(numbers["old"]) > 180 and len(numbers["new"]) > 350
    changes = diff.changes(connection, "old", "new")
    msp = changes[(changes["subject"] == "structure") & (changes["type"] == "MSP")]
    opened = msp[msp["kind"].isin(["ouverte", "apparue"])]
    closed = msp[msp["kind"].isin(["fermee", "retiree"])]
    # Two that change their type under one number are neither.
    other = changes[(changes["kind"] == "type") & ((changes["before"] == "MSP") | (changes["after"] == "MSP"))]
    became, left = (other["after"] == "MSP").sum(), (other["before"] == "MSP").sum()
    assert len(numbers["old"]) - len(closed) - left == len(numbers["new"]) - len(opened) - became
    assert (len(numbers["old"]), len(numbers["new"]), len(closed)) == (199, 372, 11) and len(opened) >= 180
    assert set(opened["kind"]) == {"ouverte"} and set(closed["kind"]) == {"fermee"}
    assert {"deplacee", "renommee"} <= set(msp["kind"])
    moved = msp[msp["kind"] == "deplacee"]
    assert moved["after"].str.contains(" km").mean() > 0.9
    assert not changes["subject"].isin(["commune", "source"]).any()
