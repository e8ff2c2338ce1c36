"""The map: what the browser needs to draw it."""
