"""The golden diff: what differs between two published files, and gates on it."""
