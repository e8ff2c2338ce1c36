"""Gaps: who is in no CPTS, who is far from what, where the next structure would serve most."""
