"""Self-contained HTML pages: one file each, without requests, with every value escaped.

Only the form of `label.html` has a script, which its policy names by hash.

The markup is in `templates/`; a template gets data, and no text from outside is markup in it.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from orchestrate.terminal import printable
from orchestrate.wording import distance, signed, words

TEMPLATES = PackageLoader("orchestrate.render.pages")


def page(template: str, **data: Any) -> str:
    """Render `template` with `data`."""
    return _environment().get_template(template).render(**data)


def template_text(name: str) -> str:
    """A file of `templates/` as it is."""
    return TEMPLATES.get_source(_environment(), name)[0]


def _environment() -> Environment:
    environment = Environment(
        loader=TEMPLATES,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"signed": signed, "words": words, "distance": distance}
    return environment


def _shown(value: object) -> object:
    """Markup as it is. In other text, control codes and marks that change the reading direction are replaced."""
    return value if hasattr(value, "__html__") else printable(str(value))
