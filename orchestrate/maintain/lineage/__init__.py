"""Column lineage: which fields of the sources each column of the marts comes from, read out of the compiled SQL."""
