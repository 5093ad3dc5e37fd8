"""Slides: a picture between a title and sources that are text, with notes for the speaker."""
