"""What is computed once at build time from what was loaded. Run in this order."""

from etl.derive import access, adjacency, claims, indicators, inventory, scales, territories

DERIVATIONS = (
    ("Surfaces et contours des ensembles", territories),
    ("Communes qui se touchent", adjacency),
    ("Ce qui est recensé, où", inventory),
    ("Distances au site le plus proche", access),
    ("Indicateurs", indicators),
    ("Chiffres publiés et calculés", claims),
    ("Classes des cartes", scales),
)
