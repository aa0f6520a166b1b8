"""Recognises that the memory of a build was too small."""

from __future__ import annotations

import os

from orchestrate.errors import TrigpointError

WORDS = "Out of Memory Error"  # at the start of DuckDB's message


def out_of_memory(text: str, model: str | None = None) -> TrigpointError | None:
    """The error for DuckDB's message that it has too little memory. None for any other message."""
    if WORDS not in text:
        return None
    limit = os.environ.get("TRIGPOINT_MEMORY_LIMIT", "")
    return TrigpointError(
        f"{model or 'A step of the build'} needs more memory than {limit or 'there is'}. The previous publication is "
        "unchanged. Set TRIGPOINT_MEMORY_LIMIT to more, such as 4GB, and run again."
    )
