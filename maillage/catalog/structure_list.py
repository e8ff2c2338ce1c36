"""The columns of a list of structures that a reader brings, as docs/modeles/structures.csv has them."""

COLUMNS = (
    "id",
    "type",
    "nom",
    "statut",
    "code_commune",
    "commune",
    "adresse",
    "code_postal",
    "places",
    "finess",
    "date_ouverture",
    "lon",
    "lat",
    "source",
    "source_date",
    "departement",
    "exhaustif",
    "remarque",
)
