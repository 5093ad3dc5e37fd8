"""One module per command beside run."""
