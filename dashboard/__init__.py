"""Showing: the map, the figures, the pictures."""
