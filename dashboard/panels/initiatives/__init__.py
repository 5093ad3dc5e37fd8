"""The panels of the view on initiatives."""
