"""Pictures for press and print, drawn with matplotlib in RD."""
