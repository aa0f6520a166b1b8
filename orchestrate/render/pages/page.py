"""Self-contained HTML pages: one file each, without requests, with every value escaped.

A page that has a script names it by its hash in its policy.

The markup is in `templates/`; a template gets data, and no text from outside is markup in it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from orchestrate.render.evidence import readable
from orchestrate.terminal import printable
from orchestrate.wording import cut, distance, signed, web_address, words

TEMPLATES = PackageLoader("orchestrate.render.pages")


def page(template: str, **data: Any) -> str:
    """Render `template` with `data`."""
    return environment().get_template(template).render(**data)


def template_text(name: str) -> str:
    """A file of `templates/` as it is."""
    return TEMPLATES.get_source(environment(), name)[0]


def isolated(text: str) -> Markup:
    """The text, so that one that is written from right to left does not turn what is around it."""
    shown = escape(printable(text))
    return shown if text.isascii() else Markup("<bdi>{}</bdi>").format(shown)


def in_text(text: str) -> Markup:
    """The text between two tags. There a quotation mark ends nothing, and payloads are full of them."""
    shown = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(shown)  # noqa: S704 (it has no tag and no character reference of its own)


def coded(text: str) -> Markup:
    """The text, with what stands between backticks as code."""
    parts = re.split("`([^`]+)`", printable(text))
    return Markup("").join(Markup("<code>{}</code>").format(part) if i % 2 else part for i, part in enumerate(parts))


def script_policy(script: str) -> str:
    """The source of a script in a page's policy: its hash, so that no other script runs."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


FILTERS = {
    "coded": coded,
    "in_text": in_text,
    "isolated": isolated,
    "readable": readable,
    "signed": signed,
    "words": words,
    "distance": distance,
    "cut": cut,
    "web_address": web_address,
}


@cache
def environment(*loaders: BaseLoader) -> Environment:
    """What renders the templates of this room, and those of other rooms before them."""
    environment = Environment(
        loader=ChoiceLoader([*loaders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    return environment


def _shown(value: object) -> object:
    """Markup as it is. In other text, control codes and marks that change the reading direction are replaced."""
    return value if hasattr(value, "__html__") else printable(str(value))
