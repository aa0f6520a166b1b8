"""The sentences of a report: how the run ended, and what extraction and survivorship counted."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from orchestrate.contracts.run import ExtractionCounts, RunReport
from orchestrate.render.runs.fitting import one_line
from orchestrate.render.touched import touched_lines
from orchestrate.terminal import ACCEPTED, FAILED, LOST, escaped, path_from_here, printable
from orchestrate.wording import counted, entities

STATUS = {"completed": ACCEPTED, "partial": LOST}


def headline(report: RunReport, width: int) -> list[Text]:
    """The query and the run. Then status, seconds and cost: in the sandbox, no source was paid."""
    run = f"  run {report.run_id}"
    query = Text(printable(report.query), "bold")
    query.truncate(max(20, width - cell_len(run)), overflow="ellipsis")
    return [query + run, _status_line(report)]


def _status_line(report: RunReport) -> Text:
    status = Text(report.status, STATUS[report.status])
    cost = f" in {report.seconds:.1f} s, ${report.cost_usd:.3f}"
    if report.mode == "live":
        return Text.assemble("live: ", status, cost)
    paid = report.extraction.paid_usd
    spent = f"only ${paid:.4f} spent, on the language model" if paid else "nothing spent"
    return Text.assemble("sandbox: ", status, f"{cost} at list prices, {spent}")


def count_lines(report: RunReport, width: int, *, is_whole: bool) -> Iterator[Text]:
    """One line each, and with `is_whole` also what dbt took, why fields are empty, and what the build touched."""
    extraction, survivorship = report.extraction, report.survivorship
    if is_whole:
        yield Text(
            f"Outside the stages: {report.dbt_seconds:.1f} s for dbt's start and parsing, "
            f"{report.other_seconds:.1f} s for bookkeeping."
        )
    yield _extraction_line(extraction)
    if extraction.suspicious:
        values = counted(extraction.suspicious, "value", "values")
        yield Text(f"{values} ignored: the text around looks like prompt injection.", FAILED)
    if extraction.model:
        model = _model_line(extraction)
        yield Text.from_markup(model) if is_whole else one_line(model, width)
    if extraction.nulls and is_whole:
        nulls = ", ".join(f"{count} {reason}" for reason, count in extraction.nulls.items())
        yield Text(f"Fields without a value: {nulls}.")
    yield Text.assemble(
        f"Survivorship: {survivorship.claims} claims about {entities(survivorship.entities_touched)}, ",
        (f"{survivorship.won} won", ACCEPTED),
        ", ",
        (f"{counted(survivorship.contested, 'cell', 'cells')} contested", LOST if survivorship.contested else ""),
        ".",
    )
    for line in touched_lines(report.touched) if report.touched and is_whole else ():
        yield Text(line)
    yield from _published_lines(report, width)


def _published_lines(report: RunReport, width: int) -> list[Text]:
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
        return [Text.from_markup(line)]
    path = Text.from_markup(f"  {path_from_here(report.published)}")
    path.no_wrap, path.overflow = True, "ignore"  # it is there to be copied
    return [Text(f"Published: {entities(published)}, {share} this query, in"), path]


def _extraction_line(extraction: ExtractionCounts) -> Text:
    counts = (
        (extraction.verified, "values verified", ACCEPTED),
        (extraction.inferred, "inferred", LOST),
        (extraction.rejected, "rejected", FAILED),
    )
    how = "Extraction" if extraction.model else "Extraction (rules only)"
    line = Text(f"{how}: {counted(extraction.texts, 'text', 'texts')}; ")
    for number, (count, word, style) in enumerate(counts):
        line.append(", " if number else "").append(f"{count} {word}", style if count else "")
    return line.append(".")


def _model_line(extraction: ExtractionCounts) -> str:
    line = f"Language model {escaped(extraction.model)}: "
    if extraction.calls:
        calls = counted(extraction.calls, "call", "calls")
        line += f"{calls} ({extraction.response_mode}), {extraction.failed_calls} failed, "
    line += f"${extraction.paid_usd:.4f} paid"
    if extraction.reused:
        line += f", ${extraction.avoided_usd:.4f} saved on {extraction.reused} texts read before"
    return f"{line}. It agrees with the rules on {extraction.agreed} fields and differs on {extraction.disagreed}."
