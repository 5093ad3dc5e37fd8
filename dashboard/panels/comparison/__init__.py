"""The parts of the view that sets towns, streets or years side by side."""
