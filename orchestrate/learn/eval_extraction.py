"""Measures extraction against a gold set: `trigpoint eval extraction`."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import duckdb
from pydantic import BaseModel, ConfigDict, ValidationError

from extract.engine import Extractor, QueryContext
from extract.folding import fold
from extract.llm.client import LlmSettings
from extract.payloads.kinds import Readers, load_readers
from extract.schema import FIELDS, Aboutness
from extract.text.amounts.quantities import find_quantities
from extract.text.lexicon import load_lexicon
from extract.text_paths import TextPaths
from extract.web.urls import host_of, plain_url
from ingest.checks.wrong_values import what_is_wrong
from ingest.landing.payloads import compact_json
from orchestrate.clock import utc_now
from orchestrate.contracts.learning.evaluation import ExtractionEvaluation, FieldTally, Mistake
from orchestrate.errors import UsageError
from orchestrate.learn.gold import pages
from orchestrate.learn.gold.pages import PAGE_FIELDS, PageField
from orchestrate.plan.areas.candidates import Atlas
from orchestrate.plan.areas.gazetteer import with_names_of_city
from orchestrate.plan.areas.known import load_areas
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.sql_macros import rendered_sql
from orchestrate.store.warehouse import create_raw_table, create_tables

RUN_ID = "evaluation"
# The texts of a gold set land like the texts of a source.
GOLD = TextPaths.of(
    {
        "source_name": "gold",
        "title": "/title",
        "snippet": "/snippet",
        "labels": "",
        "url": "/link",
        "structured_keys": "",
    }
)
SCORED = tuple(name for name in FIELDS if name != "summary")  # a summary has no single right wording


class GoldLine(BaseModel):
    """One line of a gold set: the query, what is read, and the values that it states. Other fields are absent."""

    model_config = ConfigDict(extra="forbid")
    id: str
    query: str
    name: str | None = None
    locality: str | None = None
    city: str | None = None  # of the query; null: the city of a query without an area
    country: str | None = None
    aboutness: Aboutness
    note: str | None = None

    def context(self, default_city: str, countries: Mapping[str, str | None]) -> QueryContext:
        city = self.city or default_city
        return QueryContext(self.query, self.name, self.locality, city, (), self.country or countries.get(city))


class GoldText(GoldLine):
    """A search result."""

    title: str
    snippet: str
    link: str
    fields: dict[Literal[SCORED], Any]  # type: ignore[valid-type]

    def row(self) -> tuple[str, str]:
        """The source that it lands as, and its payload."""
        return GOLD.source, compact_json({"title": self.title, "snippet": self.snippet, "link": self.link})


class GoldPage(GoldLine):
    """A web page."""

    language: str
    url: str
    html: str
    fields: dict[PageField, Any]

    def row(self) -> tuple[str, str]:
        return pages.SOURCE, self._landed[0]

    @cached_property
    def _landed(self) -> tuple[str, str | None]:
        return pages.landed(self.url, self.html)

    def with_data(self, values: dict[str, list[str]], readers: Readers) -> dict[str, list[str]]:
        return pages.with_data(values, self._landed[1], self.country, readers)


@dataclass
class Tally:
    """The counts of one field: right values, other values, missing values, and values that the text does not state."""

    correct: int = 0
    wrong: int = 0
    omitted: int = 0
    invented: int = 0
    absent: int = 0  # texts that do not state it, with no value found

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Evaluation:
    texts: int
    tallies: Mapping[str, Tally]
    aboutness_right: int
    failed: int
    cost_usd: float
    model: str | None
    mistakes: tuple[Mistake, ...] = ()

    def printed(self) -> ExtractionEvaluation:
        """The printed evaluation, with precision and recall over all fields."""
        total = sum(self.tallies.values(), Tally())
        offered, stated = total.correct + total.wrong + total.invented, total.correct + total.wrong + total.omitted
        return ExtractionEvaluation(
            texts=self.texts,
            texts_failed=self.failed,
            model=self.model,
            cost_usd=self.cost_usd,
            aboutness_right=self.aboutness_right,
            precision=round(total.correct / offered, 4) if offered else None,
            recall=round(total.correct / stated, 4) if stated else None,
            fields={name: FieldTally.model_validate(tally) for name, tally in self.tallies.items()},
            mistakes=self.mistakes,
        )


async def evaluate_extraction(gold: Path, llm: LlmSettings | None, max_cost_usd: float | None) -> ExtractionEvaluation:
    """Read every text or page of `gold` as a run would, and compare each field.

    The file has one JSON object (GoldText or GoldPage) on each line. Values are compared in their stored form, page
    addresses without their scheme, and lists by their items. Raises UsageError for a line that is no such object.
    """
    texts = read_gold(gold)
    with duckdb.connect() as connection:
        create_tables(connection)
        failed, cost = await _read(connection, texts, llm, max_cost_usd)
        found = found_values(connection)
    tallies: dict[str, Tally] = {}
    mistakes: list[Mistake] = []
    aboutness_right = 0
    readers = load_readers(SEEDS_DIR) if any(isinstance(text, GoldPage) for text in texts) else None
    for text in texts:
        aboutness, values = found[text.id]
        aboutness_right += aboutness == text.aboutness
        if isinstance(text, GoldPage) and readers and aboutness in ("same", "other_branch"):
            values = text.with_data(values, readers)
        for name in PAGE_FIELDS if isinstance(text, GoldPage) else SCORED:
            stated = text.fields.get(name)
            tally = compare(name, stated, values.get(name, []))
            tallies[name] = tallies.get(name, Tally()) + tally
            if tally.wrong or tally.omitted or tally.invented:
                mistakes.append(Mistake(id=text.id, field=name, gold=stated, found=tuple(values.get(name, []))))
    model = llm.model if llm else None
    return Evaluation(len(texts), tallies, aboutness_right, failed, cost, model, tuple(mistakes)).printed()


def read_gold(path: Path) -> list[GoldText | GoldPage]:
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    texts: list[GoldText | GoldPage] = []
    for number, line in enumerate(lines, start=1):
        try:
            texts.append((GoldPage if '"html":' in line else GoldText).model_validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            raise UsageError(f"{path}, line {number}: {where} {what_is_wrong(first)}.") from None
    if len({text.id for text in texts}) < len(texts):
        raise UsageError(f"{path}: two lines have the same id.")
    return texts


async def _read(
    connection: duckdb.DuckDBPyConnection,
    texts: list[GoldText | GoldPage],
    llm: LlmSettings | None,
    max_cost_usd: float | None,
) -> tuple[int, float]:
    """Read the texts, grouped by query context. Returns the number that failed, and the cost."""
    lexicon, now = load_lexicon(SEEDS_DIR), utc_now()
    lexicon = replace(lexicon, texts={GOLD.source: GOLD, pages.SOURCE: lexicon.texts[pages.SOURCE]})
    for source in lexicon.texts:
        create_raw_table(connection, source)
    for rank, text in enumerate(texts):
        source, payload = text.row()
        connection.execute(
            f"insert into raw.{source} values (?, ?, ?, '', '', ?, ?, null)",  # noqa: S608 (a name of ours)
            [RUN_ID, text.id, payload, now, rank],
        )
    asked: dict[QueryContext, list[str]] = defaultdict(list)
    countries = countries_of({text.city for text in texts if text.city})
    for text in texts:
        context = text.context(lexicon.default_city, countries)
        asked[with_names_of_city(context, lexicon)].append(text.id)
    failed, cost = 0, 0.0
    for context, ids in asked.items():
        left = None if max_cost_usd is None else max_cost_usd - cost
        report = await Extractor(lexicon, llm, left).extract_run(
            connection, run_id=RUN_ID, query=context, sources=[*lexicon.texts], now=now, record_ids=ids
        )
        failed, cost = failed + report.failed, cost + report.cost_usd
    return failed, cost


def countries_of(cities: Collection[str]) -> dict[str, str | None]:
    """The country of each city, as the plan of a query for it has."""
    phrases = {city: tuple(fold(city)) for city in cities}
    meant = Atlas(load_areas(SEEDS_DIR)).find(set(phrases.values()))
    return {city: meant[phrase][0].country for city, phrase in phrases.items() if phrase in meant}


def found_values(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str | None, dict[str, list[str]]]]:
    """The aboutness of each record, and the values of each field, the best value first.

    As in a run, a page that is not about one place gives no values.
    """
    rows = connection.execute(
        rendered_sql("""
        select e.source_record_id, e.aboutness, c.field_name, c.value
        from extract.extractions as e
        left join extract.claims as c
            on e.extraction_id = c.extraction_id and c.verification != 'rejected' and c.entity_index = 0
            and e.aboutness in ('same', 'other_branch')
        order by
            e.source_record_id, c.field_name, {{ verification_rank('c.verification') }} desc, c.confidence desc,
            {{ extractor_rank('c.extractor') }} desc, c.char_start, c.value
        """)
    ).fetchall()
    found: dict[str, tuple[str | None, dict[str, list[str]]]] = {}
    for record, aboutness, name, value in rows:
        _, values = found.setdefault(record, (aboutness, {}))
        if name:
            values.setdefault(name, []).append(value)
    return found


# --- comparing --------------------------------------------------------------------------------------------


def compare(name: str, gold: Any, found: list[str]) -> Tally:
    """The tally of one field of one text. The best value in `found` comes first."""
    if name == "discovered_attributes":
        return _compare_many(
            _attributes(gold or {}), [pair for value in found for pair in _attributes(json.loads(value))]
        )
    if name.startswith("canonical_"):
        return _compare_many(gold or [], list(dict.fromkeys(found)))
    if not found:
        return Tally(absent=1) if gold is None else Tally(omitted=1)
    if gold is None:
        return Tally(invented=1)
    return Tally(correct=1) if SAME.get(name, _is_text)(gold, found[0]) else Tally(wrong=1)


def _compare_many(gold: Iterable[Any], found: Iterable[Any]) -> Tally:
    stated, read = Counter(gold).keys(), Counter(found).keys()
    if not stated and not read:
        return Tally(absent=1)
    return Tally(correct=len(stated & read), omitted=len(stated - read), invented=len(read - stated))


def _attributes(named: Mapping[str, Any]) -> list[str]:
    """The quantities without the invented attribute name, such as "squash 6" or "25 m"."""
    pairs = []
    for name, value in named.items():
        quantities = [hit.value for hit in find_quantities(str(value))]
        pairs.append(" ".join(quantities) if quantities else f"{name} {value}".casefold())
    return pairs


def _is_text(gold: Any, found: str) -> bool:
    return fold(str(gold)) == fold(found)


def _is_name(gold: str, found: str) -> bool:
    """Equal with or without the branch or the town."""
    words, others = set(fold(gold)), set(fold(found))
    return bool(words and others) and (words <= others or others <= words)


def _is_code(gold: str, found: str) -> bool:
    """Equal with or without the space: `414 51`."""
    return "".join(gold.split()).casefold() == "".join(found.split()).casefold()


def _is_page(gold: str, found: str) -> bool:
    return plain_url(gold) == plain_url(found)


def _is_site(gold: str, found: str) -> bool:
    return host_of(gold) == host_of(found)


def _is_week(gold: dict[str, Any], found: str) -> bool:
    """Equal weeks. A closed day may be left out, and 23:59 equals 24:00."""

    def plain(week: dict[str, Any]) -> dict[str, Any]:
        ends = {"23:59": "24:00", "00:00": "24:00"}
        return {day: [[a, ends.get(b, b)] for a, b in spans] for day, spans in week.items() if spans}

    return plain(gold) == plain(json.loads(found))


def _is_yes_or_no(gold: bool, found: str) -> bool:
    return str(gold).lower() == found


SAME: dict[str, Callable[[Any, str], bool]] = {
    "entity_name": _is_name,
    "postcode": _is_code,
    "website_url": _is_site,
    **dict.fromkeys(("instagram_url", "facebook_url", "twitter_url", "linkedin_url"), _is_page),
    "opening_hours": _is_week,
    **dict.fromkeys(("wifi", "parking_available", "disabled_access"), _is_yes_or_no),
}
