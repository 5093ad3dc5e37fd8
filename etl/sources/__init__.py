"""One module per source; a new file is found by its name."""
