"""The vocabulary of places: what a phrase of a query means, where the seed `query_vocabulary` does not know it."""
