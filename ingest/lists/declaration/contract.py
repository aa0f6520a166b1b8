"""What `sources/<name>.yml` says about a list: where it is, how it is read, and what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from ingest.checks.wrong_values import in_form
from ingest.connectors import CONNECTORS
from ingest.lists.fields import FIELDS, PARTS

BUILT_IN = frozenset({*CONNECTORS, "manual_override", "unknown_source", "lists", "records"})
NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
MADE = "made"
REST_API = "rest_api"
Format = Literal["csv", "parquet", "geojson", "ndjson", "xlsx", "osm_pbf", "duckdb", "sqlite", "rest_api"]
Trust = Annotated[int, Field(ge=0, le=100)]
Degrees = Annotated[float, Field(ge=-180, le=180)]
Country = Annotated[
    str,
    AfterValidator(in_form("[A-Z]{2}", "two capital letters, such as GB")),
    Field(json_schema_extra={"pattern": "^[A-Z]{2}$"}, description="ISO 3166-1 alpha-2, such as GB"),
]
Crs = Annotated[
    str,
    AfterValidator(in_form("EPSG:[0-9]{4,6}", "EPSG: and a number, such as EPSG:27700")),
    Field(json_schema_extra={"pattern": "^EPSG:[0-9]{4,6}$"}),
]


class Part(BaseModel):
    """A part of a contract. It has only the declared keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class ColumnValue(Part):
    """The text of a column. A name with `/` is also a way into an object: `tags/name`."""

    column: str = Field(min_length=1)
    split: str | None = Field(None, min_length=1, description="what separates several values in one cell")


class ConstantValue(Part):
    """The same text for every row."""

    value: str = Field(min_length=1)


class SqlValue(Part):
    """A DuckDB expression over the columns of the row. It reads no file and no table."""

    sql: str = Field(min_length=1)


def _as_object(value: Any) -> Any:
    return {"column": str(value)} if isinstance(value, str | int | float) and not isinstance(value, bool) else value


def _kind(value: Any) -> str:
    keys = value if isinstance(value, Mapping) else vars(value) if isinstance(value, Part) else ()
    return next((key for key in ("sql", "value") if key in keys), "column")


Value = Annotated[
    Annotated[ColumnValue, Tag("column")] | Annotated[ConstantValue, Tag("value")] | Annotated[SqlValue, Tag("sql")],
    Discriminator(_kind),
    BeforeValidator(_as_object, json_schema_input_type=str | ColumnValue | ConstantValue | SqlValue),
]


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


# The values of a field, in order of preference: the first that is filled counts.
Values = Annotated[
    tuple[Value, ...],
    Field(min_length=1),
    BeforeValidator(
        _as_list,
        json_schema_input_type=str | ColumnValue | ConstantValue | SqlValue | list[str | ColumnValue | SqlValue],
    ),
]


# One word or several.
Words = Annotated[
    tuple[str, ...], Field(min_length=1), BeforeValidator(_as_list, json_schema_input_type=str | list[str])
]


class ReadOptions(Part):
    """How the bytes are read. What is not given is found in the file."""

    encoding: str | None = None
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    quote: str | None = Field(None, min_length=1, max_length=1)
    decimal: Literal[".", ","] | None = None
    header_row: int | None = Field(None, ge=0, description="the row with the names of the columns, from 1; 0: none")
    sheet: str | None = None
    crs: Crs | None = Field(None, description="the system of the coordinates")


class RestOptions(BaseModel):
    """dlt's `rest_api` configuration: https://dlthub.com/docs/dlt-ecosystem/verified-sources/rest_api/basic."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client: dict[str, Any] = {}
    resource_defaults: dict[str, Any] = {}
    resources: list[str | dict[str, Any]] = Field(min_length=1)


def _options_kind(value: Any) -> str:
    keys = value if isinstance(value, Mapping) else ()
    return "rest" if isinstance(value, RestOptions) or "resources" in keys or "client" in keys else "file"


class Licence(Part):
    """Under which terms the list comes."""

    name: str = Field(min_length=1)
    republish: bool = Field(False, description="whether its values may be passed on")
    share_alike: bool = Field(False, description="whether what is made of it must have the same licence")
    attribution: str | None = None


class Coverage(Part):
    """Where the list has places. Without it, everywhere."""

    countries: tuple[Country, ...] = ()
    boxes: tuple[tuple[Degrees, Degrees, Degrees, Degrees], ...] = Field((), description="south, west, north, east")


class ListContract(Part):
    """A list, as `sources/<source>.yml` declares it."""

    source: str = Field(description="the name of the file without .yml")
    title: str | None = None
    location: str = Field(min_length=1, description="a path from the yml's directory, or an https address")
    format: Format
    options: Annotated[
        Annotated[ReadOptions, Tag("file")] | Annotated[RestOptions, Tag("rest")], Discriminator(_options_kind)
    ] = ReadOptions()
    id: tuple[str, ...] | Literal["made"] = Field(
        description="the columns whose values make the id, or `made`: a hash of the mapped name, address and point"
    )
    columns: dict[str, Values] = Field(
        min_length=1,
        description="field of a record: where its value comes from",
        json_schema_extra={"propertyNames": {"enum": [*FIELDS]}},
    )
    categories: dict[str, Words] = Field(
        {}, description="word of the list for a kind of place: the values of the seed `taxonomy` that it means"
    )
    as_is: tuple[str, ...] = Field((), description="fields whose texts are taken as they are, by no reader")
    trust: dict[str, Trust] = Field({"*": 50}, description="0 to 100, for a field or for all (`*`)")
    licence: Licence
    retention_days: int | None = Field(None, ge=1)
    repeats_places: Literal["never", "rarely", "often", "measured"] = "measured"
    rows: Literal["replace", "append"] = "replace"
    fresh_hours: float = Field(24, ge=0)
    coverage: Coverage | None = None

    @field_validator("source")
    @classmethod
    def _is_free_name(cls, name: str) -> str:
        if not NAME.fullmatch(name):
            raise ValueError("a name has small letters, digits and `_`, begins with a letter, and has at most 50")
        if name in BUILT_IN:
            raise ValueError(f"`{name}` is a source that Trigpoint has already")
        return name

    @field_validator("id", mode="before")
    @classmethod
    def _is_id(cls, value: Any) -> Any:
        if value != MADE and not (isinstance(value, list | tuple) and value):
            raise ValueError("an id is a list of columns, such as [club_id], or the word `made`")
        return value if value == MADE else tuple(str(column) for column in value)

    @field_validator("trust")
    @classmethod
    def _has_default(cls, trust: dict[str, int]) -> dict[str, int]:
        return trust if "*" in trust else {"*": 50, **trust}

    @model_validator(mode="after")
    def _fits_its_format(self) -> ListContract:
        if (self.format == REST_API) != isinstance(self.options, RestOptions):
            raise ValueError("the options `client` and `resources` belong to the format rest_api, and to no other")
        return self

    @property
    def reading(self) -> ReadOptions:
        """The options of a file."""
        return self.options if isinstance(self.options, ReadOptions) else ReadOptions()


def unknown_fields(contract: ListContract) -> list[tuple[str | int, ...]]:
    """The keys of `columns` and `trust` that are no field of a record."""
    unknown: list[tuple[str | int, ...]] = [("columns", name) for name in contract.columns if name not in FIELDS]
    trusted = {"*", *FIELDS} - PARTS.keys()
    unknown += [("as_is", number) for number, name in enumerate(contract.as_is) if name not in contract.columns]
    return unknown + [("trust", name) for name in contract.trust if name not in trusted]
