"""The columns of a query, each with the parts of tables that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from sqlglot import exp, parse_one

from orchestrate.maintain.lineage.expressions import Columns, Reader, Scope, required
from orchestrate.maintain.lineage.values import (
    KEYS,
    LITERAL,
    NOTHING,
    SAME,
    Part,
    Value,
    changed,
    joined,
    literal,
    rekeyed,
)

Tables = Callable[[str], list[str]]  # the columns of a table of the database, by schema and name
_GIVEN_BY = {"json_each": ["key", "value"], "json_tree": ["key", "value"]}
_HIDDEN = {"SEMI", "ANTI"}  # joins whose right side gives no column


def columns_of(sql: str, tables: Tables, lists: Collection[str] = ()) -> dict[str, Value]:
    """The columns that a statement gives, in order.

    `lists` are tables that only seeds feed. What is looked up in one comes from the word that was looked up, too.
    """
    # sqlglot expects pairs with a simple key in `json_object`; as a function that it does not know, it takes any.
    tree = parse_one(sql.replace("json_object(", "json_object_of("), dialect="duckdb")
    return Queries(tables, lists).columns(tree, Scope({}))


class Queries:
    def __init__(self, tables: Tables, lists: Collection[str]) -> None:
        self._tables = tables
        self._lists = {*lists, LITERAL}
        self._ctes: dict[str, Columns] = {}
        self._reader = Reader(self.columns)

    def columns(self, node: exp.Expr, outer: Scope) -> dict[str, Value]:
        known = dict(self._ctes)
        for cte in node.ctes if isinstance(node, exp.Query) else []:
            self._define(cte, outer)
        found = self._body(node, outer)
        self._ctes = known
        return found

    def _define(self, cte: exp.CTE, outer: Scope) -> None:
        name = cte.alias
        names = [column.name for column in cte.args["alias"].columns]
        body = cte.this
        if isinstance(body, exp.Union) and any(table.name == name for table in body.find_all(exp.Table)):
            self._ctes[name] = _renamed(self.columns(body.left, outer), names)
            for _ in range(2):  # what the first round adds, the second may use
                grown = _renamed(self.columns(body, outer), names)
                self._ctes[name] = grown
        else:
            self._ctes[name] = _renamed(self.columns(body, outer), names)

    def _body(self, node: exp.Expr, outer: Scope) -> dict[str, Value]:
        if isinstance(node, exp.Subquery):
            return (
                self.columns(node.this, outer) if not isinstance(node.this, exp.Table) else dict(self._table(node.this))
            )
        if isinstance(node, exp.SetOperation):
            return _union(
                self.columns(node.left, outer), self.columns(node.right, outer), bool(node.args.get("by_name"))
            )
        if isinstance(node, exp.Select):
            return self._select(node, outer)
        if isinstance(node, exp.Table):
            return dict(self._table(node))
        raise LookupError(f"no columns of {type(node).__name__}")

    def _select(self, node: exp.Select, outer: Scope) -> dict[str, Value]:
        scope, hidden = self._scope(node, outer)
        for condition in _conditions(node):
            scope = self._reader.where(condition, scope)
        shown = Scope({name: columns for name, columns in scope.tables.items() if name not in hidden}, outer)
        found: dict[str, Value] = {}
        for projection in node.expressions:
            for name, value in self._projected(projection, shown, found).items():
                found[name if name not in found else f"{name}_{len(found)}"] = value
        return self._keyed(node, found, scope)

    def _scope(self, node: exp.Select, outer: Scope) -> tuple[Scope, set[str]]:
        scope = Scope({}, outer)
        hidden = set()
        tables: dict[str, Columns] = {}
        for source, kind in _sources(node):
            name, columns = self._source(source, Scope(tables, outer), len(tables))
            joined_on = self._joined(source.parent, columns, Scope(tables, outer))
            tables[name] = self._looked_up(source.parent, name, joined_on, Scope(tables, outer))
            if kind in _HIDDEN:
                hidden.add(name)
        scope = Scope(tables, outer)
        return scope, hidden

    def _joined(self, join: exp.Expr | None, columns: Columns, scope: Scope) -> Columns:
        """The columns of a joined table. If it is joined to the rows of one key only, its values are of them."""
        on = join.args.get("on") if isinstance(join, exp.Join) and join.side == "LEFT" else None
        for _, key, wanted in required(on, scope) if on else []:
            if key not in columns and len(wanted) == 1:
                columns = {name: rekeyed(value, key, wanted[0]) for name, value in columns.items()}
        return columns

    def _looked_up(self, join: exp.Expr | None, name: str, columns: Columns, scope: Scope) -> Columns:
        """The columns of a joined list, each with the words by which its rows are found."""
        on = join.args.get("on") if isinstance(join, exp.Join) else None
        is_list = all(part.table in self._lists for value in columns.values() for part in value.flat())
        if not on or not is_list:
            return columns
        sides = [(test.this, test.expression) for test in on.find_all(exp.EQ)]
        keys = {key.name for pair in sides for key in pair if isinstance(key, exp.Column) and key.table == name}
        words = [word for pair in sides for word in pair if isinstance(word, exp.Column) and word.table in scope.tables]
        found = changed([self._reader.value(word, scope) for word in words if word.name not in KEYS])
        return {one: value if one in keys else joined([value, found]) for one, value in columns.items()}

    def _source(self, source: exp.Expr, scope: Scope, position: int) -> tuple[str, Columns]:
        alias = source.args.get("alias")
        names = [column.name for column in alias.columns] if alias else []
        name = source.alias_or_name or f"_{position}"
        if isinstance(source, exp.Table) and not isinstance(source.this, exp.Func):
            return name, _renamed(self._unpivoted(source, dict(self._table(source))), names)
        if isinstance(source, exp.Subquery):
            return name, _renamed(self._unpivoted(source, self._body(source, scope)), names)
        if isinstance(source, exp.Values):
            rows = [row.expressions for row in source.expressions]
            values = [joined(self._reader.value(one, scope) for one in column) for column in zip(*rows, strict=True)]
            return name, dict(zip(names, values, strict=False))
        made = self._reader.value(source if isinstance(source, exp.Unnest) else source.this, scope)
        function = source.this.name.lower() if isinstance(source.this, exp.Anonymous) else ""
        return name, dict.fromkeys(names or _GIVEN_BY.get(function, [name]), made)

    def _table(self, table: exp.Table) -> Columns:
        if not table.db and table.name in self._ctes:
            return self._ctes[table.name]
        if table.db == "recurring":
            return self._ctes[table.name]
        path = f"{table.db}.{table.name}"
        columns = self._tables(path)
        keys = frozenset((key, SAME) for key in KEYS if key in columns)
        return {name: Value(frozenset({Part(path, name, keys=keys)})) for name in columns}

    def _unpivoted(self, table: exp.Expr, columns: dict[str, Value]) -> Columns:
        for pivot in table.args.get("pivots") or []:
            (field,) = pivot.args["fields"]
            turned = [column.name for column in field.expressions]
            key, value = field.this.name, pivot.expressions[0].name
            values = joined(rekeyed(columns[name], key, name) for name in turned)
            columns = {name: columns[name] for name in columns if name not in turned}
            columns |= {key: joined(literal(f"'{name}'") for name in turned), value: values}
        return columns

    def _projected(self, node: exp.Expr, scope: Scope, before: Mapping[str, Value]) -> dict[str, Value]:
        star = node.this if isinstance(node, exp.Column) else node
        if isinstance(star, exp.Star):
            return self._star(star, node.table if isinstance(node, exp.Column) else "", scope)
        value = self._reader.value(node, Scope(scope.tables, scope.outer, before=dict(before)))
        return {node.alias_or_name or node.sql(dialect="duckdb"): value}

    def _star(self, star: exp.Star, table: str, scope: Scope) -> dict[str, Value]:
        tables = [scope.tables[table]] if table in scope.tables else list(scope.tables.values())
        if table and table not in scope.tables:
            whole = scope.column(table, None) or NOTHING
            tables = [whole.members or {}]
        left_out = {column.name for column in star.args.get("except_") or star.args.get("except") or []}
        found: dict[str, Value] = {}
        for columns in tables:
            found |= {name: value for name, value in columns.items() if name not in left_out and name not in found}
        for replaced in star.args.get("replace") or []:
            found[replaced.alias] = self._reader.value(replaced.this, scope)
        return found

    def _keyed(self, node: exp.Select, found: dict[str, Value], scope: Scope) -> dict[str, Value]:
        """Tell each column which rows it stands in: those of a literal key, those of the table below, or any."""
        for key in KEYS:
            if key not in found:
                continue
            constants = _constants(found[key])
            if constants and len(constants) == 1:
                found = {name: rekeyed(value, key, constants[0]) for name, value in found.items()}
            elif not constants:
                tied = _tied(node, key, scope)
                found = {name: _untied(value, key, tied) for name, value in found.items()}
        return found


def _constants(value: Value) -> list[str]:
    parts = value.flat()
    return [part.column.strip("'") for part in parts] if all(part.table == LITERAL for part in parts) else []


def _tied(node: exp.Select, key: str, scope: Scope) -> set[str] | None:
    """The tables of the database whose key is that of the select's rows. None: all."""
    named = [column for column in node.expressions if column.alias_or_name == key]
    aliases = {column.table for one in named for column in one.find_all(exp.Column) if column.name == key}
    if not aliases - {""}:  # from a star, or a column without a table: the first that has it
        aliases = set(scope.tables_with(key, None)[:1])
    equal = [
        {side.table for side in (test.this, test.expression)}
        for test in node.find_all(exp.EQ)
        if all(isinstance(side, exp.Column) and side.name == key for side in (test.this, test.expression))
    ]
    for join in node.args.get("joins") or []:  # joined to rows of one key only
        if join.args.get("on") and any(one[1] == key for one in required(join.args["on"], scope)):
            aliases.add(join.this.alias_or_name)
    for _ in equal:
        for pair in equal:
            aliases |= pair if pair & aliases else set()
    if aliases >= set(scope.tables_with(key, None)):
        return None
    return {
        part.table
        for name in aliases & set(scope.tables)
        for value in scope.tables[name].values()
        for part in value.flat()
    }


def _untied(value: Value, key: str, tied: set[str] | None) -> Value:
    if tied is None:
        return value
    parts = frozenset(part if part.table in tied else part.with_key(key, None) for part in value.parts)
    members = {name: _untied(inner, key, tied) for name, inner in (value.members or {}).items()}
    return Value(parts, members or None)


def _union(left: dict[str, Value], right: dict[str, Value], by_name: bool) -> dict[str, Value]:
    if by_name:
        names = [*left, *(name for name in right if name not in left)]
        return {name: joined([left.get(name, NOTHING), right.get(name, NOTHING)]) for name in names}
    return {name: joined([left[name], other]) for name, other in zip(left, right.values(), strict=True)}


def _renamed(columns: Columns, names: list[str]) -> dict[str, Value]:
    return {(names[i] if i < len(names) else name): value for i, (name, value) in enumerate(columns.items())}


def _sources(node: exp.Select) -> Iterator[tuple[exp.Expr, str]]:
    from_ = node.args.get("from_") or node.args.get("from")
    if from_:
        yield from_.this, ""
        for join in from_.this.args.get("joins") or []:
            yield join.this, join.kind or join.side
    for join in node.args.get("joins") or []:
        yield join.this, next((word for word in (join.kind, join.side) if word in _HIDDEN), "")
    for lateral in node.args.get("laterals") or []:
        yield lateral, ""


def _conditions(node: exp.Select) -> Iterator[exp.Expr]:
    for clause in ("where", "qualify", "having"):
        if condition := node.args.get(clause):
            yield condition.this
    for join in node.args.get("joins") or []:
        if join.args.get("on") and join.side in ("", "INNER"):
            yield join.args["on"]
