"""What each function of DuckDB that a model uses is on Spark. A function that is not here cannot be translated.

A text with braces is a template of the arguments; another text is a name. A function that counts on the form of its
arguments is in `FORMS`.
"""

from __future__ import annotations

from engines.spark.sql.literals import plain_numbers

SAME = {
    *("abs", "asin", "bool_and", "bool_or", "coalesce", "concat_ws", "cos", "count", "dense_rank", "exp"),
    *("first_value", "floor", "greatest", "instr", "lag", "last_value", "lead", "least", "ln", "lower"),
    *("max", "md5", "min", "nullif", "pow", "radians", "rank", "replace", "round", "row_number", "sin", "split_part"),
    *("sqrt", "substr", "substring", "sum", "avg", "translate", "upper", "length", "contains", "map_keys"),
    *("map_entries", "map_from_entries", "sha256", "percent_rank", "explode", "posexplode", "struct"),
}
# A function by these names is registered in each session: `engines/spark/registered.py`.
REGISTERED = {"nfc_normalize"}
FORMS = {
    "any_value": "any_value({0}, true)",
    "array_to_string": "array_join({0}, {1})",
    "concat": "concat_ws('', {all})",
    "date_sub": "timestampdiff(DAY, {1}, {2})",
    "ends_with": "endswith({0}, {1})",
    "flatten": "flatten(array_compact({0}))",
    "generate_series": "(case when {1} < {0} then array() else sequence({0}, {1}) end)",
    "generate_subscripts": "sequence(1, size({0}))",
    "hash": "xxhash64({all})",
    "if": "if({0}, {1}, {2|null})",
    "isfinite": "(not isnan({0}) and abs({0}) < double('infinity'))",
    "json_entries": "from_json(get_json_object({0}, {1}), 'map<string,string>')",
    "jaro_winkler_similarity": "jaro_winkler_of_bytes({0}, {1})",
    "json_exists": "(get_json_object({0}, {1}) is not null)",
    "json_group_object": "to_json(map_from_entries(collect_list(struct({0}, cast({1} as string)))), "
    "map('ignoreNullFields', 'false'))",
    "json_keys": "json_object_keys({0})",
    "json_merge_patch": "json_merge_all(array({all}))",
    "json_type": "(case when startswith(ltrim({0}), '{') then 'OBJECT' "
    "when startswith(ltrim({0}), '[') then 'ARRAY' else 'VARCHAR' end)",
    "json_valid": "(try_parse_json({0}) is not null)",
    "len": "size({0})",
    "list_append": "array_append(coalesce({0}, array()), {1})",
    "list_bool_and": "array_min({0})",
    "list_contains": "array_contains(array_compact({0}), {1})",
    "list_distinct": "array_compact(array_distinct({0}))",
    "list_filter": "filter({0}, {1})",
    "list_has_all": "(size(array_except(array_compact({1}), {0})) = 0)",
    "list_has_any": "arrays_overlap(array_compact({0}), array_compact({1}))",
    "list_intersect": "array_compact(array_intersect({0}, coalesce({1}, array())))",
    "list_last": "try_element_at({0}, -1)",
    "list_max": "array_max({0})",
    "list_position": "cast(nullif(array_position({0}, {1}), 0) as int)",
    "list_reverse": "reverse({0})",
    "levenshtein": "levenshtein(decode(encode({0}, 'utf-8'), 'iso-8859-1'), "
    "decode(encode({1}, 'utf-8'), 'iso-8859-1'))",
    "ltrim": "ltrim({1| }, {0})",
    "map": "map_from_arrays({0}, {1})",
    "map_concat": "map_concat({all})",
    "map_contains": "map_contains_key({0}, {1})",
    "ord": "(case when {0} = '' then -1 else ascii({0}) end)",
    "range_of_rows": "range({0}, {1})",
    "rtrim": "rtrim({1| }, {0})",
    "starts_with": "startswith({0}, {1})",
    "string_split": "split({0}, concat('\\\\Q', {1}, '\\\\E'), -1)",
    "strlen": "octet_length({0})",
    "trim": "btrim({0}, {1| })",
    "to_json": plain_numbers("nullif(substring(to_json(array({0})), 2, length(to_json(array({0}))) - 2), 'null')"),
    "to_days": "make_dt_interval(cast({0} as int))",
    "to_hours": "make_dt_interval(0, cast({0} as int))",
}
