"""What a build touched, in two lines."""

from __future__ import annotations

from orchestrate.contracts.run import Touched
from orchestrate.wording import entities


def touched_lines(touched: Touched) -> tuple[str, str]:
    """The records and pairs, and the entities: which were ranked, and why all of them, if it was all."""
    records = (
        f"Touched: {_counted(touched.records_new, 'record')} new, {touched.records_changed:,} changed, "
        f"{touched.records_gone:,} gone; {_counted(touched.pairs_compared, 'pair')} compared."
    )
    return records, _ranked(touched)


def _ranked(touched: Touched) -> str:
    reasons = {why: number for why, number in touched.entities.items() if why != "gone"}
    ranked, gone = sum(reasons.values()), touched.entities.get("gone", 0)
    left_behind = f", {gone:,} gone" if gone else ""
    if touched.ranks_all_because is not None:
        return f"Ranked all {entities(ranked)}{left_behind}: {touched.ranks_all_because}."
    named = ", ".join(f"{number:,} {why}" for why, number in sorted(reasons.items(), key=lambda one: (-one[1], one[0])))
    of_them = f" ({named})" if named else ""
    return f"Ranked {entities(ranked)}{of_them}{left_behind}; {touched.entities_left:,} left as they were."


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"
