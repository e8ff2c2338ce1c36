"""The sections of a page that holds several: each asks, composes and draws, as a page does."""
