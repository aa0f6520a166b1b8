"""The area of a query: which place its words mean, why, and which others have the same name."""
