"""Sheets that people fill in by hand."""
