"""A run, from inputs to a published version."""
