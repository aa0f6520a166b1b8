"""How fast the commands are that read the published file."""
