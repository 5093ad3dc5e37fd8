"""Sentences per language, and lists of words in a sentence."""
