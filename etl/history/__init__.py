"""Builds one after another: drafts, swaps, what is kept, what changed."""
