"""The map, under an address of its own: a link to app.py leads back to the page it stands on when it is opened in a new tab."""

from maillage.screen.panels import map_page

map_page.page()
