"""French: numbers, dates, plurals, the glossary."""
