"""What cannot be said on Spark."""


class UntranslatableError(ValueError):
    """A construct of DuckDB without a translation. It stops a build before any statement is sent."""
