"""Reads and writes `sources/*.yml`. Each fault is a sentence with file, line and key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from ingest.checks.wrong_values import keys_of, what_is_wrong
from ingest.lists.declaration.contract import MADE, ColumnValue, ListContract, SqlValue, unknown_fields
from ingest.lists.declaration.yaml_text import Keys, YamlFault, YamlText, read_yaml
from ingest.lists.expressions import ExpressionError, columns_in
from ingest.lists.fields import FIELDS
from ingest.wire import readable

KEYS = tuple(ListContract.model_fields)


class ContractError(ValueError):
    """A `sources/*.yml` that cannot be used: one sentence with file, line and key."""


def read_contracts(directory: Path, meanings: Collection[str] | None = None) -> tuple[ListContract, ...]:
    """Every declared list, in the order of the names. Raises ContractError for the first fault.

    `meanings`: what a word for a kind of place may mean; None: anything.
    """
    return tuple(read_contract(path, meanings) for path in sorted(directory.glob("*.yml")))


def read_contract(path: Path, meanings: Collection[str] | None = None) -> ListContract:
    """Raises ContractError."""
    try:
        text = read_yaml(path.read_text(encoding="utf-8-sig"))
    except YamlFault as fault:
        raise _error(path, fault.line, None, fault.sentence) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path} cannot be read: {readable(str(error))}.") from None
    if not isinstance(text.content, dict):
        raise _error(path, 1, None, "does not have the keys of a source, such as `source`, `location` and `columns`")
    try:
        contract = ListContract.model_validate(text.content)
    except ValidationError as error:
        raise _of_pydantic(path, text, error) from None
    _check(path, text, contract)
    _check_categories(path, text, contract, meanings)
    return contract


def write_contract(contract: ListContract, path: Path, notes: Sequence[str] = ()) -> None:
    """Write the contract, with the notes as comments at its head."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = yaml.safe_dump(as_written(contract), sort_keys=False, allow_unicode=True, width=120)
    path.write_text("".join(f"# {readable(note)}\n" for note in notes) + content, encoding="utf-8")


def as_written(contract: ListContract) -> dict[str, Any]:
    """The contract in its shortest form, as a person writes it."""
    whole = contract.model_dump(mode="json", exclude_defaults=True)
    content = {key: whole[key] for key in KEYS if key in whole}
    content["columns"] = {name: _short(values) for name, values in contract.columns.items()}
    if contract.id != MADE:
        content["id"] = list(contract.id)
    return content


def _short(values: Sequence[Any]) -> Any:
    written = [
        value.column
        if isinstance(value, ColumnValue) and value.split is None
        else value.model_dump(mode="json", exclude_none=True)
        for value in values
    ]
    return written[0] if len(written) == 1 else written


def _check(path: Path, text: YamlText, contract: ListContract) -> None:
    if contract.source != path.stem:
        raise _error(path, text.line(("source",)), ("source",), f"is `{contract.source}`, and the file {path.name}")
    for keys in unknown_fields(contract):
        sentence = f"is no field of a record{_nearest(str(keys[-1]), [*FIELDS])}"
        raise _error(path, text.line(keys), keys, sentence)
    for name, value in ((name, value) for name, values in contract.columns.items() for value in values):
        if isinstance(value, SqlValue):
            try:
                columns_in(value.sql)
            except ExpressionError as error:
                raise _error(path, text.line(("columns", name)), ("columns", name, "sql"), str(error)) from None


def _check_categories(path: Path, text: YamlText, contract: ListContract, meanings: Collection[str] | None) -> None:
    for word, means in contract.categories.items():
        for value in means:
            if meanings is not None and value not in meanings:
                sentence = f"means `{value}`, which is no value of the seed `taxonomy`{_nearest(value, [*meanings])}"
                raise _error(path, text.line(("categories", word)), ("categories", word), sentence)


def _of_pydantic(path: Path, text: YamlText, error: ValidationError) -> ContractError:
    faults = error.errors(include_url=False)
    first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    keys = keys_of(text.content, first["loc"])
    match first["type"]:
        case "missing":
            keys, sentence = (*keys, str(first["loc"][-1])), "is missing"
        case "extra_forbidden":
            known = KEYS if len(keys) == 1 else ()
            sentence = f"is no key that is known here{_nearest(str(keys[-1]), known)}"
        case _:
            sentence = what_is_wrong(first)
    return _error(path, text.line(keys), keys, sentence)


def _nearest(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word, known, 1)
    return f"; did you mean `{near[0]}`?" if near else ""


def _error(path: Path, line: int, keys: Keys | None, sentence: str) -> ContractError:
    key = f" `{readable('.'.join(map(str, keys)))}`" if keys else ""
    end = "" if sentence.endswith(("?", ".")) else "."
    return ContractError(f"{path.name}, line {line}:{key} {readable(sentence)}{end}")
