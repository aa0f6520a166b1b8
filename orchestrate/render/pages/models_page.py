"""The lineage of the models as a drawing: one column for each stage. It is placed here, so that it opens at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from orchestrate.page.models import COLUMNS, Model
from orchestrate.render.pages.page import page, script_policy, template_text

WIDTH, HEIGHT, GAP, ROW = 174, 20, 32, 25
TOP = 30
LETTERS = 27  # of a name in its box
ROUNDS = 4
COLOURS = {"sources": 0, "staging": 2, "records": 4, "matching": 5, "survivorship": 6, "marts": 7}


@dataclass(frozen=True)
class Box:
    """A model in the drawing."""

    model: Model
    x: int
    y: int

    @property
    def shown(self) -> str:
        name = self.model.name if self.model.column == "sources" else self.model.short
        for start in ("int_", "stg_"):
            name = name.removeprefix(start)
        return name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"

    @property
    def colour(self) -> int:
        return COLOURS[self.model.column]


def models_page(models: Sequence[Model]) -> str:
    """The first page of the documentation: it leads to dbt's page and to the lineage of columns."""
    boxes = placed(models)
    by_name = {box.model.name: box for box in boxes}
    lines = [(line(by_name[read], box), read, box.model.name) for box in boxes for read in box.model.reads]
    script = template_text("coded.js") + template_text("models.js")
    return page(
        "models.html",
        columns=[(name, i * (WIDTH + GAP) + 8) for i, name in enumerate(COLUMNS)],
        boxes=boxes,
        lines=lines,
        groups=[(name, [m for m in models if m.column == name]) for name in COLUMNS],
        count=sum(model.column != "sources" for model in models),
        size=(len(COLUMNS) * (WIDTH + GAP), max(box.y for box in boxes) + ROW + 8),
        box=(WIDTH, HEIGHT),
        data=Markup(_data(models)),  # noqa: S704 (JSON without `<`)
        script=Markup(script),  # noqa: S704 (a file of ours, without data)
        policy=script_policy(script),
    )


def placed(models: Sequence[Model]) -> list[Box]:
    """Each stage is a column. In it, a model stands below those that it reads, and else beside what it is tied to."""
    columns = {name: [model for model in models if model.column == name] for name in COLUMNS}
    ties = _ties(models)
    rows = {model.name: float(i) for group in columns.values() for i, model in enumerate(group)}
    for _ in range(ROUNDS):
        for group in columns.values():
            group.sort(key=lambda model: (model.level, _middle(model, ties, rows), model.name))
            rows.update((model.name, i * len(models) / len(group)) for i, model in enumerate(group))
    return [
        Box(model, i * (WIDTH + GAP) + 8, TOP + j * ROW)
        for i, name in enumerate(COLUMNS)
        for j, model in enumerate(columns[name])
    ]


def _ties(models: Sequence[Model]) -> dict[str, list[str]]:
    ties: dict[str, list[str]] = defaultdict(list)
    for model in models:
        for read in model.reads:
            ties[model.name].append(read)
            ties[read].append(model.name)
    return ties


def _middle(model: Model, ties: Mapping[str, list[str]], rows: Mapping[str, float]) -> float:
    tied = [rows[name] for name in ties[model.name]]
    return sum(tied) / len(tied) if tied else rows[model.name]


def line(start: Box, end: Box) -> str:
    """From what is read to what reads it. Within a column, the line goes around at the right."""
    x1, y1, y2 = start.x + WIDTH, start.y + HEIGHT // 2, end.y + HEIGHT // 2
    if start.x == end.x:
        around = x1 + min(GAP - 6, 8 + abs(y2 - y1) // 12)
        return f"M{x1},{y1} C{around},{y1} {around},{y2} {x1},{y2}"
    return f"M{x1},{y1} C{x1 + GAP},{y1} {end.x - GAP},{y2} {end.x},{y2}"


def _data(models: Sequence[Model]) -> str:
    data = {
        model.name: {
            "about": model.description,
            "reads": model.reads,
            "seeds": model.seeds,
            "page": model.dbt_page,
            "mart": model.column == "marts",
        }
        for model in models
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
