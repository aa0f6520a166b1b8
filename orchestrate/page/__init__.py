"""What the page of a run shows, read from the warehouse and the published file."""
