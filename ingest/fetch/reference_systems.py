"""The reference system of coordinates, which some services name once for a whole answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEGREES = ("4326", "CRS84")  # the system that we ask for


def with_reference_system(feature: Any, answer: Mapping[str, Any]) -> Any:
    """The feature with the reference system of its answer, unless that is degrees, which we ask for.

    Without it, a feature in metres would land with numbers of an unknown system.
    """
    named = {
        key: value
        for key in ("crs", "spatialReference")
        if isinstance(value := answer.get(key), dict) and not _is_degrees(value)
    }
    return {**named, **feature} if named and isinstance(feature, dict) else feature


def _is_degrees(named: Mapping[str, Any]) -> bool:
    properties = named.get("properties")
    name = properties.get("name") if isinstance(properties, dict) else named.get("latestWkid") or named.get("wkid")
    return str(name).endswith(DEGREES)
