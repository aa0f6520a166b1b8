"""Maintenance of a project: its data, and its list of sources."""
