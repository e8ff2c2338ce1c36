"""What a commune is to a territory, and its colour on the map."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """What a commune is to a territory: label, colours by day and by night."""

    label: str
    colour: str
    dark: str  # on the dark theme, where a pale colour would outshine the territory


STANDINGS = (
    Standing("dans le territoire", "#8D82CF", "#9A8FE6"),
    Standing("dans une autre CPTS", "#CFCBE6", "#48436E"),
    Standing("dans aucune CPTS", "#FFF3D6", "#574A2C"),
    Standing("enclave ou commune laissée seule", "#E0792B", "#E0792B"),
    Standing("CPTS non toutes recensées ici", "#E4E4E0", "#262A31"),  # the ground of map.js, by the mark GROUND
)


MEMBER, OTHER, FREE, ENCLAVE, UNKNOWN = range(len(STANDINGS))
