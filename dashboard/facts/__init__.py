"""The published snapshot as records."""
