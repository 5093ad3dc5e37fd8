"""What leaves a snapshot: tables, map files and packages with their sources."""
