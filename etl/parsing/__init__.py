"""What the parsers of several sources share."""
