"""Filling a snapshot: fetch, parse, check, publish."""
