"""Units that the rest of the project counts in."""

MONTHS_PER_YEAR = 12.0
CENTS_PER_EURO = 100.0
