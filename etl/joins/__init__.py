"""What needs several sources at once: units on streets, footfall."""
