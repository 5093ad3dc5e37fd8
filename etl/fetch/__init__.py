"""Requests over the network, with validated responses in the raw store."""
