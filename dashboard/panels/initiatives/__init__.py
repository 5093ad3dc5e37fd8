"""The parts of the page on initiatives."""
