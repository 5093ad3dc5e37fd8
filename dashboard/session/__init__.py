"""The state of a visit, and what is cached for all visits."""
