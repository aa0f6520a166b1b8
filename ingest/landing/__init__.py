"""How records come into the schema `raw`: checked, hashed and written with dlt, or taken from an earlier run."""
