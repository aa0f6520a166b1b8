"""What a payload or a setting must be, and the words for what is wrong with it."""
