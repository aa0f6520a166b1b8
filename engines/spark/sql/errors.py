"""What cannot be translated for Spark."""


class UntranslatableError(ValueError):
    """A construct of DuckDB without a translation. It stops a build before any statement is sent."""
