"""Colours, fonts and HTML: what page, map and picture share."""
