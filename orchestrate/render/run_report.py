"""The report of a run as text, in three sections: plan, stages and entities."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from orchestrate.contracts.run import ExtractionCounts, FoundEntity, RunReport, Stage
from orchestrate.render.decision import review_sentence
from orchestrate.render.lists import render_lists
from orchestrate.render.plan import render_plan
from orchestrate.terminal import escaped, path_from_here
from orchestrate.wording import counted, entities

SHOWN_ENTITIES = 40  # in text; --json prints all of them
SHOWN_REVIEWS = 10
CLOSED_FOR_NOW = {"closed_temporarily": " (closed for now)"}


def render_report(report: RunReport, console: Console) -> None:
    """Print the sections Plan, Pipeline Stages and Final Entities."""
    console.print(f"[bold]{escaped(report.query)}[/bold]  run {report.run_id}")
    console.print(_headline(report))
    console.print()
    render_plan(report.plan, console)
    if report.reused:
        answers = ", ".join(f"{r.source} (of {r.answered_at:%Y-%m-%d %H:%M} UTC)" for r in report.reused)
        console.print(f"Not asked again, because earlier answers are fresh: {answers}.", highlight=False)
    for source, fields in groupby(report.unknown_fields, attrgetter("source")):
        console.print(
            f"New fields from {source}: {', '.join(escaped(row.field) for row in fields)}. "
            "They are kept in the payload; no model reads them yet.",
            highlight=False,
        )
    render_lists(report.lists, console)
    console.print()
    _render_stages(report, console)
    console.print()
    _render_entities(report, console)


def _headline(report: RunReport) -> str:
    """Status, seconds and cost. In the sandbox it also says that no source was paid."""
    line = f"{report.status} in {report.seconds:.1f} s, ${report.cost_usd:.3f}"
    if report.mode == "sandbox":
        paid = report.extraction.paid_usd
        spent = f"only ${paid:.4f} spent, on the language model" if paid else "nothing spent"
        return f"sandbox: {line} at list prices, {spent}: local stand-ins answered"
    return f"live: {line}"


def _render_stages(report: RunReport, console: Console) -> None:
    console.rule("Pipeline Stages", align="left")
    console.print(_stage_table(report.stages))
    console.print(
        f"Outside the stages: {report.dbt_seconds:.1f} s for dbt's start and parsing, "
        f"{report.other_seconds:.1f} s for bookkeeping.",
        highlight=False,
    )
    for stage in report.stages:
        for error in stage.errors:
            console.print(f"[yellow]![/yellow] {escaped(error)}", highlight=False)
    _render_counts(report, console)


def _stage_table(stages: Sequence[Stage]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage", no_wrap=True)
    for name in ("rows in", "rows out", "lost", "seconds", "cost"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("lost, by name", overflow="fold")
    for stage in stages:
        losses = {name: count for name, count in stage.losses.items() if count}
        table.add_row(
            stage.name,
            str(stage.rows_in),
            str(stage.rows_out),
            str(sum(losses.values())),
            f"{stage.seconds:.1f}",
            f"${stage.cost_usd:.3f}",
            ", ".join(f"{name} {count}" for name, count in losses.items()),
        )
    return table


def _render_counts(report: RunReport, console: Console) -> None:
    extraction, survivorship = report.extraction, report.survivorship
    console.print(_extraction_line(extraction), highlight=False)
    if extraction.model:
        console.print(_model_line(extraction), highlight=False)
    if extraction.nulls:
        nulls = ", ".join(f"{count} {reason}" for reason, count in extraction.nulls.items())
        console.print(f"Fields without a value: {nulls}.", highlight=False)
    console.print(
        f"Survivorship: {survivorship.claims} claims about {survivorship.entities_touched} entities, "
        f"{survivorship.won} won, {survivorship.contested} cells contested.",
        highlight=False,
    )
    console.print(_published_line(report, console.width), highlight=False, soft_wrap=True)
    if reviews := report.override_reviews:
        many = "correction or decision has" if len(reviews) == 1 else "corrections and decisions have"
        console.print(f"{len(reviews)} {many} no effect (marts.override_reviews):", style="yellow", highlight=False)
        for review in reviews[:SHOWN_REVIEWS]:
            console.print(f"  {review_sentence(review)}", style="yellow", highlight=False)


def _published_line(report: RunReport, width: int) -> str:
    """How many entities are published, and how many answer this query: the file also holds earlier results."""
    published, answers = report.survivorship.entities_published, len(report.entities)
    verb = "answers" if answers < 2 else "answer"
    if published != 1:
        share = f"{'none' if not answers else 'all' if answers == published else answers} of which {verb}"
    elif not answers:
        share = "which does not answer"
    else:
        share = "which answers"
    line = f"Published: {entities(published)} in {path_from_here(report.published)}, {share} this query."
    if cell_len(line) <= width:
        return line
    return f"Published: {entities(published)}, {share} this query, in\n  {path_from_here(report.published)}"


def _extraction_line(extraction: ExtractionCounts) -> str:
    line = (
        f"Extraction: {extraction.texts} texts read; {extraction.verified} values verified, "
        f"{extraction.inferred} inferred, {extraction.rejected} rejected."
    )
    if extraction.suspicious:
        values = counted(extraction.suspicious, "value", "values")
        line += f" {values} ignored: the surrounding text looks like prompt injection."
    return line if extraction.model else f"{line} No language model is configured: only the rules read."


def _model_line(extraction: ExtractionCounts) -> str:
    line = f"Language model {escaped(extraction.model)}: "
    if extraction.calls:
        failed, many = extraction.failed_calls, "" if extraction.calls == 1 else "s"
        line += f"{extraction.calls} call{many} ({extraction.response_mode}), {failed} failed, "
    line += f"${extraction.paid_usd:.4f} paid"
    if extraction.reused:
        line += f", ${extraction.avoided_usd:.4f} saved on {extraction.reused} texts read before"
    return f"{line}. It agrees with the rules on {extraction.agreed} fields and differs on {extraction.disagreed}."


def _render_entities(report: RunReport, console: Console) -> None:
    found = report.entities
    console.rule("Final Entities", align="left")
    if not found:
        asked = ", ".join(call.source for call in report.plan.calls) or "no source"
        console.print(
            f"Nothing was found for this query (asked: {asked}). Earlier results are still published.",
            highlight=False,
        )
        return
    console.print(_entity_table(found[:SHOWN_ENTITIES]))
    if len(found) > SHOWN_ENTITIES:
        console.print(f"... and {len(found) - SHOWN_ENTITIES} more (--json prints all)")
    expected = report.plan.expected_hits
    if expected is not None and len(found) != expected:
        console.print(f"\nThe query names one place, but {len(found)} places match it. Refine the query.")
    _render_next_command(found[0], console)


def _entity_table(found: Sequence[FoundEntity]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("name", overflow="fold")
    table.add_column("class", no_wrap=True)
    table.add_column("address", overflow="fold")
    table.add_column("complete", justify="right", no_wrap=True)
    table.add_column("sources", overflow="fold")
    table.add_column("contested", justify="right", no_wrap=True)
    for entity in found:
        address = ", ".join(filter(None, (entity.street_address, entity.locality, entity.postcode)))
        table.add_row(
            escaped(entity.entity_name) + CLOSED_FOR_NOW.get(entity.operating_status or "", ""),
            entity.entity_class,
            escaped(address),
            _completeness(entity),
            ", ".join(entity.sources or []),
            str(entity.contested),
        )
    return table


def _render_next_command(entity: FoundEntity, console: Console) -> None:
    """Print the command that explains a cell. The cell is there, and is what people look up most."""
    field = next(name for name in ("phone", "website_url", "street_address", "entity_name") if getattr(entity, name))
    console.print(f"\nTo see why a value won: trigpoint explain {entity.slug} {field}", highlight=False, soft_wrap=True)


def _completeness(entity: FoundEntity) -> str:
    """The completeness, with the change in points since the last run of the same query."""
    points = round(100 * (entity.completeness_change or 0))
    return f"{entity.completeness:.0%}" + (f" ({points:+d})" if points else "")
