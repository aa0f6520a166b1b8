"""The CSV files that a person edits: how they are read, what they may hold, and how a row is added."""
