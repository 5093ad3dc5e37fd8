"""A run, from inputs to a published version."""

# Before anything imports GDAL, also in a worker process that only unpickles a task.
from etl.decoding import gdal

gdal.block_drivers()
