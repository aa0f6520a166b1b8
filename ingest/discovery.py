"""Finds what the modules of a package hold, by the names of the modules."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def found_by_name(package: str, path: Iterable[str], attribute: str) -> dict[str, Any]:
    """Name of the module -> its attribute, in the order of the names."""
    names = sorted(module.name for module in iter_modules(path))
    return {name: getattr(import_module(f"{package}.{name}"), attribute) for name in names}
