"""What each published table promises, and the check of it."""
