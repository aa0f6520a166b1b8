"""Reports as text for a person, rendered from the objects that `--json` prints and from nothing else."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestrate.terminal import printable

SHOWN_ENTITIES = 40  # in text; --json has them all
SHOWN_CELLS = 40
SHOWN_LETTERS = 120  # of a value


def render_report(report: dict[str, Any], console: Console) -> None:
    """Print the sections Plan, Pipeline Stages and Final Entities."""
    console.print(f"[bold]{_escape(report['query'])}[/bold]  run {report['run_id']}")
    console.print(_headline(report))
    console.print()
    render_plan(report["plan"], console)
    if report["reused"]:
        answers = ", ".join(f"{r['source']} (of {r['answered_at']:%Y-%m-%d %H:%M} UTC)" for r in report["reused"])
        console.print(f"Not asked again, their earlier answers being fresh: {answers}.", highlight=False)
    for source, fields in groupby(report["unknown_fields"], itemgetter("source")):
        console.print(
            f"New from {source}: {', '.join(_escape(row['field']) for row in fields)}. "
            "Kept in the payload; no model reads it yet.",
            highlight=False,
        )
    console.print()
    _render_stages(report, console)
    console.print()
    _render_entities(report, console)


def _headline(report: dict[str, Any]) -> str:
    """Status, seconds and cost; in the sandbox, that none of it is real."""
    line = f"{report['status']} in {report['seconds']:.1f} s, ${report['cost_usd']:.3f}"
    if report["mode"] == "sandbox":
        paid = report["extraction"]["paid_usd"]
        spent = f"only the language model's ${paid:.4f} of it spent" if paid else "none of it spent"
        return f"sandbox: {line} at list prices, {spent}: local stand-ins answered"
    return f"live: {line}"


def render_plan(plan: dict[str, Any], console: Console) -> None:
    """Print which sources are asked, why, and at what cost, and which are not."""
    console.rule("Plan", align="left")
    console.print(
        f"{plan['ingestion_mode']} in {_escape(plan['features']['area']['name'])}, "
        f"expected cost ${plan['expected_cost_usd']:.3f}",
        highlight=False,
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source", no_wrap=True)
    table.add_column("asked")
    table.add_column("cost", justify="right")
    table.add_column("why", overflow="fold")
    for call in plan["calls"]:
        table.add_row(call["source"], "yes", f"${call['expected_cost_usd']:.3f}", _escape(call["reason"]))
    for skipped in plan["skipped"]:
        table.add_row(skipped["source"], "[dim]no[/dim]", "", f"[dim]{_escape(skipped['reason'])}[/dim]")
    console.print(table)


def _render_stages(report: dict[str, Any], console: Console) -> None:
    console.rule("Pipeline Stages", align="left")
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage", no_wrap=True)
    for name in ("rows in", "rows out", "lost", "seconds", "cost"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("lost, by name", overflow="fold")
    for stage in report["stages"]:
        losses = {name: count for name, count in stage["losses"].items() if count}
        table.add_row(
            stage["name"],
            str(stage["rows_in"]),
            str(stage["rows_out"]),
            str(sum(losses.values())),
            f"{stage['seconds']:.1f}",
            f"${stage['cost_usd']:.3f}",
            ", ".join(f"{name} {count}" for name, count in losses.items()),
        )
    console.print(table)
    for stage in report["stages"]:
        for error in stage["errors"]:
            console.print(f"[yellow]![/yellow] {_escape(error)}", highlight=False)
    _render_counts(report, console)


def _render_counts(report: dict[str, Any], console: Console) -> None:
    extraction, merging = report["extraction"], report["merging"]
    console.print(_extraction_line(extraction), highlight=False)
    if extraction["model"]:
        console.print(_model_line(extraction), highlight=False)
    if extraction["nulls"]:
        nulls = ", ".join(f"{count} {reason}" for reason, count in extraction["nulls"].items())
        console.print(f"Fields without a value: {nulls}.", highlight=False)
    console.print(
        f"Merging: {merging['claims']} claims about {merging['entities_touched']} entities, "
        f"{merging['won']} won, {merging['contested']} cells contested. "
        f"Published: {merging['entities_published']} entities in {_from_here(report['published'])}",
        highlight=False,
    )
    for review in report["override_reviews"]:
        console.print(f"Correction {_review(review)}", style="yellow", highlight=False)


def _review(review: dict[str, Any]) -> str:
    """Why a person should look at a correction again."""
    named = (
        f"{_escape(review['override_id'])} ({review['field_name']}, by {_escape(review['author']) or 'nobody named'})"
    )
    if review["review_because"] == "nothing_to_correct":
        return f"{named} corrects nothing: no record or entity has the key that it gives."
    then, since = (_escape(review[said]) or "nothing" for said in ("said_then", "said_since"))
    return f"{named} has retired: {_escape(review['changed_record'])} said {then} and says {since} since."


def _extraction_line(extraction: dict[str, Any]) -> str:
    line = (
        f"Extraction: {extraction['texts']} texts read; of the values found {extraction['verified']} verified, "
        f"{extraction['inferred']} inferred, {extraction['rejected']} rejected."
    )
    if extraction["suspicious"]:
        line += f" {extraction['suspicious']} stood in words that speak to a machine, and are not believed."
    return line if extraction["model"] else f"{line} No language model is configured: the rules read alone."


def _model_line(extraction: dict[str, Any]) -> str:
    line = f"Language model {_escape(extraction['model'])}: "
    if extraction["calls"]:
        failed, many = extraction["failed_calls"], "" if extraction["calls"] == 1 else "s"
        line += f"{extraction['calls']} call{many} ({extraction['response_mode']}), {failed} failed, "
    line += f"${extraction['paid_usd']:.4f} paid"
    if extraction["reused"]:
        line += f", ${extraction['avoided_usd']:.4f} avoided on {extraction['reused']} texts read before"
    return (
        f"{line}. It agrees with the rules on {extraction['agreed']} fields and differs on {extraction['disagreed']}."
    )


def _from_here(path: str) -> str:
    here = Path.cwd()
    return _escape(str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path)


def _render_entities(report: dict[str, Any], console: Console) -> None:
    entities = report["entities"]
    console.rule("Final Entities", align="left")
    if not entities:
        asked = ", ".join(call["source"] for call in report["plan"]["calls"]) or "no source"
        console.print(
            f"Nothing was found for this query (asked: {asked}). What was published before is still there.",
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
        address = ", ".join(filter(None, (entity["street_address"], entity["locality"], entity["postcode"])))
        table.add_row(
            _escape(entity["entity_name"]),
            entity["entity_class"],
            _escape(address),
            _completeness(entity),
            ", ".join(entity["sources"] or []),
            str(entity["contested"]),
        )
    console.print(table)
    if len(entities) > SHOWN_ENTITIES:
        console.print(f"... and {len(entities) - SHOWN_ENTITIES} more (--json lists them all)")
    expected = report["plan"]["expected_hits"]
    if expected is not None and len(entities) != expected:
        console.print(f"\nThe query names one place, and {len(entities)} fit it: name it more closely.")
    console.print(f"\nWhy a value won: trigpoint explain {entities[0]['slug']} phone", highlight=False, soft_wrap=True)


def _completeness(entity: dict[str, Any]) -> str:
    """With how many points it has gained or lost since the last run that asked the same."""
    points = round(100 * (entity["completeness_change"] or 0))
    return f"{entity['completeness']:.0%}" + (f" ({points:+d})" if points else "")


def _escape(text: str | None) -> str:
    """Text from outside is shown as it is: never as our markup, never as control codes of the terminal."""
    return escape(printable(text))


def render_rejects(listed: dict[str, Any], console: Console) -> None:
    """Print what could not be used, and why."""
    rejects = listed["rejects"]
    if not rejects:
        console.print("Nothing was rejected.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("when, UTC", "what", "source"):
        table.add_column(name, no_wrap=True)
    table.add_column("record", overflow="fold")
    table.add_column("why", overflow="fold")
    for reject in rejects:
        landed = f" [green]landed {reject['replayed_at']:%Y-%m-%d}[/green]" if reject["replayed_at"] else ""
        table.add_row(
            f"{reject['rejected_at']:%Y-%m-%d %H:%M}",
            reject["kind"],
            reject["source"],
            _escape(reject["source_record_id"] or "(no id)"),
            _escape(reject["reason"]) + landed,
        )
    console.print(table)
    waiting = sum(reject["replayed_at"] is None for reject in rejects)
    console.print(f"{waiting} wait for a fix; then: trigpoint replay. The payloads: trigpoint rejects --json")


def render_replay(replayed: dict[str, Any], console: Console) -> None:
    """Print what landed and what could be read after all."""
    landed, left = replayed["replayed"], replayed["still_rejected"]
    console.print(f"{len(landed)} rejected records landed; {left} are still rejected.")
    console.print(f"{replayed['texts_read']} texts were read; {replayed['texts_still_failed']} still could not be.")
    for sentence in replayed["errors"]:
        console.print(sentence, markup=False, highlight=False)
    if replayed["entities_published"] is not None:
        console.print(f"Built and published again: {replayed['entities_published']} entities.")


def render_purge(purge: dict[str, Any], console: Console) -> None:
    """Print what was deleted, and that nothing of it is left."""
    as_of = f"{purge['as_of']:%Y-%m-%d %H:%M} UTC"
    if not purge["purged"]:
        console.print(f"Nothing is past its time at {as_of}.", highlight=False)
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("source", no_wrap=True)
        table.add_column("table", no_wrap=True)
        table.add_column("rows", justify="right")
        for row in purge["purged"]:
            table.add_row(row["source"], row["table"], str(row["rows"]))
        console.print(f"Past their time at {as_of}, and deleted:", highlight=False)
        console.print(table)
    if purge["entities_published"] is not None:
        console.print(f"Built and published again: {purge['entities_published']} entities.", highlight=False)
    console.print(f"Rows that still hold what is past its time: {purge['left']}.", highlight=False)


def render_run_diff(diff: dict[str, Any], console: Console) -> None:
    """Print the cells that are another at the second run than at the first."""
    for name, run in (("from", diff["before"]), ("to", diff["after"])):
        console.print(
            f"{name:>4} [bold]{run['run_id']}[/bold]  {run['started_at']:%Y-%m-%d %H:%M:%S} UTC  "
            f"{run['status']}  {_escape(run['query'])}",
            highlight=False,
        )
    if not diff["changes"]:
        console.print("No golden cell differs between the two.")
        return
    _render_changed_cells(diff, "then", "since", console)
    console.print(
        "Told from the claims as they are understood now: by today's rules, trust and matches.", highlight=False
    )


def render_what_if(told: dict[str, Any], console: Console) -> None:
    """Print the trust that was tried and the cells that it would change."""
    for change in told["trust"]:
        console.print(
            f"{change['source_name']} {change['field_name']}: trust {_points(change['from'])} -> "
            f"{_points(change['to'])}",
            markup=False,
            highlight=False,
        )
    if not told["trust"]:
        console.print("The file says what the seed says.")
    if told["seed_rows_kept"]:
        console.print(
            f"The file is laid over the seed; {told['seed_rows_kept']} of its {told['seed_rows']} rows are not named "
            "there and hold as they are.",
            highlight=False,
        )
    if told["changes"]:
        _render_changed_cells(told, "now", "under that trust", console)
    else:
        console.print("No golden value would change.")
    console.print(
        f"Of {told['cells']} cells, made of {told['claims']} claims, {len(told['changes'])} would change in value; "
        f"{told['other_source_only']} more in whom they are taken from, and {told['other_confidence_only']} in "
        "confidence alone. Nothing was changed.",
        highlight=False,
    )


def _points(trust: float | None) -> str:
    return "none" if trust is None else f"{trust:g}"


def _render_changed_cells(diff: dict[str, Any], before: str, after: str, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("entity", overflow="fold", ratio=2)
    table.add_column("field", overflow="fold", ratio=2)
    for name in (before, after):
        table.add_column(name, overflow="fold", ratio=3)
    for change in diff["changes"][:SHOWN_CELLS]:
        table.add_row(
            _escape(change["entity_name"] or change["entity_id"]),
            change["field_name"],
            *(_value_of(change[f"value_{when}"], change[f"sources_{when}"]) for when in ("before", "after")),
        )
    console.print(table)
    if len(diff["changes"]) > SHOWN_CELLS:
        console.print(f"... and {len(diff['changes']) - SHOWN_CELLS} more (--json lists them all)", highlight=False)
    kinds = ", ".join(f"{count} {kind}" for kind, count in diff["by_kind"].items())
    fields = ", ".join(f"{field} {count}" for field, count in diff["by_field"].items())
    console.print(f"{kinds}. By field: {fields}.", highlight=False)


def _value_of(value: str | None, sources: list[str] | None) -> str:
    """A value and who said it; a cell that is not there is a dash."""
    if value is None:
        return "[dim]–[/dim]"
    shown = value if len(value) <= SHOWN_LETTERS else value[:SHOWN_LETTERS] + "…"
    return f"{_escape(shown)} [dim]({', '.join(sources or [])})[/dim]"


def render_pair(told: dict[str, Any], console: Console) -> None:
    """Print two records side by side, what each comparison of them weighs, and what came of it."""
    _render_two_records(told, console)
    apart = "" if told["metres"] is None else f" They stand {told['metres']:,.0f} m apart."
    console.print(_escape(told["meeting"]["sentence"]) + apart, highlight=False)
    if told["score"]:
        _render_score(told, console)
    if told["override"]:
        override = told["override"]
        console.print(
            f"{_escape(override['author']) or 'A person'} decided: {override['decision'].replace('_', ' ')}. "
            f"{_escape(override['reason'])}",
            highlight=False,
        )
    console.print(f"[bold]{_escape(told['verdict'])}[/bold]", highlight=False)
    if told["path"] and len(told["path"]) > 1:
        console.print("The shortest chain of accepted pairs:", highlight=False)
        for link in told["path"]:
            console.print(
                f"  {_escape(link['from_key'])} – {_escape(link['to_key'])} ({_escape(link['to_name'])}) "
                f"by {_escape(link['matched_by'])}, {link['match_weight']:+.2f}",
                highlight=False,
                soft_wrap=True,
            )
    for conflict in told["conflicts_between"]:
        console.print(
            f"Conflict: {_escape(conflict['left_key'])} – {_escape(conflict['right_key'])}, "
            f"{conflict['reason'].replace('_', ' ')}",
            highlight=False,
            soft_wrap=True,
        )


def _render_two_records(told: dict[str, Any], console: Console) -> None:
    sides = told["left"], told["right"]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", style="dim", no_wrap=True)
    for record in sides:
        table.add_column(_escape(record["record_key"]), overflow="fold", ratio=1)
    for field in ("entity_name", "address", "point", "phone", "website", "kind"):
        table.add_row(field.replace("_", " "), *(_escape(record[field]) or "–" for record in sides))
    console.print(table)


def _render_score(told: dict[str, Any], console: Console) -> None:
    score = told["score"]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("comparison", "level"):
        table.add_column(name, no_wrap=True)
    table.add_column("log2", justify="right", no_wrap=True)
    table.add_column("meaning", overflow="fold")
    for step in score["steps"]:
        level = "" if step["comparison"] == "prior" else str(step["level"]).replace("_", " ")
        table.add_row(step["comparison"], level, _weight(step["weight"]), _escape(step["meaning"]))
    if score["rival_penalty"]:
        fits = [f"{r['record_key']} ({r['entity_name']}) fits {r['of']} better" for r in score["rivals"]]
        table.add_row("rival", "", _weight(-score["rival_penalty"]), _escape("; ".join(fits)))
    table.add_row(
        "[bold]total[/bold]",
        f"{score['match_probability']:.2%} likely",
        f"[bold]{score['match_weight']:+.2f}[/bold]",
        f"{'accepted' if told['is_accepted'] else 'not accepted'}; the threshold is {told['threshold']:.0%}, "
        f"a weight of {told['threshold_weight']:+.2f}",
    )
    console.print(table)


def _weight(weight: float | None) -> str:
    """In green what speaks for one place, in red what speaks against it."""
    if weight is None:
        return "not weighed"
    if round(weight, 2) == 0:
        return "[dim]0[/dim]"
    return f"[{'green' if weight > 0 else 'red'}]{weight:+.2f}[/]"


def render_evaluation(evaluation: dict[str, Any], console: Console) -> None:
    """Print how well the records of known places were told apart and put together."""
    console.print(
        f"{evaluation['records']} records of {evaluation['places']} places became {evaluation['entities']} entities "
        f"in {evaluation['build_seconds']} s of dbt.",
        highlight=False,
    )
    _render_scores(evaluation, console)


def render_matching(evaluation: dict[str, Any], console: Console) -> None:
    """Print how the labelled pairs were decided, and what it took."""
    console.print(
        f"{evaluation['records']} records; {evaluation['pairs']} labelled pairs, "
        f"of which {evaluation['matches']} match; {evaluation['build_seconds']} s of dbt, "
        f"{evaluation['peak_megabytes']} MB at the peak.",
        highlight=False,
    )
    _render_scores(evaluation, console)


def _render_scores(evaluation: dict[str, Any], console: Console) -> None:
    console.print(
        f"Pairwise precision {evaluation['precision']:.4f}, recall {evaluation['recall']:.4f}, "
        f"F1 {evaluation['f1']:.4f}: {evaluation['wrongly_joined_pairs']} pairs joined wrongly, "
        f"{evaluation['wrongly_parted_pairs']} left apart wrongly.",
        highlight=False,
    )


def render_confidence(evaluation: dict[str, Any], console: Console) -> None:
    """Print how far what was said to be likely is right: by tenths of the scale, by field, and in one number."""
    _render_reliability(evaluation, "golden cells", console)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("field", no_wrap=True)
    for name in ("cells", "confidence", "right", "error"):
        table.add_column(name, justify="right")
    for name, scores in evaluation["fields"].items():
        table.add_row(
            name,
            str(scores["cases"]),
            f"{scores['mean_confidence']:.3f}",
            f"{scores['share_right']:.3f}",
            f"{scores['ece']:.3f}",
        )
    console.print(table)
    if evaluation["pairs"]:
        console.print()
        _render_reliability(evaluation["pairs"], "labelled pairs", console)


def _render_reliability(scores: dict[str, Any], what: str, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("confidence", no_wrap=True)
    for name in (what, "mean", "right"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in scores["bins"]:
        table.add_row(
            f"{each['low']:.1f} to {each['high']:.1f}",
            str(each["cases"]),
            f"{each['mean']:.3f}",
            f"{each['right']:.3f}",
        )
    console.print(table)
    console.print(
        f"Expected calibration error {scores['ece']:.4f} over {scores['cases']} {what}: "
        f"said to be {scores['mean_confidence']:.1%} likely, {scores['share_right']:.1%} right.",
        highlight=False,
    )


def render_calibration(proposed: dict[str, Any], console: Console) -> None:
    """Print what the fitted calibration would change, and how much surer one could be of it."""
    console.print(
        f"Fitted to {proposed['cells']} golden cells whose truth is known, {proposed['wrong']} of them wrong. "
        f"Expected calibration error: {proposed['ece_before']:.4f} as the seed is, {proposed['ece_after']:.4f} as "
        f"proposed, {proposed['ece_cross_validated']:.4f} on places left out of the fit ({proposed['folds']} folds).",
        highlight=False,
    )
    _render_proposal(proposed, "confidence_calibration", "trigpoint eval confidence", console)


def render_extraction_scores(evaluation: dict[str, Any], console: Console) -> None:
    """Print, field by field, what was read rightly, wrongly, not at all, and out of thin air."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("field")
    for column in ("correct", "wrong", "omitted", "invented", "rightly absent"):
        table.add_column(column, justify="right")
    for name, tally in evaluation["fields"].items():
        table.add_row(name, *(str(tally[key]) for key in ("correct", "wrong", "omitted", "invented", "absent")))
    console.print(table)
    reader = f"the rules and {_escape(evaluation['model'])}" if evaluation["model"] else "the rules alone"
    console.print(
        f"{evaluation['texts']} texts, read by {reader}: precision {evaluation['precision']:.3f}, "
        f"recall {evaluation['recall']:.3f}; what a page is about is right for {evaluation['aboutness_right']}.",
        highlight=False,
    )
    if evaluation["model"]:
        console.print(
            f"{evaluation['texts_failed']} texts failed; ${evaluation['cost_usd']:.4f} paid.", highlight=False
        )


def render_health(health: dict[str, Any], console: Console) -> None:
    """Print which live sources can be asked, what that costs, and whether they answered."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("source", "key", "a request", "answers", ""):
        table.add_column(column, overflow="fold")
    for check in health["sources"]:
        key = "not needed" if check["key_setting"] is None else ("set" if check["has_key"] else "missing")
        answers = {None: "not asked", True: "yes", False: "no"}[check["answers"]]
        table.add_row(
            check["source"],
            key,
            f"${check['usd_per_request']:.3f}",
            answers,
            _escape(check["sentence"] or check["url"]),
        )
    console.print(table)
    if health["asked"]:
        console.print(f"Spent: ${health['spent_usd']:.3f}", highlight=False)
    else:
        console.print("Nothing was sent. To ask each source once: trigpoint doctor --live", highlight=False)


def render_tuning(proposed: dict[str, Any], console: Console) -> None:
    """Print the proposed change to the seed of match weights, as a diff, and what it rests on."""
    rounds = proposed["iterations"]
    if "sets" in proposed:
        told = (
            f"Learned from {proposed['pairs']} labelled pairs of {proposed['sets']} sets in {rounds} rounds; "
            f"{proposed['matches']} of them match. Left out: {proposed['never_compared']} that are never compared."
        )
    else:
        told = (
            f"Learned from {proposed['pairs']} compared pairs in {rounds} rounds; "
            f"{proposed['expected_matches']:.0f} of them are expected to match."
        )
    console.print(told, highlight=False)
    _render_proposal(proposed, "match_weights", "make eval, trigpoint eval matching", console)


def render_trust(proposed: dict[str, Any], console: Console) -> None:
    """Print how accurate each source was found to be, and the proposed change to the seed of trust, as a diff."""
    console.print(
        f"Learned from {proposed['cells']} cells about which more than one voice speaks, "
        f"in {proposed['iterations']} rounds.",
        highlight=False,
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("source", "field"):
        table.add_column(name, no_wrap=True)
    for name in ("trust", "learned", "95 % between", "cells"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for told in proposed["sources"]:
        learned = told["learned"] is not None
        table.add_row(
            _escape(told["source_name"]),
            _escape(told["field_name"]),
            "" if told["from"] is None else f"{told['from']:g}",
            f"{100 * told['learned']:.1f}" if learned else "",
            f"{100 * told['low']:.1f} and {100 * told['high']:.1f}" if learned else "",
            str(told["cells"]),
            _why_kept(told),
        )
    console.print(table)
    _render_proposal(proposed, "source_trust", "trigpoint eval confidence", console)


def _why_kept(told: dict[str, Any]) -> str:
    if told["kept_because"]:
        return f"no proposal: {told['kept_because']}"
    return "unlike the rest of its source" if told["from"] is None else ""


def _render_proposal(proposed: dict[str, Any], seed: str, measure: str, console: Console) -> None:
    if not proposed["changes"]:
        console.print("Nothing would change.")
        return
    for line in proposed["diff"].splitlines():
        style = {"+": "green", "-": "red"}.get(line[:1])
        console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"Nothing was changed. Take over what convinces you in dbt_project/seeds/{seed}.csv (--out writes the "
        f"proposal to a file), then measure: {measure}.",
        highlight=False,
    )
