"""What a visitor takes along: tables and files of what the page shows."""
