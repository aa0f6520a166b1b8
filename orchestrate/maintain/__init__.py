"""What keeps a project in order: its data, and the list of its sources."""
