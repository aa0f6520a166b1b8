"""What the forms do. Each writes its decision at once, and leads to the page that shows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from orchestrate.errors import UsageError
from orchestrate.maintain.corrections import Decision, Seeds, correction, joining, splitting
from orchestrate.review.cells import read_cells
from orchestrate.review.decisions import AlreadyDecidedError, Wanted, pair_decision, signed
from orchestrate.review.journal import Entry, Kind
from orchestrate.serve.guard import read_form
from orchestrate.serve.seat import Seat, seat_of, see_other

OTHER_VALUE = "other"  # the choice of a value that no source states
KINDS: dict[str, Kind] = {"must_match": "one place", "cannot_match": "two places"}


@dataclass(frozen=True)
class Form:
    """The fields that a person sent."""

    fields: dict[str, list[str]]

    def all(self, name: str) -> list[str]:
        return self.fields.get(name, [])

    def __getitem__(self, name: str) -> str:
        return next(iter(self.all(name)), "").strip()

    @property
    def reason(self) -> str:
        """The words of the person, or the reason of the button."""
        return self["reason"] or self["preset"]


Act = Callable[[Seat, Form], Response]


def posted(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a form. A decision of another person is shown beside the own one."""

    async def endpoint(request: Request) -> Response:
        form = Form(await read_form(request))
        return await run_in_threadpool(_answer, request, form, act)

    return endpoint


def _answer(request: Request, form: Form, act: Act) -> Response:
    seat = seat_of(request)
    try:
        return act(seat, form)
    except AlreadyDecidedError as error:
        kept = [(name, value) for name, values in form.fields.items() if name != "replaces" for value in values]
        kept = [(name, value) for name, value in kept if not (name == "reason" and form["preset"])]
        return seat.page(
            request, "decided_already.html", 409, error=error, kept=kept, own_reason=form.reason, back=_back(request)
        )


def _back(request: Request) -> str:
    """The page of the form. The guard has checked that it is ours."""
    return request.headers.get("referer") or "/review"


def decide_pair(seat: Seat, form: Form) -> Response:
    pair = seat.queue.pair(form["left"], form["right"])
    answer = form["answer"]
    decide = pair_decision(*pair.keys, answer, signed(form["author"], form.reason))
    entry = seat.desk.record(Wanted(KINDS[answer], pair.about, decide, form["replaces"]))
    left, right = pair.keys
    return see_other("/review/pair", form["author"], left=left, right=right, entry=entry.id)


def decide_cell(seat: Seat, form: Form) -> Response:
    entity, field = form["entity"], form["field"]
    cell = next((cell for cell in read_cells(seat.catalogue.published) if cell.key == (entity, field)), None)
    if cell is None:
        raise UsageError("This cell is not contested any more.")
    by_mark = {candidate.mark: candidate.value for candidate in cell.candidates}
    value = form["value"] if form["answer"] == OTHER_VALUE else by_mark.get(form["answer"], "")
    entry = _correct(seat, form, entity, field, value)
    return see_other("/review/cell", form["author"], entity=entity, field=field, entry=entry.id)


def correct(seat: Seat, form: Form) -> Response:
    """A value on the page of an entity."""
    _correct(seat, form, form["entity"], form["field"], form["value"])
    return see_other(f"/entity/{form['entity']}", form["author"])


def _correct(seat: Seat, form: Form, entity: str, field: str, value: str) -> Entry:
    if not value:
        raise UsageError("Choose a value, or write one.")
    by = signed(form["author"], form.reason)
    until = form["until_source_changes"] == "1"

    def decide(seeds: Seeds) -> Decision:
        return correction(seat.catalogue.published, seeds, entity, field, value, by, until)

    return seat.desk.record(Wanted("correct", f"{field} is {value}", decide, form["replaces"]))


def split(seat: Seat, form: Form) -> Response:
    """The chosen records are another place."""
    records = form.all("record")
    if not records:
        raise UsageError("Choose the records that are another place.")
    by = signed(form["author"], form.reason)
    about = f"{form['name']}: {', '.join(records)}"

    def decide(seeds: Seeds) -> Decision:
        return splitting(seat.catalogue.published, seeds, form["entity"], records, by)

    seat.desk.record(Wanted("split", about, decide, form["replaces"]))
    return see_other(f"/entity/{form['entity']}", form["author"])


def join(seat: Seat, form: Form) -> Response:
    """The chosen entity is the same place."""
    if not form["other"]:
        raise UsageError("Choose the entity that is the same place.")
    by = signed(form["author"], form.reason)
    about = f"{form['entity']} / {form['other']}"

    def decide(seeds: Seeds) -> Decision:
        return joining(seat.catalogue.published, seeds, form["entity"], form["other"], by)

    seat.desk.record(Wanted("join", about, decide, form["replaces"]))
    return see_other(f"/entity/{form['entity']}", form["author"])


def undo(seat: Seat, form: Form) -> Response:
    seat.desk.undo(form["entry"], form["author"])
    back = form["back"] if form["back"].startswith("/review/") else "/decisions"
    path, _, query = back.partition("?")
    return see_other(path, form["author"], **dict(parse_qsl(query)))


def build(seat: Seat, form: Form) -> Response:
    seat.builder.start()
    return see_other("/decisions")
