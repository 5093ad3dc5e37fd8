"""Versions of the published tables on disk."""
