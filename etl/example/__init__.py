"""Voorbeeldstad and its region: made-up towns in the North Sea, to try everything on without a word
about a real place.
"""
