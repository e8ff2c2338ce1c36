"""CPTS: the list of them, and what they declare beside what is computed."""
