"""Seeds, the CSV files that a person edits: reading, checking, and adding rows."""
