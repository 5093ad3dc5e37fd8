"""One module per command, without `run`."""
