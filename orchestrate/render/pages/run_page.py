"""The page of a run: the answer on a map and in a table, each cell with its evidence, and what the run did and cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from orchestrate.contracts.run import Stage
from orchestrate.export.attribution import REASONS
from orchestrate.page.model import Area, Place, RunPage
from orchestrate.render.pages.map_drawing import Box, MapDrawing, MapPoint, draw_map
from orchestrate.render.pages.page import page, script_policy, template_text
from orchestrate.render.pages.shown import Sharing, ShownCell, ShownEntity, shown_entity
from orchestrate.wording import cut

BRIEF_FROM = 60  # places: a page of more leaves out the evidence of claims that repeat the winner
MOST_BYTES = 1_900_000  # of a page, in which
BYTES_OF_ROW = 1_750  # go to the lines of each place in the table, on the map and among the contested cells
SMALL = (400, 420)  # the map on a phone
OPENED = 3  # a page of so few places shows their cells at once
SHOWN_CHANGES = 200
CLOSED = ("closed_permanently", "closed_temporarily")
LEADS = {
    "completed": "Completed",
    "partial": "Partial: a source failed, or the budget did not suffice",
    "failed": "Failed",
    "interrupted": "Interrupted",
    "running": "Not ended",
}


@dataclass(frozen=True)
class Row:
    """A place in the table and on the map."""

    number: int
    place: Place
    entity: ShownEntity

    @property
    def status(self) -> str:
        return self.entity.value("operating_status") or "unknown"

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED

    @property
    def change(self) -> int:
        """The change of the completeness since the query was asked last, in points of a hundred."""
        return round(100 * (self.place.found.completeness_change or 0))

    @property
    def activities(self) -> str:
        """What people do there, where the kind does not say it."""
        return cut(
            ", ".join(name for name in self.entity.values("canonical_activities") if name != self.entity.kind), 80
        )


def run_page(contents: RunPage) -> str:
    """One self-contained page. Its only script is ours; the page's policy names the script by its hash."""
    script = template_text("run.js")
    sharing = Sharing(contents.withheld, contents.licence == "open")
    is_brief = len(contents.places) > BRIEF_FROM
    rows = [
        Row(number, place, shown_entity(place.explanation, sharing, is_brief=is_brief))
        for number, place in enumerate(contents.places, 1)
    ]
    evidence = dict(_evidence(rows))
    return page(
        "run.html",
        contents=contents,
        run=contents.run,
        lead=LEADS.get(contents.run.status, contents.run.status),
        rows=rows,
        evidence=evidence,
        opened=OPENED,
        map=_map(contents, rows, _size_of(len(rows))),
        small_map=_map(contents, rows, SMALL),
        kinds=sorted({row.entity.kind for row in rows}),
        contested=_contested(rows),
        funnel=[_Step.of(stage) for stage in contents.run.stages],
        most_rows=max((stage.rows_in for stage in contents.run.stages), default=1) or 1,
        changes=contents.since.changes[:SHOWN_CHANGES] if contents.since else (),
        withheld_cells=sum(cells.cells for cells in contents.left_out),
        reasons=REASONS,
        script=Markup(script),  # noqa: S704 (a file of ours, without data)
        script_hash=script_policy(script),
    )


def _evidence(rows: Sequence[Row]) -> Iterator[tuple[str, Markup]]:
    """The markup of the cells by entity, until the page is full. The others have their line in the table."""
    room = MOST_BYTES - BYTES_OF_ROW * len(rows)
    for row in rows:
        markup = page("entity.html", entity=row.entity)
        room -= len(markup.encode())
        if room < 0:
            return
        yield row.entity.entity_id, Markup(markup)  # noqa: S704 (rendered with every value escaped)


def _map(contents: RunPage, rows: Iterable[Row], size: tuple[int, int]) -> MapDrawing | None:
    points = [
        MapPoint(row.entity.entity_id, row.entity.name, row.entity.kind, *row.entity.point, row.is_closed, row.number)
        for row in rows
        if row.entity.point
    ]
    if not points:
        return None
    return draw_map(points, _box(contents.run.area), _name(contents.run.area), contents.names_around, size)


def _size_of(places: int) -> tuple[int, int]:
    """A map of many places is higher, so that there is room for their names."""
    return (1080, 560) if places <= 12 else (1080, 760)


def _box(area: Area | None) -> Box | None:
    return Box(area.south, area.west, area.north, area.east) if area else None


def _name(area: Area | None) -> str:
    return area.name if area else ""


def _contested(rows: Sequence[Row]) -> list[tuple[Row, ShownCell]]:
    """The contested cells, the narrowest margin first."""
    cells = [(row, shown) for row in rows for shown in row.entity.contested]
    return sorted(cells, key=lambda cell: _width(cell[1]))


def _width(shown: ShownCell) -> float:
    close = shown.cell.contested_by
    return abs(close.margin) if close else 0


@dataclass(frozen=True)
class _Step:
    """A stage of the funnel: what came in is what went out and what was lost."""

    stage: Stage
    losses: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, stage: Stage) -> _Step:
        return cls(stage, tuple((name, count) for name, count in stage.losses.items() if count))

    @property
    def lost(self) -> int:
        return sum(count for _, count in self.losses)

    @property
    def adds_up(self) -> bool:
        return self.stage.rows_in == self.stage.rows_out + self.lost
