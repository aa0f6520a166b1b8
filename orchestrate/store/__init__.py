"""Storage: reading and writing the warehouse, the seeds and output files."""
