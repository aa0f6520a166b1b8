"""What is kept: the warehouse, the seeds, and how they are read."""
