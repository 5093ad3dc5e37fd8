"""How few units may be published together: one vacant unit out of two identifies it."""

MIN_UNITS = 5
"""Below this a street gives its number of units only: no rate, and not how many are vacant."""
MIN_UNITS_IN_CENTRE = 50
"""Below this a centre gives counts only: no rate of its own, nor of any street in it."""
