"""What is known of a town by street: its units in every survey, and what was measured and modelled
from them.
"""
