"""The value of an expression of DuckDB's SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from orchestrate.maintain.lineage.values import (
    KEYS,
    NOTHING,
    Value,
    changed,
    joined,
    literal,
    member,
    narrowed,
)

Columns = Mapping[str, Value]

# The result is the argument, one of the arguments, or one element of it: a path into it is a path into the argument.
_TRANSPARENT = (
    *(exp.Paren, exp.Alias, exp.Cast, exp.TryCast, exp.Coalesce, exp.Max, exp.Min, exp.AnyValue, exp.First),
    *(exp.FirstValue, exp.Lag, exp.Lead, exp.IgnoreNulls, exp.ArrayAgg, exp.ArraySort, exp.ArrayDistinct),
    *(exp.Distinct, exp.Explode, exp.Array, exp.ArrayConcat, exp.Flatten, exp.Unnest, exp.Subquery, exp.Trim),
)
_FIRST_ONLY = (exp.ArgMax, exp.ArgMin, exp.Nullif, exp.ArrayFilter, exp.Slice, exp.Ordered, exp.WithinGroup)
_NAMES = re.compile(r'"([^"]+)"|([^.\[\]$"]+)')


@dataclass(frozen=True)
class Scope:
    """The names that an expression may use: tables of the select, parameters of lambdas, and the query outside."""

    tables: Mapping[str, Columns]
    outer: Scope | None = None
    parameters: Columns = field(default_factory=dict)
    before: Columns = field(default_factory=dict)  # columns of the same select

    def with_parameters(self, parameters: Columns) -> Scope:
        return replace(self, parameters={**self.parameters, **parameters})

    def column(self, name: str, table: str | None) -> Value | None:
        if table:
            found = self.tables.get(table, {}).get(name)
            if found is None and (whole := self.column(table, None)) is not None:
                return member(whole, name)  # `read.phone`: a struct, not a table
        else:
            found = self._unqualified(name)
        return found if found is not None or not self.outer else self.outer.column(name, table)

    def _unqualified(self, name: str) -> Value | None:
        if name in self.parameters:
            return self.parameters[name]
        for columns in self.tables.values():
            if name in columns:
                return columns[name]
        if name in self.before:
            return self.before[name]
        return Value(members=dict(self.tables[name])) if name in self.tables else None  # the whole row

    def tables_with(self, key: str, table: str | None) -> list[str]:
        return [table] if table else [name for name, columns in self.tables.items() if key in columns]


class Reader:
    """Reads expressions. `query` gives the columns of a subquery."""

    def __init__(self, query) -> None:  # type: ignore[no-untyped-def] # a cycle: queries hold expressions
        self._query = query

    def value(self, node: exp.Expr | None, scope: Scope) -> Value:
        if node is None or isinstance(node, exp.DataType):
            return NOTHING
        if isinstance(node, exp.Order):  # inside an aggregate
            return self.value(node.this, scope)
        if isinstance(node, (exp.Literal, exp.Boolean, exp.Null)):
            return literal(node.sql(dialect="duckdb"))
        if isinstance(node, exp.Query) or (isinstance(node, exp.Subquery) and not isinstance(node.this, exp.Table)):
            return joined(self._query(node, scope).values())
        special = getattr(self, f"read_{type(node).__name__.lower()}", None)
        if special:
            read: Value = special(node, scope)
            return read
        if isinstance(node, _FIRST_ONLY):
            return self.value(node.this, scope)
        values = [self.value(child, scope) for child in _children(node)]
        return joined(values) if isinstance(node, _TRANSPARENT) else changed(values)

    def read_column(self, node: exp.Column, scope: Scope) -> Value:
        names = [part.name for part in node.parts]
        if len(names) > 2:  # `parsed.read.phone`
            found = self._nested(names, scope)
        else:
            found = scope.column(names[-1], names[0] if len(names) == 2 else None)
        if found is None:
            raise LookupError(f"no column {node.sql()} among {sorted(scope.tables)}")
        return found

    def _nested(self, names: list[str], scope: Scope) -> Value | None:
        found = scope.column(names[1], names[0])
        for name in names[2:]:
            found = member(found, name) if found else None
        return found

    def read_identifier(self, node: exp.Identifier, scope: Scope) -> Value:
        return scope.parameters.get(node.name, NOTHING)  # of a lambda

    def read_dot(self, node: exp.Dot, scope: Scope) -> Value:
        return member(self.value(node.this, scope), node.expression.name)

    def read_bracket(self, node: exp.Bracket, scope: Scope) -> Value:
        value = self.value(node.this, scope)
        key = node.expressions[0]
        if isinstance(key, exp.Literal) and key.is_string:
            return narrowed(value, "field_name", key.name) if value else value
        return value

    def read_struct(self, node: exp.Struct, scope: Scope) -> Value:
        return Value(members={pair.this.name: self.value(pair.expression, scope) for pair in node.expressions})

    def read_mapfromentries(self, node: exp.MapFromEntries, scope: Scope) -> Value:
        entries = self.value(node.this, scope)
        *_, last = (entries.members or {"": entries}).values()
        return last

    def read_anonymous(self, node: exp.Anonymous, scope: Scope) -> Value:
        arguments = node.expressions
        if node.name.lower() == "struct_pack":
            return self.read_struct(node, scope)  # type: ignore[arg-type] # it has the same `a := b`
        if node.name.lower() == "list_unique":
            return self.value(arguments[0], scope)
        return changed([self.value(argument, scope) for argument in arguments])

    def read_jsonextract(self, node: exp.JSONExtract | exp.JSONExtractScalar, scope: Scope) -> Value:
        value = self.value(node.this, scope)
        if not isinstance(node.expression, (exp.Literal, exp.JSONPath)):
            return changed([value, self.value(node.expression, scope)])
        for name in _json_path(node.expression):
            value = member(value, name)
        return value

    read_jsonextractscalar = read_jsonextract

    def read_transform(self, node: exp.Transform, scope: Scope) -> Value:
        return self._applied(node.expression, self.value(node.this, scope), scope)

    def read_reduce(self, node: exp.Reduce, scope: Scope) -> Value:
        return changed([self.value(node.this, scope)])

    def _applied(self, function: exp.Expr, elements: Value, scope: Scope) -> Value:
        if not isinstance(function, exp.Lambda):
            return changed([elements])
        names = {parameter.name: elements for parameter in function.expressions}
        return self.value(function.this, scope.with_parameters(names))

    def read_lambda(self, node: exp.Lambda, scope: Scope) -> Value:
        return self.value(node.this, scope.with_parameters({parameter.name: NOTHING for parameter in node.expressions}))

    def read_case(self, node: exp.Case, scope: Scope) -> Value:
        branches = [(branch.this, branch.args["true"]) for branch in node.args["ifs"]]
        if node.this:
            branches = [(exp.EQ(this=node.this.copy(), expression=test.copy()), true) for test, true in branches]
        return self._chosen(branches, node.args.get("default"), scope)

    def read_if(self, node: exp.If, scope: Scope) -> Value:
        return self._chosen([(node.this, node.args["true"])], node.args.get("false"), scope)

    def _chosen(self, branches: list[tuple[exp.Expr, exp.Expr]], default: exp.Expr | None, scope: Scope) -> Value:
        """One of several results. If all of them are literals, the conditions are the value."""
        results = [self.value(true, self.where(test, scope)) for test, true in branches]
        results.append(self.value(default, scope))
        result = joined(results)
        if result.members or any(part.table for part in result.parts):
            return Value(frozenset(part for part in result.parts if part.table), result.members)
        return joined([changed([self.value(test, scope) for test, _ in branches]), result])

    def read_filter(self, node: exp.Filter, scope: Scope) -> Value:
        return self.value(node.this, self.where(node.expression.this, scope))

    def read_window(self, node: exp.Window, scope: Scope) -> Value:
        inner = node.this.this if isinstance(node.this, exp.Filter) else node.this
        if inner.find(exp.Column):
            return self.value(node.this, scope)
        return changed([self._rows(scope), *(self.value(column, scope) for column in node.find_all(exp.Column))])

    def read_rownumber(self, node: exp.RowNumber, scope: Scope) -> Value:
        return self._rows(scope)

    def read_count(self, node: exp.Count, scope: Scope) -> Value:
        return self._rows(scope) if isinstance(node.this, exp.Star) else changed([self.value(node.this, scope)])

    def _rows(self, scope: Scope) -> Value:
        """What a number of rows comes from: the first column of each table, which names its rows."""
        return changed([next(iter(columns.values())) for columns in scope.tables.values() if columns])

    def read_star(self, node: exp.Star, scope: Scope) -> Value:
        return self._rows(scope)

    def where(self, condition: exp.Expr, scope: Scope) -> Scope:
        """The scope, with tables narrowed to the rows that the condition allows: `field_name = 'phone'`."""
        tables = dict(scope.tables)
        for table, key, wanted in required(condition, scope):
            tables[table] = {
                name: joined(narrowed(value, key, one) for one in wanted) for name, value in tables[table].items()
            }
        return replace(scope, tables=tables)


def required(condition: exp.Expr, scope: Scope) -> Iterator[tuple[str, str, list[str]]]:
    """The table, the key and its possible literals, for each part of a conjunction that says so."""
    for test in condition.flatten() if isinstance(condition, exp.And) else [condition]:
        test = test.unnest()
        column = test.this
        if not isinstance(column, exp.Column) or column.name not in KEYS:
            continue
        wanted = test.expressions if isinstance(test, exp.In) else [test.expression] if isinstance(test, exp.EQ) else []
        if wanted and all(isinstance(one, exp.Literal) for one in wanted):
            for table in scope.tables_with(column.name, column.table or None):
                if table in scope.tables:
                    yield table, column.name, [one.name for one in wanted]


def _children(node: exp.Expr) -> Iterator[exp.Expr]:
    yield from node.iter_expressions()


def _json_path(path: exp.Expr) -> list[str]:
    if isinstance(path, exp.Literal):
        return [quoted or plain for quoted, plain in _NAMES.findall(path.name) if not plain.isdigit()]
    return [key.name if isinstance(key.this, str) else str(key.this) for key in path.find_all(exp.JSONPathKey)]
