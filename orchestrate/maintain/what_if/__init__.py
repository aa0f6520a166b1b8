"""What another seed would change, found out in a copy of the warehouse."""
