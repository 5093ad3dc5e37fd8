"""Bytes of a file or an answer turned into plain values, with limits."""
