"""The parts of the page on competition."""
