"""One module per kind of picture."""
