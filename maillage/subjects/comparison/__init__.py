"""Départements side by side."""
