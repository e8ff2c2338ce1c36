"""Names made comparable: one normaliser, which the search applies in SQL as it is."""

import pytest

from maillage.language import names
from maillage.queries import territories


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("CPTS des Portes du Luxembourg, Sedanais et Meusien", "cpts portes luxembourg sedanais meusien"),
        ("Communauté Professionnelle Territoriale de Santé des Portes", "cpts portes"),
        ("Communautés Professionnelles et Territoriales de Santé d’Artois Lys", "cpts artois lys"),
        ("Permanence d'accès aux soins de santé", "pass"),
        ("Lits Haltes Soins Santé", "lhss"),
        ("équipes de soins primaires", "esp"),
        ("Maisons de Santé Pluriprofessionnelles", "msp"),
        ("MSP de St-Menges", "msp saint menges"),
        ("MSP-U de Signy-le-Petit", "msp signy petit"),
        ("Maison de santé pluriprofessionnelle universitaire de Signy-le-Petit", "msp signy petit"),
        ("L'Œuvre", "oeuvre"),
        ("de la", ""),
    ],
)
def test_full_words_and_letters_are_one_name(written, short):
    assert names.short(written) == short


def test_the_search_reads_names_as_python_does(cursor):
    rows = cursor.execute(
        f"""SELECT name, {territories._short("name")} FROM (SELECT name FROM site UNION SELECT name FROM cpts
        UNION SELECT name FROM territory USING SAMPLE 500 ROWS)"""
    ).fetchall()
    assert len(rows) > 500 and [(name, names.short(name)) for name, _ in rows] == rows
