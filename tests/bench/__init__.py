"""How fast the atlas is, beside the page one would write by hand from the tutorials: `make bench`."""
