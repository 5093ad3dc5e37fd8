"""From tables in RD to what is drawn: the scene of the page, the file to take along."""
