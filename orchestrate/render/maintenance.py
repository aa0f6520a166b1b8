"""What keeps the warehouse, as text: rejects, replay, purge, verify and the health of the sources."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orchestrate.contracts.maintenance import (
    DifferentCell,
    HealthReport,
    PurgeReport,
    RejectList,
    ReplayReport,
    VerifyReport,
)
from orchestrate.terminal import ACCEPTED, escaped, printable
from orchestrate.wording import entities

LONGEST_VALUE = 120  # characters of a value that verify shows


def render_rejects(listed: RejectList, console: Console) -> None:
    """Print the rejects and their reasons."""
    rejects = listed.rejects
    if not rejects:
        console.print("Nothing was rejected.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("when, UTC", "what", "source"):
        table.add_column(name, no_wrap=True)
    table.add_column("record", overflow="fold")
    table.add_column("why", overflow="fold")
    for reject in rejects:
        landed = f" [{ACCEPTED}]landed {reject.replayed_at:%Y-%m-%d}[/]" if reject.replayed_at else ""
        table.add_row(
            f"{reject.rejected_at:%Y-%m-%d %H:%M}",
            reject.kind,
            reject.source,
            escaped(reject.source_record_id or "(no id)"),
            escaped(reject.reason) + landed,
        )
    console.print(table)
    waiting = sum(reject.replayed_at is None for reject in rejects)
    console.print(f"{waiting} need a fix. After it: trigpoint replay. To see the payloads: trigpoint rejects --json")


def render_replay(replayed: ReplayReport, console: Console) -> None:
    """Print the numbers of records that landed and of texts that were read."""
    landed, left = replayed.replayed, replayed.still_rejected
    console.print(f"{len(landed)} rejected records landed; {left} are still rejected.")
    console.print(f"{replayed.texts_read} texts were read; {replayed.texts_still_failed} still failed.")
    for sentence in replayed.errors:
        console.print(sentence, markup=False, highlight=False)
    if replayed.entities_published is not None:
        console.print(f"Built and published again: {entities(replayed.entities_published)}.")


def render_purge(purge: PurgeReport, console: Console) -> None:
    """Print the deleted rows and the check that none is left or, for a dry run, the rows to delete."""
    as_of = f"{purge.as_of:%Y-%m-%d %H:%M} UTC"
    rows = purge.overdue if purge.dry_run else purge.purged
    if not rows:
        console.print(f"Nothing is past its retention limit at {as_of}.", highlight=False)
    else:
        action = "to delete" if purge.dry_run else "deleted"
        console.print(f"Past the retention limit at {as_of}, {action}:", highlight=False)
        _render_rows("table", [(row.source, row.table, row.rows) for row in rows], console)
    if purge.dry_run:
        if purge.overdue_fields:
            console.print("Payload fields to delete:", highlight=False)
            _render_rows("field", [(row.source, row.field, row.rows) for row in purge.overdue_fields], console)
        console.print("Nothing was deleted.", highlight=False)
        return
    if purge.entities_published is not None:
        console.print(f"Built and published again: {entities(purge.entities_published)}.", highlight=False)
    console.print(f"Rows that still hold data past its retention limit: {purge.left}.", highlight=False)


def render_verify(verified: VerifyReport, console: Console) -> None:
    """Print that the marts are equal, or what differs."""
    rows = sum(mart.rows for mart in verified.marts)
    if verified.equal:
        console.print(f"A rebuild gives the same {len(verified.marts)} marts, {rows:,} rows.", highlight=False)
        return
    for mart in verified.marts:
        if mart.different:
            console.print(f"{mart.mart}: {mart.different:,} of {mart.rows:,} rows differ", highlight=False)
            for cell in verified.differences:
                if cell.mart == mart.mart:
                    _render_difference(cell, console)


def _render_difference(cell: DifferentCell, console: Console) -> None:
    """The row and column, and both values below."""
    column = "" if cell.column is None else f": {cell.column}"
    was, now = ("nothing" if value is None else value for value in (cell.published, cell.rebuilt))
    was, now = _where_they_differ(was, now)
    lines = ((2, " ".join(cell.row.values()) + column), (4, f"published {was}"), (4, f"rebuilt   {now}"))
    for indent, line in lines:
        console.print(Padding(Text(printable(line)), (0, 0, 0, indent), expand=False))


def _where_they_differ(one: str, other: str) -> tuple[str, str]:
    """Two values; of long ones, the part around the first difference."""
    if max(len(one), len(other)) <= LONGEST_VALUE:
        return one, other
    shorter = min(len(one), len(other))
    same = next((place for place in range(shorter) if one[place] != other[place]), shorter)
    begin = max(0, same - LONGEST_VALUE // 4)
    return _part(one, begin), _part(other, begin)


def _part(value: str, begin: int) -> str:
    end = begin + LONGEST_VALUE
    return f"{'…' * (begin > 0)}{value[begin:end]}{'…' * (end < len(value))}"


def _render_rows(of: str, rows: list[tuple[str, str, int]], console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source", no_wrap=True)
    table.add_column(of, overflow="fold")
    table.add_column("rows", justify="right")
    for source, name, count in rows:
        table.add_row(source, escaped(name), str(count))
    console.print(table)


def render_health(health: HealthReport, console: Console) -> None:
    """Print the live sources: the key, the price of a request, and whether they answered."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("source", "key", "a request", "answers", ""):
        table.add_column(column, overflow="fold")
    for check in health.sources:
        key = "not needed" if check.key_setting is None else ("set" if check.has_key else "missing")
        answers = {None: "not asked", True: "yes", False: "no"}[check.answers]
        table.add_row(
            check.source,
            key,
            f"${check.usd_per_request:.3f}",
            answers,
            escaped(check.sentence or check.url),
        )
    console.print(table)
    if health.asked:
        console.print(f"Spent: ${health.spent_usd:.3f}", highlight=False)
    else:
        console.print("Nothing was sent. To send each source one request: trigpoint doctor --live", highlight=False)
