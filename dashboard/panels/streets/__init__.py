"""The panels of the view on streets."""
