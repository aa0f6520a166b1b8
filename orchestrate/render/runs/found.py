"""The entities that answer a query, as a table: each on one line, or with its whole address and its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from orchestrate.contracts.run import FoundEntity, RunReport
from orchestrate.terminal import LOST, escaped

CLOSED_FOR_NOW = {"closed_temporarily": " (closed for now)"}


def nothing_found(report: RunReport) -> Text:
    asked = ", ".join(call.source for call in report.plan.calls) or "no source"
    earlier = " Earlier results are still published." if report.survivorship.entities_published else ""
    return Text(f"Nothing was found for this query (asked: {asked}).{earlier}")


def entity_table(found: Sequence[FoundEntity]) -> Table:
    table = _table("name", "class", "address", "complete", "sources", "contested")
    for entity in found:
        table.add_row(
            _name(entity),
            entity.entity_class,
            _joined(entity.street_address, entity.locality, entity.postcode),
            _completeness(entity),
            ", ".join(entity.sources or []),
            _contested(entity),
        )
    return table


def entity_lines(found: Sequence[FoundEntity], width: int) -> Table:
    """One line each: the number of the sources, and what tells places of one name apart."""
    complete = max(8, *(cell_len(_completeness(entity)) for entity in found))
    room = width - complete - len("sources") - len("contested") - 4 * 2
    names = [Text.from_markup(_name(entity)) for entity in found]
    wide = min(max(name.cell_len for name in names), room * 3 // 5)
    table = _table("name", "where", "complete", "sources", "contested")
    for entity, name in zip(found, names, strict=True):
        where = Text.from_markup(_joined(entity.locality or entity.street_address, entity.postcode))
        name.truncate(wide, overflow="ellipsis")
        where.truncate(max(1, room - wide), overflow="ellipsis")
        table.add_row(name, where, _completeness(entity), str(len(entity.sources or [])), _contested(entity))
    return table


def closing(report: RunReport) -> Iterator[Text]:
    """What the answer lets expect, and the command that explains a cell: one that people look up, and that is there."""
    expected, found = report.plan.expected_hits, report.entities
    if expected is not None and len(found) != expected:
        yield Text(f"The query names one place, but {len(found)} places match it. Refine the query.", LOST)
    first = found[0]
    field = next(name for name in ("phone", "website_url", "street_address", "entity_name") if getattr(first, name))
    command = Text(f"To see why a value won: trigpoint explain {first.slug} {field}", no_wrap=True, overflow="ignore")
    yield command


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        is_number = name in ("complete", "contested") or (name == "sources" and "where" in names)
        table.add_column(
            name,
            justify="right" if is_number else "left",
            no_wrap=is_number or name == "class",
            overflow="fold",
        )
    return table


def _name(entity: FoundEntity) -> str:
    return escaped(entity.entity_name) + CLOSED_FOR_NOW.get(entity.operating_status or "", "")


def _joined(*parts: str | None) -> str:
    return escaped(", ".join(filter(None, parts)))


def _contested(entity: FoundEntity) -> Text:
    return Text(str(entity.contested), LOST if entity.contested else "")


def _completeness(entity: FoundEntity) -> str:
    """The completeness, with the change in points since the last run of the same query."""
    points = round(100 * (entity.completeness_change or 0))
    return f"{entity.completeness:.0%}" + (f" ({points:+d})" if points else "")
