"""The page of the column lineage: choose a column, see what it is made of. It needs no network."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from orchestrate.render.pages.page import page, script_policy, template_text


def lineage_page(data: dict[str, Any], columns: int, reached: int) -> str:
    """One self-contained page. Its only script is ours; the data are not read as a script."""
    script = template_text("coded.js") + template_text("lineage.js")
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return page(
        "lineage.html",
        columns=columns,
        reached=reached,
        data=Markup(text),  # noqa: S704 (JSON without `<`)
        script=Markup(script),  # noqa: S704 (a file of ours, without data)
        script_hash=script_policy(script),
    )
