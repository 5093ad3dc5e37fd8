"""The pieces that views put together to a page."""
