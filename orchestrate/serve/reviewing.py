"""The pages of review. A page of a pair or cell shows the model's opinion only after a person has decided about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from orchestrate.errors import UsageError
from orchestrate.review.cells import ReviewCell, read_cells
from orchestrate.review.decisions import ONE, TWO, about_pair
from orchestrate.review.journal import Entry
from orchestrate.review.pairs import SHOWN, ReviewPair
from orchestrate.review.reasons import JOIN_REASONS, SPLIT_REASONS, VALUE_REASONS
from orchestrate.seeds.files import SeedFile, read_seed_file
from orchestrate.serve.seat import Seat, seat_of, see_other

Thing = TypeVar("Thing", bound=ReviewPair | ReviewCell)
Key = tuple[str, str]


def review_page(request: Request) -> Response:
    """How much there is to review, and what was decided last."""
    seat = seat_of(request)
    pairs, cells = seat.queue.pairs(), read_cells(seat.catalogue.published)
    decided_pairs, decided_cells = _decided_pairs(seat), _decided_cells(seat)
    return seat.page(
        request,
        "review.html",
        pairs=len(pairs),
        pairs_open=sum(_key(pair) not in decided_pairs for pair in pairs),
        cells=len(cells),
        cells_open=sum(_key(cell) not in decided_cells for cell in cells),
        latest=seat.desk.journal.standing()[:5],
        build=seat.builder.state(),
    )


def pairs_page(request: Request) -> Response:
    """To the next open pair."""
    seat = seat_of(request)
    following = next_open(seat.queue.pairs(), _decided_pairs(seat), _sorted(_after(request, "left", "right")))
    if following is None:
        return see_other("/review", done="pairs")
    left, right = following.keys
    return see_other("/review/pair", left=left, right=right)


def pair_page(request: Request) -> Response:
    seat = seat_of(request)
    pair = seat.queue.pair(*(request.query_params.get(side, "") for side in ("left", "right")))
    rows = about_pair({"match_overrides": _seed(seat, "match_overrides")}, *pair.keys)
    pairs, decided = seat.queue.pairs(), _decided_pairs(seat)
    left, right = pair.keys
    return seat.page(
        request,
        "review_pair.html",
        pair=pair,
        rows=[row.cells for row in rows],
        entry=_entry(seat, request),
        fields=SHOWN,
        one=ONE,
        two=TWO,
        join_reasons=JOIN_REASONS,
        split_reasons=SPLIT_REASONS,
        open_left=sum(_key(other) not in decided for other in pairs),
        after={"left": left, "right": right},
    )


def cells_page(request: Request) -> Response:
    """To the next open cell."""
    seat = seat_of(request)
    cells = read_cells(seat.catalogue.published)
    following = next_open(cells, _decided_cells(seat), _after(request, "entity", "field"))
    if following is None:
        return see_other("/review", done="cells")
    return see_other("/review/cell", entity=following.entity_id, field=following.field_name)


def cell_page(request: Request) -> Response:
    seat = seat_of(request)
    wanted = _after(request, "entity", "field")
    cells = read_cells(seat.catalogue.published)
    cell = next((cell for cell in cells if cell.key == wanted), None)
    if cell is None:
        raise UsageError("This cell is not contested (any more).")
    decided = _decided_cells(seat)
    return seat.page(
        request,
        "review_cell.html",
        cell=cell,
        row=decided.get(cell.key),
        entry=_entry(seat, request),
        reasons=VALUE_REASONS,
        open_left=sum(_key(other) not in decided for other in cells),
        after={"entity": cell.entity_id, "field": cell.field_name},
    )


def decisions_page(request: Request) -> Response:
    """Every decision that stands, and the rows of the seeds that no journal knows."""
    seat = seat_of(request)
    standing = seat.desk.journal.standing()
    known = [row for entry in standing for row in entry.change.added]
    others = [
        row.cells
        for name in ("match_overrides", "manual_overrides")
        for row in _seed(seat, name).rows
        if row.cells not in known
    ]
    state, seeds = seat.builder.state(), seat.desk.seeds_dir
    return seat.page(request, "decisions.html", entries=standing, others=others, build=state, seeds=seeds)


# --- queues ---------------------------------------------------------------------------------------------------


def next_open(things: Sequence[Thing], decided: Mapping[Key, object], after: Key | None) -> Thing | None:
    """The first open thing after the one with the key `after`, and round to the beginning. None if none is open."""
    start = next((place for place, thing in enumerate(things, 1) if _key(thing) == after), 0)
    return next((thing for thing in chain(things[start:], things[:start]) if _key(thing) not in decided), None)


def _key(thing: ReviewPair | ReviewCell) -> Key:
    if isinstance(thing, ReviewCell):
        return thing.key
    return _sorted(thing.keys)


def _sorted(key: Key | None) -> Key:
    """The keys of a pair, whichever comes first."""
    left, right = sorted(key or ("", ""))
    return left, right


def _after(request: Request, one: str, other: str) -> Key | None:
    named = request.query_params.get(one, ""), request.query_params.get(other, "")
    return named if all(named) else None


def _seed(seat: Seat, name: str) -> SeedFile:
    return read_seed_file(seat.desk.seeds_dir / f"{name}.csv")


def _decided_pairs(seat: Seat) -> dict[Key, Mapping[str, str]]:
    rows = [row.cells for row in _seed(seat, "match_overrides").rows]
    keys = (sorted((row["left_record_key"], row["right_record_key"])) for row in rows)
    return {(left, right): row for (left, right), row in zip(keys, rows, strict=True)}


def _decided_cells(seat: Seat) -> dict[Key, Mapping[str, str]]:
    rows = [row.cells for row in _seed(seat, "manual_overrides").rows]
    return {(row["entity_id"], row["field_name"]): row for row in rows}


def _entry(seat: Seat, request: Request) -> Entry | None:
    """The decision that this browser has just made, to undo it."""
    wanted = request.query_params.get("entry")
    return next((entry for entry in seat.desk.journal.standing() if entry.id == wanted), None) if wanted else None
