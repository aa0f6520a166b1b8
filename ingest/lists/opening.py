"""Opens a declared list by its contract."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from ingest.lists import readers
from ingest.lists.declaration.contract import REST_API, ListContract
from ingest.lists.readers import ListFile, OpenList
from ingest.lists.readers.locations import files_at, is_address
from ingest.lists.readers.opening import USUAL, open_list


def is_remote(contract: ListContract) -> bool:
    return contract.format == REST_API or is_address(contract.location)


def files_of(contract: ListContract, base: Path) -> tuple[ListFile, ...]:
    """The local files of a list. Raises SourceError if there is none."""
    with files_at(contract.location, base, USUAL) as files:
        return files


def open_contract(contract: ListContract, base: Path) -> AbstractContextManager[OpenList]:
    """The list of a contract. Raises SourceError when it is entered."""
    if contract.format == REST_API:
        from ingest.lists.rest import open_rest

        return open_rest(contract, base)
    given = contract.reading
    options = readers.ReadOptions(
        encoding=given.encoding,
        delimiter=given.delimiter,
        quote=given.quote,
        header_row=given.header_row,
        sheet=given.sheet,
    )
    return open_list(contract.location, base, contract.format, options)
