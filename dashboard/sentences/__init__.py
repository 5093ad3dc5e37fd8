"""Figures turned into sentences."""
