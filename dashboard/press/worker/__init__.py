"""The process that draws pictures, and its queue."""
