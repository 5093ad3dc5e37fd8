"""What a visitor has chosen, and its address."""
