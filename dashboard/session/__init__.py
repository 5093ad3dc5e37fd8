"""One visit: widgets, address and cached tables."""
