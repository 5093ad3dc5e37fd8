"""One module per map layer: its features in one language, and which of them a selection shows."""
