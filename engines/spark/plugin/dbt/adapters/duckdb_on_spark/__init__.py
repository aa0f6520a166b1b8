"""dbt finds an adapter by its place in this namespace."""

from engines.spark.adapter.plugin import Plugin

__all__ = ["Plugin"]
