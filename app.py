"""What opens at the bare address: the map."""

from maillage.screen.panels import map_page

map_page.page()
