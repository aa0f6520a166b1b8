"""Towns that change at random, each by its own seed, side by side in one warehouse."""

from __future__ import annotations

import csv
import hashlib
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from bench.equality.places import LISTS, Town, number_of, payload
from bench.equality.services import SERVICES, Ask, Services
from bench.equality.trust import change_trust
from ingest.lists.loads import Load, held_rows, record_load
from ingest.lists.mapping import map_lists
from ingest.retention import delete_overdue, limits, limits_of_lists, read_terms
from orchestrate.run.publication.record import forget_overdue
from orchestrate.seeds.files import read_seed_file
from orchestrate.seeds.relations import contradictions
from orchestrate.store.lists import declare_lists

START = datetime(2026, 3, 2, 9)
PURGED = "data past their limit were deleted"


class Towns:
    """What a person, the lists and the services do, and what it makes of the landed tables and the seeds."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seeds: Path, numbers: Sequence[int], seed: int) -> None:
        self.connection, self.seeds, self.chance = connection, seeds, random.Random(seed)
        self.towns = [Town(number, own_seed) for number, own_seed in enumerate(numbers)]
        self.now = START
        self.declared = ["clubs", "register", "council"]
        self.trust = {name: contract.trust for name, contract in LISTS.items()}
        self.corrections = 0
        self.asked: str | None = None
        self._left_out: set[str] = set()  # rows that a load of a list does not have this time
        self.counts: Counter[str] = Counter()  # of what happened, by kind
        self.services = Services(connection, seeds, self.chance)
        self._declare()
        for source in self.declared:
            self._land(source, whole=True)
        self._ask(self.towns, [*SERVICES])

    def step(self) -> list[str]:
        """Each town changes, and now and then something that holds for all. Returns what happened."""
        self.asked = None
        self.now += timedelta(hours=1)
        happened = [f"town {town.number}: {self._in_town(town)}" for town in self.towns]
        for source in ("clubs", "register"):
            self._land(source, whole=False)
        if self.chance.random() < 0.6:
            asked = self.chance.sample([*SERVICES], self.chance.randint(1, 4))
            towns = self.chance.sample(self.towns, max(1, len(self.towns) // 4))
            happened.append(self._ask(towns, asked))
        for kind, chance, change in (
            ("days", 0.25, self._days_pass), ("list replaced", 0.2, self._council_is_replaced),
            ("list compared", 0.4, self._a_list_lands_again),
            ("source added or removed", 0.08, self._visitors_come_or_go), ("trust", 0.08, self._trust_changes),
            ("purge", 0.05, self._purge),
        ):  # fmt: skip
            if self.chance.random() < chance:
                happened.append(change())
                self.counts[kind] += 1
        return happened

    # --- in a town ---------------------------------------------------------------------------------------------

    def _in_town(self, town: Town) -> str:
        changes: tuple[tuple[str, Callable[[], str]], ...] = (
            ("insert", town.a_record_comes), ("insert", town.a_record_comes), ("change", town.a_record_changes),
            ("change", town.a_record_changes), ("change", town.a_record_changes),
            ("delete", lambda: self._a_record_goes(town)),
            ("correction", lambda: self._a_person_corrects(town)),
            ("correction of a text", lambda: self._a_person_corrects_a_text(town)),
            ("correction taken back", lambda: self._a_correction_is_taken_back(town)),
            ("decision", lambda: self._a_person_decides(town)), ("nothing", lambda: "nothing"),
            ("nothing", lambda: "nothing"),
        )  # fmt: skip
        kind, change = town.chance.choice(changes)
        happened = change()
        source = happened.partition(":")[0]
        of = " in a service" if source in SERVICES else " in a list" if source in LISTS else ""
        self.counts[f"{kind}{of}"] += 1
        return happened

    def _records(self, town: Town) -> list[tuple[str, str]]:
        """The records of the town that belong to an entity, and that entity."""
        return self.connection.execute(
            "select record_key, entity_id from marts.entity_records "
            "where list_contains(?, record_key) and entity_id is not null order by 1",
            [town.keys],
        ).fetchall()

    def _a_record_goes(self, town: Town) -> str:
        """A list has it no more, or a service. Now and then what landed of it is deleted, too."""
        if not (gone := town.a_record_goes()):
            return "nothing to go"
        source, name, row = gone
        if source in LISTS or town.chance.random() < 0.5:
            return f"{source}:{name} goes"
        self.services.delete(source, number_of(name), row)
        return f"{source}:{name} is deleted"

    def _a_person_corrects(self, town: Town) -> str:
        if not (records := self._records(town)):
            return "nothing to correct"
        return self._correct(
            town, town.chance.choice(("phone", "entity_name")), entity_id=town.chance.choice(records)[1]
        )

    def _a_person_corrects_a_text(self, town: Town) -> str:
        """What was read in a text, of its entity or of its record."""
        read = self.connection.execute(
            "select field_name, entity_id, source_name || ':' || source_record_id from marts.entity_claims "
            "where extraction_id is not null and field_name in ('phone', 'entity_name', 'summary') "
            "and list_contains(?, source_name || ':' || source_record_id) order by all",
            [town.keys],
        ).fetchall()
        if not read:
            return "no text to correct"
        field, entity_id, record_key = town.chance.choice(read)
        return self._correct(town, field, **town.chance.choice(({"entity_id": entity_id}, {"record_key": record_key})))

    def _correct(self, town: Town, field: str, **of: str) -> str:
        self.corrections += 1
        value = f"+44163296{self.corrections % 10000:04d}" if field == "phone" else f"Corrected {self.corrections}"
        self._append(
            "manual_overrides.csv", override_id=f"t{town.number}-{self.corrections}", field_name=field, value=value,
            reason="I called", author="a test", decided_on=self.now.date().isoformat(),
            retire_when_source_changes=town.chance.choice(("true", "false")), **of,
        )  # fmt: skip
        return f"{field} of {next(iter(of.values()))} is corrected"

    def _a_correction_is_taken_back(self, town: Town) -> str:
        return self._drop_line("manual_overrides.csv", f"t{town.number}-", town)

    def _a_person_decides(self, town: Town) -> str:
        records = [record for record, _ in self._records(town)]
        if len(records) < 2 or town.chance.random() < 0.25:
            return self._drop_line("match_overrides.csv", f",a person of {town.number:03d},", town)
        one, two = sorted(town.chance.sample(records, 2))
        decision = town.chance.choice(("must_match", "cannot_match"))
        self._drop("match_overrides.csv", lambda line: line.startswith((f"{one},{two},", f"{two},{one},")))
        self._append(
            "match_overrides.csv", left_record_key=one, right_record_key=two, decision=decision, reason="a test",
            author=f"a person of {town.number:03d}", decided_on=self.now.date().isoformat(),
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

    def _a_list_lands_again(self) -> str:
        """Only the rows that differ land, and those that left are named."""
        source = self.chance.choice([one for one in ("council", "visitors") if one in self.declared])
        if self.chance.random() < 0.3:  # rows leave that come back in the next load
            for town in self.towns:
                if (rows := town.rows[source]) and town.chance.random() < 0.5:
                    self._left_out.add(town.chance.choice([*rows]))
        self._compare(source)
        left_out = len(self._left_out)
        self._left_out.clear()
        return f"{source} lands again, without {left_out} of its rows"

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
        of_services = limits(read_terms(self.seeds / "source_terms.csv"), self.now)
        for limit in (*of_services, *limits_of_lists(self.connection, self.now)):
            delete_overdue(self.connection, limit, self.now)
        forget_overdue(self.connection, self.now)
        self.connection.execute("commit")
        self.asked = PURGED
        return "what is past its limit is purged"

    # --- in the landed tables ----------------------------------------------------------------------------------

    def _ask(self, towns: Sequence[Town], sources: Sequence[str]) -> str:
        """A run asks services about some towns. Its area is that of the first."""
        first = towns[0]
        ask = Ask(f"r{self.now:%Y%m%d%H%M}", self.now, first.name, first.latitude - 0.05, first.longitude - 0.05)
        answers = {
            source: [(number_of(name), row) for town in towns for name, row in town.rows[source].items()]
            for source in sources
        }
        answered = self.services.run(ask, answers)
        self.counts.update(answered.values())
        return f"{len(towns)} towns are asked about: " + ", ".join(f"{one} {what}" for one, what in answered.items())

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

    def _compare(self, source: str) -> None:
        at = self.now - timedelta(minutes=4)
        rows = {
            name: payload(name, row)
            for town in self.towns
            for name, row in town.rows[source].items()
            if name not in self._left_out
        }
        hashes = self._held(source, at)
        landed = [(name, text) for name, text in sorted(rows.items()) if hashes.get(name) != hash_of(text)]
        self.counts["row of a compared list that stays"] += len(rows) - len(landed)
        gone = [name for name in hashes if name not in rows]
        self.counts["row of a compared list that left"] += len(gone)
        self._insert(source, landed, at, gone)
        if self._held(source, at).keys() != rows.keys():
            raise AssertionError(f"{source} does not have the records of its file")

    def _held(self, source: str, at: datetime) -> dict[str, str | None]:
        held = held_rows(self.connection, LISTS[source], at).read_all().to_pydict()
        return dict(zip(held["source_record_id"], held["payload_hash"], strict=True))

    def _insert(
        self,
        source: str,
        landed: Sequence[tuple[str, str]],
        at: datetime | None = None,
        gone: Sequence[str] | None = None,
    ) -> None:
        """A load that is whole, or one with the rows that left."""
        at = at or self.now - timedelta(minutes=5)
        run_id = f"l{at:%Y%m%d%H%M}"
        rows = [[run_id, source, name, text, hash_of(text), at, rank] for rank, (name, text) in enumerate(landed)]
        if rows:
            self.connection.executemany("insert into raw.lists values (?, ?, ?, ?, ?, null, ?, ?, null)", rows)
        load = Load(run_id, "", [], "", (), len(landed), at, at, is_whole=gone is None)
        left = pa.table({"source_record_id": pa.array(gone or [], pa.string())})
        record_load(self.connection, LISTS[source], load, left)
        map_lists(self.connection, [LISTS[source]])


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
