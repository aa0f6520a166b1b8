"""Parts of a statement that Spark's grammar does not have, said with those that it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from engines.spark.sql.errors import UntranslatableError

Columns = Callable[[str], list[str]]  # the columns of a table of the database, by schema and name


class Shapes:
    """Knows the columns of each query, so that a star can be written out and a union can go by position."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._generated = 0

    def rewrite(self, node: exp.Expr, ctes: dict[str, list[str]]) -> list[str]:
        """Rewrite a query with all that is in it. Returns its columns."""
        known = dict(ctes)
        for cte in node.ctes if isinstance(node, exp.Query) else []:
            named = [column.name for column in cte.args["alias"].columns]
            if named:
                known[cte.alias] = named
            if isinstance(cte.this, exp.SetOperation) and not named:  # a recursive step reads the first
                known[cte.alias] = self.rewrite(cte.this.left.copy(), known)
            found = self.rewrite(cte.this, known)
            known[cte.alias] = named or found
            cte.set("materialized", None)
        if isinstance(node, exp.Subquery):
            return self.rewrite(node.this, known)
        if isinstance(node, exp.SetOperation):
            return self._union(node, known)
        if isinstance(node, exp.Select):
            return self._select(node, known)
        if isinstance(node, exp.Table):
            return self._table(node, known)
        raise UntranslatableError(f"a query of the kind {type(node).__name__}")

    def _union(self, union: exp.SetOperation, known: dict[str, list[str]]) -> list[str]:
        lefts, rights = self.rewrite(union.left, known), self.rewrite(union.right, known)
        if not union.args.get("by_name"):
            return lefts
        names = [*lefts, *(name for name in rights if name not in lefts)]
        for side, own in (("this", lefts), ("expression", rights)):
            if own != names:
                chosen = [exp.column(name) if name in own else exp.alias_(exp.null(), name) for name in names]
                query = union.args[side]
                inner = query.this if isinstance(query, exp.Subquery) else query
                union.set(
                    side, exp.Select(expressions=chosen, from_=exp.From(this=inner.copy().subquery(self._name())))
                )
        union.set("by_name", None)
        return names

    def _name(self) -> str:
        self._generated += 1
        return f"_made_{self._generated}"

    def _table(self, table: exp.Table, known: dict[str, list[str]]) -> list[str]:
        table.set("catalog", None)
        if not table.db and table.name in known:
            return known[table.name]
        return self._columns(f"{table.db}.{table.name}")

    def _select(self, select: exp.Select, known: dict[str, list[str]]) -> list[str]:
        sources = {name: self._source(source, known) for name, source in self._sources(select)}
        for join in select.args.get("joins") or []:
            if join.method == "ASOF":
                _as_lateral(join)
        _rows_as_structs(select, sources)
        self._inner_queries(select, known)
        names, projections = [], []
        for projection in select.expressions:
            for one in self._written_out(projection, sources):
                projections.append(one)
                names.append(one.alias_or_name)
        select.set("expressions", projections)
        self._unnested(select)
        return names

    def _sources(self, select: exp.Select) -> Iterator[tuple[str, exp.Expr]]:
        nodes = [select.args["from_"].this] if select.args.get("from_") else []
        nodes += [join.this for join in select.args.get("joins") or []]
        hidden = {id(join.this) for join in select.args.get("joins") or [] if join.kind in {"SEMI", "ANTI"}}
        for node in nodes:
            if id(node) in hidden:
                self.rewrite(node, {}) if isinstance(node, exp.Subquery) else node.set("catalog", None)
                continue
            yield node.alias_or_name or self._name(), node

    def _source(self, source: exp.Expr, known: dict[str, list[str]]) -> list[str]:
        alias = source.args.get("alias")
        named = [column.name for column in alias.columns] if alias else []
        if _is_json_each(source):
            _as_json_entries(source)
            return ["key", "value"]
        if (
            isinstance(source, exp.Table)
            and isinstance(source.this, exp.Anonymous)
            and source.this.name.lower() == "range"
        ):
            source.this.set("this", "range_of_rows")
        if isinstance(source, (exp.Values, exp.Lateral, exp.Unnest)) or (
            isinstance(source, exp.Table) and not isinstance(source.this, exp.Identifier)
        ):
            return named
        if isinstance(source, exp.Table) and (source.args.get("pivots") or []):
            table = self._table(source, known)
            return self._unpivoted(source, table)
        found = self.rewrite(source, known)
        return named or found

    def _unpivoted(self, source: exp.Table, columns: list[str]) -> list[str]:
        pivot = source.args["pivots"][0]
        taken = {column.name for field in pivot.args["fields"] for column in field.expressions}
        keys = [field.this.name for field in pivot.args["fields"]]
        return [*(name for name in columns if name not in taken), *keys, *(value.name for value in pivot.expressions)]

    def _inner_queries(self, select: exp.Select, known: dict[str, list[str]]) -> None:
        """Queries in conditions and projections."""
        parts = [*select.expressions, select.args.get("where"), select.args.get("having"), select.args.get("qualify")]
        parts += [join.args.get("on") for join in select.args.get("joins") or []]
        for part in parts:
            for query in list(part.find_all(exp.Select)) if part else []:
                if query.parent_select is select:
                    self.rewrite(query, known)
            for table in list(part.find_all(exp.Table)) if part else []:
                table.set("catalog", None)

    def _written_out(self, projection: exp.Expr, sources: dict[str, list[str]]) -> list[exp.Expr]:
        star = projection.this if isinstance(projection, exp.Column) else projection
        if not isinstance(star, exp.Star):
            return [projection]
        table = projection.table if isinstance(projection, exp.Column) else ""
        left_out = {column.name for column in star.args.get("except_") or []}
        replaced = {one.alias: one for one in star.args.get("replace") or []}
        if star.args.get("rename"):
            raise UntranslatableError("`* rename`")
        written: list[exp.Expr] = []
        for source, columns in sources.items():
            if table and source != table:
                continue
            for name in columns:
                if name in replaced:
                    written.append(replaced[name])
                elif name not in left_out:
                    written.append(exp.column(name, table=source if not source.startswith("_made") else None))
        if not written:
            raise UntranslatableError(f"the columns of {projection.sql()} are not known")
        return written

    def _unnested(self, select: exp.Select) -> None:
        """`unnest` in a projection, also inside an expression, as a lateral view; its positions too."""
        calls = [
            call
            for projection in select.expressions
            for call in projection.find_all(exp.Anonymous, exp.Unnest, exp.Explode)
            if _is_unnest(call) and call.parent_select is select
        ]
        if not calls:
            return
        if len(calls) > 1:
            raise UntranslatableError("two `unnest` in one select")
        call, view = calls[0], self._name()
        if select.args.get("group"):
            self._grouped_first(select, call, view)
            return
        items = call.expressions[0]
        places = [
            one
            for projection in select.expressions
            for one in projection.find_all(exp.Anonymous)
            if one.name.lower() == "generate_subscripts"
        ]
        item = exp.to_identifier(f"{view}_item")
        if call.parent is select:
            call.replace(exp.column(item))
        else:
            call.replace(exp.column(item))
        columns = [item]
        name = "explode"
        if places:
            name = "posexplode"
            place = exp.to_identifier(f"{view}_place")
            columns = [place, item]
            for one in places:
                one.replace(exp.Paren(this=exp.Add(this=exp.column(place.copy()), expression=exp.Literal.number(1))))
        lateral = exp.Lateral(
            this=exp.Anonymous(this=name, expressions=[items]),
            view=True,
            alias=exp.TableAlias(this=exp.to_identifier(view), columns=columns),
        )
        select.append("laterals", lateral)

    def _grouped_first(self, select: exp.Select, call: exp.Expr, view: str) -> None:
        """A list that is made of a group: the groups first, and then the rows of the list."""
        if not isinstance(call.parent, exp.Alias):
            raise UntranslatableError("an `unnest` inside an expression of a group")
        names = [projection.alias_or_name for projection in select.expressions]
        unnested = call.parent.alias
        call.parent.replace(exp.alias_(call.expressions[0], unnested))
        item = exp.to_identifier(f"{view}_item")
        grouped = {one.this.sql(): one.alias for one in select.expressions if isinstance(one, exp.Alias)}
        grouped |= {one.sql(): one.name for one in select.expressions if isinstance(one, exp.Column)}
        outer = [exp.alias_(exp.column(item), name) if name == unnested else exp.column(name) for name in names]
        for place, projection in enumerate(list(select.expressions)):
            if any(not column.table and column.name == unnested for column in projection.find_all(exp.Column)):
                later = projection.copy()
                for column in list(later.find_all(exp.Column)):
                    column.replace(exp.column(item if column.name == unnested else grouped[column.sql()]))
                outer[place] = later
                projection.pop()
        inner = select.copy()
        inner.set("with_", None)
        for part in [key for key in select.args if key not in ("with_", "expressions")]:
            select.set(part, None)
        select.set("expressions", outer)
        select.set("from_", exp.From(this=inner.subquery(self._name())))
        view_of = exp.Anonymous(this="explode", expressions=[exp.column(unnested)])
        alias = exp.TableAlias(this=exp.to_identifier(view), columns=[item])
        select.set("laterals", [exp.Lateral(this=view_of, view=True, alias=alias)])


def _rows_as_structs(select: exp.Select, sources: dict[str, list[str]]) -> None:
    """The name of a table that stands for its row."""
    known = {name for columns in sources.values() for name in columns}
    for projection in list(select.expressions):
        for column in list(projection.find_all(exp.Column)):
            if not column.table and column.name in sources and column.name not in known:
                row = exp.Column(this=exp.Star(), table=exp.to_identifier(column.name))
                column.replace(exp.Anonymous(this="struct", expressions=[row]))


def _as_lateral(join: exp.Join) -> None:
    """`asof join`: the one row that is nearest, by a lateral query."""
    on = join.args["on"]
    nearest = next(test for test in on.find_all(exp.GTE, exp.GT, exp.LTE, exp.LT))
    name = join.this.alias_or_name
    key = nearest.expression if nearest.expression.table == name else nearest.this
    is_before = isinstance(nearest, (exp.GTE, exp.GT)) == (key is nearest.expression)
    query = exp.Select(
        expressions=[exp.Star()],
        from_=exp.From(this=join.this.copy()),
        where=exp.Where(this=on.copy()),
        order=exp.Order(expressions=[exp.Ordered(this=key.copy(), desc=is_before, nulls_first=False)]),
        limit=exp.Limit(expression=exp.Literal.number(1)),
    )
    join.set("this", exp.Lateral(this=query.subquery(), alias=exp.TableAlias(this=exp.to_identifier(name))))
    join.set("method", None)
    join.set("on", exp.true())


def _is_unnest(call: exp.Expr) -> bool:
    return isinstance(call, exp.Anonymous) and call.name.lower() == "unnest"


def _is_json_each(source: exp.Expr) -> bool:
    return (
        isinstance(source, exp.Table)
        and isinstance(source.this, exp.Anonymous)
        and source.this.name.lower() == "json_each"
    )


def _as_json_entries(source: exp.Expr) -> None:
    """`json_each(object, path)` as the entries of a map of texts."""
    call = source.this
    path = call.expressions[1] if len(call.expressions) > 1 else exp.Literal.string("$")
    entries = exp.Anonymous(this="json_entries", expressions=[call.expressions[0], path])
    alias = exp.TableAlias(
        this=exp.to_identifier(source.alias_or_name), columns=[exp.to_identifier("key"), exp.to_identifier("value")]
    )
    source.replace(exp.Lateral(this=exp.Anonymous(this="explode", expressions=[entries]), alias=alias))
