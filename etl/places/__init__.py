"""Where things are: projections, outlines, communes by name, rows given a place."""
