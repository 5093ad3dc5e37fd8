"""Pieces of the pages: what a view shows, put together."""
