"""A plan and a run as text."""
