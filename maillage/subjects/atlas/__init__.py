"""The map page: its map and its profile."""
