"""What changed: between runs, by other trust, and between two published files, as text for people."""
