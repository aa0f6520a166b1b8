"""Pages that explain themselves: one file each, no script, nothing fetched, every value escaped.

The markup is in `templates/`; a template gets data, and no text from outside is markup in it.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from orchestrate.terminal import printable
from orchestrate.wording import distance, signed, words


def page(template: str, **data: Any) -> str:
    """The page that `template` makes of `data`."""
    return _environment().get_template(template).render(**data)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("orchestrate.render"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"signed": signed, "words": words, "distance": distance}
    return environment


def _shown(value: object) -> object:
    """Text from outside stays text: a control code, or one that turns the reading direction, is marked."""
    return value if hasattr(value, "__html__") else printable(str(value))
