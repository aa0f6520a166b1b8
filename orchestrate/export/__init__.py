"""`trigpoint export`: golden records in files that people open, with the licence of each cell respected."""
