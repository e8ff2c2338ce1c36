"""What opens at the bare address: the home; with any choice in it, the map."""

from maillage.screen.panels import home, map_page

if home.wanted():
    home.page()
else:
    map_page.page()
