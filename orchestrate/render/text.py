"""Reports as text. Each is rendered only from the object that `--json` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from orchestrate.contracts.changes import PublishedChange, RerankedChange, RunDiff, WhatIf
from orchestrate.contracts.maintenance import HealthReport, PurgeReport, RejectList, ReplayReport
from orchestrate.contracts.pair import PairExplanation, Score
from orchestrate.contracts.plan import PlannedCallNow, PlanReport, QueryFeatures, QueryPlan
from orchestrate.contracts.run import ExtractionCounts, FoundEntity, OverrideReview, RunReport
from orchestrate.render.lists import render_lists, render_lists_now
from orchestrate.render.score_steps import score_steps
from orchestrate.terminal import escaped
from orchestrate.wording import counted

SHOWN_ENTITIES = 40  # in text; --json prints all of them
CLOSED_FOR_NOW = {"closed_temporarily": " (closed for now)"}
SHOWN_CELLS = 40
SHOWN_LETTERS = 120  # of a value
SHOWN_REVIEWS = 10
SHOWN_OTHER_AREAS = 2


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


def render_plan(plan: QueryPlan, console: Console) -> None:
    """Print the sources that are asked, with reason and cost, and the sources that are not."""
    console.rule("Plan", align="left")
    console.print(
        f"{plan.ingestion_mode} in {escaped(plan.features.area.name)}, expected cost ${plan.expected_cost_usd:.3f}",
        highlight=False,
    )
    for line in _area_lines(plan.features):
        console.print(escaped(line), highlight=False)
    for sentence in plan.features.understood:
        console.print(escaped(f"{sentence}."), highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source", no_wrap=True)
    table.add_column("asked")
    table.add_column("cost", justify="right")
    table.add_column("why", overflow="fold")
    for call in plan.calls:
        if isinstance(call, PlannedCallNow) and (fresh := call.fresh_answer):
            held = counted(fresh.records, "record", "records")
            sentence = f"its answer of {fresh.answered_at:%Y-%m-%d %H:%M} UTC is fresh: {held}"
            table.add_row(call.source, "again", "$0.000", sentence)
        else:
            table.add_row(call.source, "yes", f"${call.expected_cost_usd:.3f}", escaped(call.reason))
    for skipped in plan.skipped:
        table.add_row(skipped.source, "[dim]no[/dim]", "", f"[dim]{escaped(skipped.reason)}[/dim]")
    console.print(table)
    if isinstance(plan, PlanReport):
        render_lists_now(plan.lists, console)
    if isinstance(plan, PlanReport) and plan.freshness == "not_known":
        console.print("Unknown whether earlier answers are fresh: the warehouse is in use or has none yet.")


def _area_lines(features: QueryFeatures) -> Iterator[str]:
    """Which area was taken and why, the others of its name, and the words that the plan does not use."""
    choice = features.area_choice
    yield f"Area: {choice.label}: {choice.reason}."
    if choice.alternatives:
        others = choice.alternatives[:SHOWN_OTHER_AREAS]
        more = choice.alternative_count - len(others)
        yield f"Not {' or '.join(other.label for other in others)}{f', nor {more} more' if more else ''}."
        yield f'To take another: --area "{others[0].label}", or --near, or --box.'
    if features.place_name:
        yield f'"{features.place_name}" is taken as the name of a place.'
    if features.not_understood:
        yield "Not used: " + ", ".join(f'"{phrase}"' for phrase in features.not_understood) + "."


def _render_stages(report: RunReport, console: Console) -> None:
    console.rule("Pipeline Stages", align="left")
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage", no_wrap=True)
    for name in ("rows in", "rows out", "lost", "seconds", "cost"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("lost, by name", overflow="fold")
    for stage in report.stages:
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
    console.print(table)
    console.print(
        f"Outside the stages: {report.dbt_seconds:.1f} s for dbt's start and parsing, "
        f"{report.other_seconds:.1f} s for bookkeeping.",
        highlight=False,
    )
    for stage in report.stages:
        for error in stage.errors:
            console.print(f"[yellow]![/yellow] {escaped(error)}", highlight=False)
    _render_counts(report, console)


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
    console.print(_published_line(report), highlight=False, soft_wrap=True)
    if reviews := report.override_reviews:
        many = "correction or decision has" if len(reviews) == 1 else "corrections and decisions have"
        console.print(f"{len(reviews)} {many} no effect (marts.override_reviews):", style="yellow", highlight=False)
        for review in reviews[:SHOWN_REVIEWS]:
            console.print(f"  {review_sentence(review)}", style="yellow", highlight=False)


def _published_line(report: RunReport) -> str:
    """How many entities are published, and how many answer this query: the file also holds earlier results."""
    published, answers = report.survivorship.entities_published, len(report.entities)
    verb = "answers" if answers < 2 else "answer"
    if published != 1:
        share = f"{'none' if not answers else 'all' if answers == published else answers} of which {verb}"
    elif not answers:
        share = "which does not answer"
    else:
        share = "which answers"
    return f"Published: {entities(published)} in {from_here(report.published)}, {share} this query."


def entities(number: int) -> str:
    """A number of entities, in words."""
    return counted(number, "entity", "entities")


def review_sentence(review: OverrideReview) -> str:
    """Why a steward should review a correction, or a decision about two records."""
    what = f"{review.field_name}, " if review.field_name else ""
    named = f"{escaped(review.override_id)} ({what}by {escaped(review.author) or 'an unnamed author'})"
    then, since = (escaped(value) or "nothing" for value in (review.said_then, review.said_since))
    unknown = escaped(review.unknown_key) or ""
    change = f"{escaped(review.changed_record)} said {then} and now says {since}"
    return {
        "nothing_to_correct": f"{named} corrects nothing: there is no {unknown}.",
        "source_changed": f"{named} has ended: {change}.",
        "not_yet": f"{named} starts on a future day.",
        "no_such_record": f"{named} cannot apply: there is no record {unknown}.",
        "is_a_part": f"{named} is about a sub-venue, which always belongs to the venue at its location.",
        "not_joined": f"{named} does not join the records: other evidence keeps them apart.",
    }[review.review_because]


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


def from_here(path: str) -> str:
    here = Path.cwd()
    return escaped(str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path)


def _render_entities(report: RunReport, console: Console) -> None:
    entities = report.entities
    console.rule("Final Entities", align="left")
    if not entities:
        asked = ", ".join(call.source for call in report.plan.calls) or "no source"
        console.print(
            f"Nothing was found for this query (asked: {asked}). Earlier results are still published.",
            highlight=False,
        )
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("name", overflow="fold")
    table.add_column("class", no_wrap=True)
    table.add_column("address", overflow="fold")
    table.add_column("complete", justify="right", no_wrap=True)
    table.add_column("sources", overflow="fold")
    table.add_column("contested", justify="right", no_wrap=True)
    for entity in entities[:SHOWN_ENTITIES]:
        address = ", ".join(filter(None, (entity.street_address, entity.locality, entity.postcode)))
        table.add_row(
            escaped(entity.entity_name) + CLOSED_FOR_NOW.get(entity.operating_status or "", ""),
            entity.entity_class,
            escaped(address),
            _completeness(entity),
            ", ".join(entity.sources or []),
            str(entity.contested),
        )
    console.print(table)
    if len(entities) > SHOWN_ENTITIES:
        console.print(f"... and {len(entities) - SHOWN_ENTITIES} more (--json prints all)")
    expected = report.plan.expected_hits
    if expected is not None and len(entities) != expected:
        console.print(f"\nThe query names one place, but {len(entities)} places match it. Refine the query.")
    first = entities[0]
    field = next(name for name in ("phone", "website_url", "street_address", "entity_name") if getattr(first, name))
    console.print(f"\nTo see why a value won: trigpoint explain {first.slug} {field}", highlight=False, soft_wrap=True)


def _completeness(entity: FoundEntity) -> str:
    """The completeness, with the change in points since the last run of the same query."""
    points = round(100 * (entity.completeness_change or 0))
    return f"{entity.completeness:.0%}" + (f" ({points:+d})" if points else "")


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
        landed = f" [green]landed {reject.replayed_at:%Y-%m-%d}[/green]" if reject.replayed_at else ""
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


def _render_rows(of: str, rows: list[tuple[str, str, int]], console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source", no_wrap=True)
    table.add_column(of, overflow="fold")
    table.add_column("rows", justify="right")
    for source, name, count in rows:
        table.add_row(source, escaped(name), str(count))
    console.print(table)


def render_run_diff(diff: RunDiff, console: Console) -> None:
    """Print the cells whose published value differs, and what changed them."""
    for name, one in (("from", diff.before), ("to", diff.after)):
        asked = f"run  {escaped(one.query)}" if one.command == "run" else one.command
        console.print(
            f"{name:>4} [bold]{one.build_id}[/bold]  {one.published_at:%Y-%m-%d %H:%M:%S} UTC  {asked}",
            highlight=False,
        )
    render_changes(diff, console)


def render_changes(diff: RunDiff, console: Console) -> None:
    """Print the changes between two publications: split and joined entities, then cells."""
    for event in diff.entities:
        named = escaped(event.entity_name or event.entity_id)
        done = "was split from" if event.event == "split" else "was joined to"
        console.print(f"{named} ({event.entity_id}) {done} {event.other_entity_id}.", highlight=False)
    if not diff.changes:
        console.print("No golden cell changed.")
        return
    _render_changed_cells(diff, "then", "since", console)
    hands = ", ".join(f"{hand} {count}" for hand, count in diff.by_hand.items())
    console.print(f"Changed by: {hands}. For the reason of each cell: --json.", highlight=False)


def render_what_if(what_if: WhatIf, console: Console) -> None:
    """Print the trust that was tried and the cells that it would change."""
    for change in what_if.trust:
        console.print(
            f"{change.source_name} {change.field_name}: trust {_points(change.from_)} -> {_points(change.to)}",
            markup=False,
            highlight=False,
        )
    if not what_if.trust:
        console.print("The file has the same trust as the seed.")
    if what_if.seed_rows_kept:
        console.print(
            f"The file replaces rows of the seed. {what_if.seed_rows_kept} of the seed's {what_if.seed_rows} rows "
            "are not in the file and stay the same.",
            highlight=False,
        )
    if what_if.changes:
        _render_changed_cells(what_if, "now", "with that trust", console)
    else:
        console.print("No golden value would change.")
    console.print(
        f"Of {what_if.cells} cells from {what_if.claims} claims, {len(what_if.changes)} would change their value, "
        f"{what_if.other_source_only} only their source, and {what_if.other_confidence_only} only their confidence. "
        "Nothing was changed.",
        highlight=False,
    )


def _points(trust: float | None) -> str:
    return "none" if trust is None else f"{trust:g}"


def _render_changed_cells(diff: RunDiff | WhatIf, before: str, after: str, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("entity", overflow="fold", ratio=2)
    table.add_column("field", overflow="fold", ratio=2)
    for name in (before, after):
        table.add_column(name, overflow="fold", ratio=3)
    has_hands = isinstance(diff, RunDiff)
    if has_hands:
        table.add_column("by", overflow="fold", ratio=3)
    for change in diff.changes[:SHOWN_CELLS]:
        table.add_row(
            escaped(change.entity_name or change.entity_id),
            change.field_name,
            _value_of(change.value_before, change.sources_before),
            _value_of(change.value_after, change.sources_after),
            *_reason(change),
        )
    console.print(table)
    if len(diff.changes) > SHOWN_CELLS:
        console.print(f"... and {len(diff.changes) - SHOWN_CELLS} more (--json prints all)", highlight=False)
    kinds = ", ".join(f"{count} {kind}" for kind, count in diff.by_kind.items())
    fields = ", ".join(f"{field} {count}" for field, count in diff.by_field.items())
    console.print(f"{kinds}. By field: {fields}.", highlight=False)


def _reason(change: PublishedChange | RerankedChange) -> list[str]:
    return [escaped(_shortened(change.why or ""))] if isinstance(change, PublishedChange) else []


def _value_of(value: str | None, sources: Sequence[str] | None) -> str:
    """A value and its sources, or a dash for a missing cell."""
    if value is None:
        return "[dim]–[/dim]"
    return f"{escaped(_shortened(value))} [dim]({', '.join(sources or [])})[/dim]"


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_LETTERS else text[:SHOWN_LETTERS] + "…"


def render_pair(pair: PairExplanation, console: Console) -> None:
    """Print two records side by side, the weight of each comparison, and the outcome."""
    _render_two_records(pair, console)
    apart = "" if pair.metres is None else f" They are {pair.metres:,.0f} m apart."
    console.print(escaped(pair.meeting.sentence) + apart, highlight=False)
    if pair.score:
        _render_score(pair, pair.score, console)
    if pair.override:
        override = pair.override
        console.print(
            f"{escaped(override.author) or 'A person'} decided: {override.decision.replace('_', ' ')}. "
            f"{escaped(override.reason)}",
            highlight=False,
        )
    console.print(f"[bold]{escaped(pair.verdict)}[/bold]", highlight=False)
    if pair.path and len(pair.path) > 1:
        console.print("The shortest chain of accepted pairs:", highlight=False)
        for link in pair.path:
            console.print(
                f"  {escaped(link.from_key)} – {escaped(link.to_key)} ({escaped(link.to_name)}) "
                f"by {escaped(link.matched_by)}, {link.match_weight:+.2f}",
                highlight=False,
                soft_wrap=True,
            )
    for conflict in pair.conflicts_between:
        console.print(
            f"Conflict: {escaped(conflict.left_key)} – {escaped(conflict.right_key)}, "
            f"{conflict.reason.replace('_', ' ')}",
            highlight=False,
            soft_wrap=True,
        )


def _render_two_records(pair: PairExplanation, console: Console) -> None:
    sides = pair.left, pair.right
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", style="dim", no_wrap=True)
    for record in sides:
        table.add_column(escaped(record.record_key), overflow="fold", ratio=1)
    for field in ("entity_name", "address", "point", "phone", "website", "kind"):
        table.add_row(field.replace("_", " "), *(escaped(getattr(record, field)) or "–" for record in sides))
    console.print(table)


def _render_score(pair: PairExplanation, score: Score, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("comparison", "level"):
        table.add_column(name, no_wrap=True)
    table.add_column("log2", justify="right", no_wrap=True)
    table.add_column("meaning", overflow="fold")
    for step in score_steps(score):
        table.add_row(step.comparison, step.level, _weight(step.weight), escaped(step.meaning))
    table.add_row(
        "[bold]total[/bold]",
        f"{score.match_probability:.2%} likely",
        f"[bold]{score.match_weight:+.2f}[/bold]",
        f"{'accepted' if pair.is_accepted else 'not accepted'}; the threshold is {pair.threshold:.0%}, "
        f"a weight of {pair.threshold_weight:+.2f}",
    )
    console.print(table)


def _weight(weight: float | None) -> str:
    """Green for evidence of one place, red for evidence of two."""
    if weight is None:
        return "no weight"
    if round(weight, 2) == 0:
        return "[dim]0[/dim]"
    return f"[{'green' if weight > 0 else 'red'}]{weight:+.2f}[/]"


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
