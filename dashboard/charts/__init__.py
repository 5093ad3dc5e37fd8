"""Charts as plain marks, the same on the page and in pictures."""
