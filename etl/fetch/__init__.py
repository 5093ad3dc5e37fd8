"""Requests over the network, checked and kept in the raw store."""
