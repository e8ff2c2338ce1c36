"""Questions about what a build brought, on rows written for them."""

import duckdb
import pytest

from maillage.queries import news


@pytest.fixture
def connection():
    with duckdb.connect() as memory:
        memory.execute("CREATE TABLE territory (level VARCHAR, code VARCHAR, name VARCHAR)")
        memory.execute("INSERT INTO territory VALUES ('departement', '08', 'Ardennes'), ('commune', '08', 'Piège')")
        memory.execute("CREATE TABLE change_kind (subject VARCHAR, code VARCHAR, label VARCHAR)")
        memory.execute(
            "CREATE TABLE change (subject VARCHAR, kind VARCHAR, code VARCHAR, name VARCHAR, departement_code VARCHAR, "
            "type VARCHAR, before VARCHAR, after VARCHAR)"
        )
        memory.execute("CREATE TABLE intake (source_id VARCHAR, title VARCHAR)")
        memory.execute(
            "CREATE TABLE intake_row (source_id VARCHAR, file VARCHAR, line VARCHAR, name VARCHAR, outcome VARCHAR, "
            "placed VARCHAR, reason VARCHAR, sentence VARCHAR)"
        )
        yield memory


def test_changes_come_in_the_order_of_their_kinds_with_their_words(connection):
    connection.execute(
        "INSERT INTO change_kind VALUES ('structure', 'fermee', 'Fermeture'), ('cpts', 'apparue', 'Nouvelle'), "
        "('structure', 'apparue', 'Recensée')"
    )
    connection.execute(
        """
        INSERT INTO change VALUES ('cpts', 'apparue', 'c', 'C', '99', NULL, NULL, 'x'),
            ('structure', 'apparue', 'b', 'B', NULL, 'MSP', NULL, NULL), ('structure', 'fermee', 'a', 'A', '08', 'MSP', 'y', NULL)
        """
    )
    answer = news.changes(connection)
    assert list(answer["code"]) == ["a", "c", "b"]
    assert list(answer["label"]) == ["Fermeture", "Nouvelle", "Recensée"]
    assert answer["departement"].fillna("").tolist() == ["Ardennes", "", ""]


def test_rows_come_with_what_was_refused_first(connection):
    connection.execute("INSERT INTO intake VALUES ('s', 'Liste')")
    for line, outcome in enumerate(["compris", "refuse", "ambigu", "refuse"]):
        connection.execute(
            "INSERT INTO intake_row VALUES ('s', 'f', ?, NULL, ?, NULL, 'r', 'S.')", [str(line), outcome]
        )
    answer = news.rows(connection)
    assert list(answer["line"]) == ["1", "3", "2", "0"] and set(answer["source"]) == {"Liste"}


def test_the_questions_fit_the_database(cursor, table):
    assert len(news.changes(cursor)) == len(table("change"))
    assert len(news.rows(cursor)) == len(table("intake_row"))


def test_what_was_dropped_and_not_read_is_apart_from_what_registers_refuse(connection):
    connection.execute("ALTER TABLE intake ADD outcome VARCHAR")
    connection.execute(
        "INSERT INTO intake VALUES ('s', 'Liste', 'locale'), ('j', 'Jamais lus', 'ecartee'), ('r', 'R', '')"
    )
    for source, line, outcome in (
        ("s", "ligne 2", "refuse"),
        ("s", "ligne 3", "compris"),
        ("s", "feuille « 2019 »", "ambigu"),
        ("j", "fichier", "refuse"),
        ("r", "080000001", "refuse"),
    ):
        connection.execute(
            "INSERT INTO intake_row VALUES (?, 'f', ?, NULL, ?, NULL, 'r', 'S.')", [source, line, outcome]
        )
    assert list(news.unread(connection)["line"]) == ["ligne 2", "feuille « 2019 »", "fichier"]
