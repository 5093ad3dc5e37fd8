"""What is published, what it promises, and the one reader."""
