"""Towns that change at random, each by its own seed, side by side in one warehouse."""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from bench.equality.places import LISTS, Town, payload
from bench.equality.trust import change_trust
from ingest.lists.mapping import map_lists
from ingest.retention import delete_overdue, limits_of_lists
from orchestrate.run.publication.record import forget_overdue
from orchestrate.seeds.files import read_seed_file
from orchestrate.seeds.relations import contradictions
from orchestrate.store.lists import declare_lists

START = datetime(2026, 3, 2, 9)
PURGED = "data past their limit were deleted"


class Towns:
    """What a person and the lists do, and what it makes of the landed tables and the seeds."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seeds: Path, numbers: Sequence[int], seed: int) -> None:
        self.connection, self.seeds, self.chance = connection, seeds, random.Random(seed)
        self.towns = [Town(number, own_seed) for number, own_seed in enumerate(numbers)]
        self.now = START
        self.declared = ["clubs", "register", "council"]
        self.trust = {name: contract.trust for name, contract in LISTS.items()}
        self.corrections = 0
        self.asked: str | None = None
        self._declare()
        for source in self.declared:
            self._land(source, whole=True)

    def step(self) -> list[str]:
        """Each town changes, and now and then something that holds for all. Returns what happened."""
        self.asked = None
        self.now += timedelta(hours=1)
        happened = [f"town {town.number}: {self._in_town(town)}" for town in self.towns]
        for source in ("clubs", "register"):
            self._land(source, whole=False)
        for chance, change in (
            (0.25, self._days_pass), (0.2, self._council_is_replaced), (0.08, self._visitors_come_or_go),
            (0.08, self._trust_changes), (0.05, self._purge),
        ):  # fmt: skip
            if self.chance.random() < chance:
                happened.append(change())
        return happened

    # --- in a town ---------------------------------------------------------------------------------------------

    def _in_town(self, town: Town) -> str:
        changes: tuple[Callable[[], str], ...] = (
            town.a_record_comes, town.a_record_comes, town.a_record_changes, town.a_record_changes,
            town.a_record_changes, town.a_record_goes,
            lambda: self._a_person_corrects(town), lambda: self._a_correction_is_taken_back(town),
            lambda: self._a_person_decides(town), lambda: "nothing", lambda: "nothing",
        )  # fmt: skip
        return town.chance.choice(changes)()

    def _records(self, town: Town) -> list[tuple[str, str]]:
        """The records of the town that belong to an entity, and that entity."""
        return self.connection.execute(
            "select record_key, entity_id from marts.entity_records "
            "where regexp_matches(record_key, ?) and entity_id is not null order by 1",
            [f":{town.number:03d}-"],
        ).fetchall()

    def _a_person_corrects(self, town: Town) -> str:
        if not (records := self._records(town)):
            return "nothing to correct"
        self.corrections += 1
        field, value = town.chance.choice(
            (("phone", f"+44163296{self.corrections % 10000:04d}"), ("entity_name", f"Corrected {self.corrections}"))
        )
        self._append(
            "manual_overrides.csv", override_id=f"t{town.number}-{self.corrections}",
            entity_id=town.chance.choice(records)[1], field_name=field, value=value, reason="I called",
            author="a test", decided_on=self.now.date().isoformat(),
            retire_when_source_changes=town.chance.choice(("true", "false")),
        )  # fmt: skip
        return f"{field} is corrected"

    def _a_correction_is_taken_back(self, town: Town) -> str:
        return self._drop_line("manual_overrides.csv", f"t{town.number}-", town)

    def _a_person_decides(self, town: Town) -> str:
        records = [record for record, _ in self._records(town)]
        if len(records) < 2 or town.chance.random() < 0.25:
            return self._drop_line("match_overrides.csv", f":{town.number:03d}-", town)
        one, two = sorted(town.chance.sample(records, 2))
        decision = town.chance.choice(("must_match", "cannot_match"))
        self._drop("match_overrides.csv", lambda line: line.startswith((f"{one},{two},", f"{two},{one},")))
        self._append(
            "match_overrides.csv", left_record_key=one, right_record_key=two, decision=decision, reason="a test",
            author="a test", decided_on=self.now.date().isoformat(),
        )  # fmt: skip
        return f"{one} and {two}: {decision}{self._without_contradiction(one, two)}"

    def _without_contradiction(self, one: str, two: str) -> str:
        seed = read_seed_file(self.seeds / "match_overrides.csv")
        if not any(contradictions(seed)):
            return ""
        self._drop("match_overrides.csv", lambda line: line.startswith(f"{one},{two},"))
        return ", which other rows contradict"

    # --- in the files of a person ------------------------------------------------------------------------------

    def _append(self, seed: str, **row: object) -> None:
        with (self.seeds / seed).open(newline="") as file:
            columns = next(csv.reader(file))
        with (self.seeds / seed).open("a", newline="") as file:
            csv.DictWriter(file, columns, restval="", lineterminator="\n").writerow(row)

    def _drop(self, seed: str, is_dropped: Callable[[str], bool]) -> None:
        file = self.seeds / seed
        header, *lines = file.read_text().splitlines(keepends=True)
        file.write_text("".join([header, *(line for line in lines if not is_dropped(line))]))

    def _drop_line(self, seed: str, part: str, town: Town) -> str:
        lines = [line for line in (self.seeds / seed).read_text().splitlines(keepends=True)[1:] if part in line]
        if not lines:
            return "nothing to take back"
        chosen = town.chance.choice(lines)
        self._drop(seed, chosen.__eq__)
        return f"a line of {seed} is taken back"

    # --- what holds for all ------------------------------------------------------------------------------------

    def _days_pass(self) -> str:
        days = self.chance.choice((1, 1, 1, 2, 3, 8, 31))
        self.now += timedelta(days=days)
        return f"{days} days pass"

    def _council_is_replaced(self) -> str:
        self._land("council", whole=True)
        return "council is replaced"

    def _visitors_come_or_go(self) -> str:
        if "visitors" in self.declared:
            self.declared.remove("visitors")
        else:
            self.declared.append("visitors")
            self._land("visitors", whole=True)
        self._declare()
        return f"the lists are {', '.join(self.declared)}"

    def _trust_changes(self) -> str:
        if self.chance.random() < 0.5:
            source = self.chance.choice(self.declared)
            self.trust[source] = {"*": self.chance.randint(40, 95)}
            self._declare()
            return f"trust in {source} changes"
        return change_trust(self.seeds, self.chance)

    def _purge(self) -> str:
        self.connection.execute("begin")
        for limit in limits_of_lists(self.connection, self.now):
            delete_overdue(self.connection, limit, self.now)
        forget_overdue(self.connection, self.now)
        self.connection.execute("commit")
        self.asked = PURGED
        return "what is past its limit is purged"

    # --- in the landed tables ----------------------------------------------------------------------------------

    def _declare(self) -> None:
        contracts = [LISTS[name].model_copy(update={"trust": self.trust[name]}) for name in self.declared]
        declare_lists(self.connection, contracts)
        map_lists(self.connection, contracts)

    def _land(self, source: str, *, whole: bool) -> None:
        """Land the rows of the list that are new or another, or all. What went from a growing list is deleted."""
        rows = {name: payload(name, row) for town in self.towns for name, row in town.rows[source].items()}
        held = dict(
            self.connection.execute(
                "select source_record_id, max_by(payload, fetched_at) from raw.lists where source_name = ? group by 1",
                [source],
            ).fetchall()
        )
        landed = [(name, text) for name, text in sorted(rows.items()) if whole or held.get(name) != text]
        if not whole and (gone := [name for name in held if name not in rows]):
            self.connection.execute(
                "delete from raw.lists where source_name = ? and list_contains(?, source_record_id)", [source, gone]
            )
        if landed or whole:
            self._insert(source, landed)
            map_lists(self.connection, [LISTS[source]])

    def _insert(self, source: str, landed: Sequence[tuple[str, str]]) -> None:
        at = self.now - timedelta(minutes=5)
        run_id = f"l{at:%Y%m%d%H%M}"
        rows = [
            [run_id, source, name, text, hashlib.sha256(text.encode()).hexdigest(), at, rank]
            for rank, (name, text) in enumerate(landed)
        ]
        if rows:
            self.connection.executemany("insert into raw.lists values (?, ?, ?, ?, ?, null, ?, ?, null)", rows)
        self.connection.execute(
            "insert into raw.list_loads values (?, ?, ?, '', '[]', '', [], ?, ?, ?)",
            [source, run_id, f"{source}.csv", len(landed), at, at],
        )
