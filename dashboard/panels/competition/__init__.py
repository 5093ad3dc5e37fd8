"""The panels of the view on competition."""
