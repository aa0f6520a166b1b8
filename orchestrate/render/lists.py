"""The declared lists as text: a line each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from orchestrate.contracts.lists import ListNow, ListReport
from orchestrate.terminal import escaped
from orchestrate.wording import counted


def render_lists(lists: Sequence[ListReport], console: Console) -> None:
    """Print a line for each list: how many records count, since when, and what changed."""
    for one in lists:
        console.print(f"{one.source}: {escaped(list_sentence(one))}", highlight=False, soft_wrap=True)


def render_lists_now(lists: Sequence[ListNow], console: Console) -> None:
    """Print a line for each list that the run would take in."""
    for one in lists:
        console.print(f"{one.source}: {escaped(_list_now(one))}", highlight=False, soft_wrap=True)


def list_sentence(one: ListReport) -> str:
    """What a list holds and what happened to it, in one line."""
    held = counted(one.records, "record", "records")
    since = f"{one.since:%Y-%m-%d %H:%M} UTC" if one.since else ""
    if one.state == "unchanged":
        return f"{held}, unchanged since {since}."
    if one.state == "failed":
        return f"not read: {one.sentence}" + (f" Its {held} of {since} stay." if since else "")
    counts = (("rejected", one.rejected), ("repeated", one.repeated))
    sentences = [", ".join([f"{held} landed", *(f"{count} {word}" for word, count in counts if count)]) + "."]
    if one.lost:
        more = f" and {one.lost - len(one.lost_names)} more" if one.lost > len(one.lost_names) else ""
        sentences.append(f"Not in the list any more: {', '.join(one.lost_names)}{more}.")
    if one.new_columns:
        sentences.append(f"New columns, which no field reads: {', '.join(one.new_columns)}.")
    if one.gone_columns:
        sentences.append(f"Columns that are gone: {', '.join(one.gone_columns)}.")
    return " ".join(sentences)


def _list_now(one: ListNow) -> str:
    held = counted(one.records, "record", "records")
    since = f"{one.since:%Y-%m-%d %H:%M} UTC" if one.since else ""
    if one.state == "failed":
        return f"cannot be read: {one.sentence}"
    if one.state == "unchanged":
        return f"{held}, unchanged since {since}."
    return f"will be read; until then its {held} of {since} count." if since else "will be read."
