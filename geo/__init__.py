"""Measuring: arrays and frames in, frames out; no files, network, clock or screen."""
