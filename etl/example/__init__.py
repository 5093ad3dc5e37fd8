"""Voorbeeldstad: a made-up town in the North Sea, to try everything on without a word about a real place."""
