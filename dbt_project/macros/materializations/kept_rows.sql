{#- A build makes only what changed again. Tables keep the rows of everything else. -#}

{#- Whether the table is there from a build before, so that a model may read what it held. A view of a version before is
    dropped first, and so is a table without this column. -#}
{% macro was_built(relation, column=none) -%}
    {%- set cached = load_cached_relation(relation) if execute else none -%}
    {%- set is_table = cached is not none and cached.type == "table" -%}
    {{- return(is_table and (not column or column in names_and_types(adapter.get_columns_in_relation(cached)))) -}}
{%- endmacro %}

{#- Whether the table has the rows of a build before, in the columns of this one. -#}
{% macro has_rows_before(target, compiled_code) %}
    {%- if config.get("keyed_by") is none or not was_built(target) -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set before = names_and_types(adapter.get_columns_in_relation(target)) -%}
    {{- return(before == names_and_types(get_column_schema_from_query(compiled_code))) -}}
{%- endmacro %}

{% macro names_and_types(columns) %}
    {%- set found = {} -%}
    {%- for column in columns -%}
        {%- do found.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    {{- return(found) -}}
{%- endmacro %}

{#- The rows of what this build makes again take the place of those that it had. It is one statement for every build,
    because a prepared build executes it again. `keyed_by` is the column that names what a row is about. Statistics have
    none: a build that makes everything again learns them, and in any other their models give no rows. -#}
{% macro replace_rows(target, compiled_code) -%}
    {%- if config.get("reads_itself") -%}
        {{- replace_remembered_rows(target, compiled_code) -}}
    {%- else -%}
        {%- if config.get("keyed_by") == "statistics" %}
        delete from {{ target }} where {{ scope_of_build(target.database) }} = 'all';
        {%- else %}
        delete from {{ target }} where {{ makes_everything_again(target.database) }};
        {%- for condition in made_again_where(config.get("keyed_by"), target.database) %}
        delete from {{ target }} where {{ condition }};
        {%- endfor %}
        {%- endif %}
        insert into {{ target }} by name (
            {{ compiled_code }}
        );
    {%- endif -%}
{%- endmacro %}

{#- A model that reads the rows that it had gives those that it makes again, and they take the place of the rows with
    the same key. The column `reason` says why a row was made in this build, so it is emptied in all others. -#}
{% macro replace_remembered_rows(target, compiled_code) -%}
    {%- set key, reason = config.get("keyed_by"), config.get("reason") -%}
    create or replace temp table {{ made_again(target) }} as (
        {{ compiled_code }}
    );
    {%- if reason %}
    update {{ target }} set {{ reason }} = null where {{ reason }} is not null;
    {%- endif %}
    delete from {{ target }} where {{ makes_everything_again(target.database) }};
    delete from {{ target }} where {{ key }} in (select {{ key }} from {{ made_again(target) }});
    insert into {{ target }} by name from {{ made_again(target) }};
    drop table {{ made_again(target) }};
{%- endmacro %}

{% macro made_again(target) -%}
    {{- target.identifier }}_made_again
{%- endmacro %}

{% macro scope_of_build(database) -%}
    coalesce((select max(scope) from {{ database }}.ops.build_scope), 'all')
{%- endmacro %}

{#- Whether the build makes a row again: of an entity that it ranks, of a source that it stages, of a record that it
    compares, of a pair with such a record, or of a component that it clusters. A sub-venue is always placed again. Each
    condition of the list is a join, which is a tenth of the work of two with an `or`. -#}
{% macro made_again_where(key, database) -%}
    {%- set intermediate = database ~ ".intermediate" -%}
    {%- set to_match -%}
        (select record_no from {{ intermediate }}.int_record_numbers where matched_because is not null)
    {%- endset -%}
    {%- set to_cluster -%}
        (select record_no from {{ intermediate }}.int_records_to_cluster)
    {%- endset -%}
    {%- set where = {
        "entity_id": [
            "entity_id in (select entity_id from " ~ intermediate ~ ".int_entity_moments where ranked_because is not null)"
        ],
        "entity_reached": ["entity_id in (select entity_id from " ~ intermediate ~ ".int_entities_reached)"],
        "source_name": [
            "source_name not in (select source_name from " ~ database ~ ".staging.stg_lists__landed where not is_staged)"
        ],
        "record_no": ["record_no in " ~ to_match],
        "pair": ["left_no in " ~ to_match, "right_no in " ~ to_match],
        "record_clustered": ["record_no in " ~ to_cluster],
        "pair_clustered": ["left_no in " ~ to_cluster, "right_no in " ~ to_cluster],
        "cluster": [
            "match_role = 'part'", "record_key in (select record_key from " ~ intermediate ~ ".int_records_to_cluster)"
        ]
    } -%}
    {%- if key not in where -%}
        {{ exceptions.raise_compiler_error("keyed_by: no rows are kept by `" ~ key ~ "`") }}
    {%- endif -%}
    {{- return(where[key]) -}}
{%- endmacro %}

{#- A join, which reads no row of the table if there is nothing to find. A comparison with the scope reads them all. -#}
{% macro makes_everything_again(database) -%}
    1 in (select 1 from (select {{ scope_of_build(database) }} as scope) as scopes where scope != 'changed')
{%- endmacro %}

{#- The records that a build of what changed compares, out of the steps `to_match` and `context`. A build that makes
    everything again compares every record, so it need not look for those that it compares. -#}
{% macro changed_records() -%}
    select to_match.record_no
    from to_match
    cross join context
    where context.scope = 'changed'
{%- endmacro %}

{#- The rows of a wide table with one of few keys, which are a column of the step `keys`. DuckDB finds the numbers of the
    rows first. Without them it reads each column of all rows. Other engines, and the rows of a unit test, have none. -#}
{% macro few_rows_of(relation, key, keys) -%}
    {%- set rows -%}
        {{ relation }} as found
    semi join {{ keys }} as wanted
        on found.{{ key }} = wanted.{{ key }}
    {%- endset -%}
    {%- if target.type == "duckdb" and not relation.is_cte -%}
    select * from {{ relation }}
    where rowid in (
        select found.rowid from {{ rows }}
    )
    {%- else -%}
    select * from {{ rows }}
    {%- endif -%}
{%- endmacro %}

{#- The pairs that a build compares: those with a record of the step `changed_records`. A build that makes everything
    again has no such step to join, which would cost it as much as the comparison of names. -#}
{% macro pairs_to_match(pairs) -%}
    select pairs.*
    from {{ pairs }} as pairs
    cross join context
    where context.scope != 'changed'
    union all
    {{ pairs_changed(pairs) }}
{%- endmacro %}

{#- Those of a build of what changed. -#}
{% macro pairs_changed(pairs) -%}
    select pairs.*
    from {{ pairs }} as pairs
    semi join changed_records
        on pairs.left_no = changed_records.record_no
    union all
    select pairs.*
    from {{ pairs }} as pairs
    semi join changed_records as rights
        on pairs.right_no = rights.record_no
    anti join changed_records as lefts
        on pairs.left_no = lefts.record_no
{%- endmacro %}

{#- The slug of a golden record among all that want the same. -#}
{% macro slug_among_names(names) -%}
    if(
        count(*) over (partition by {{ names }}.wanted_slug) > 1 or {{ names }}.wanted_slug = '',
        ltrim({{ names }}.wanted_slug || '-' || {{ end_of_slug(names) }}, '-'), {{ names }}.wanted_slug
    )
{%- endmacro %}

{% macro end_of_slug(names) -%}
    substr({{ names }}.entity_id, 4, 6)
{%- endmacro %}

{#- The slugs of the golden records that this build ranks or that are gone, before their rows are made again. -#}
{% macro remember_slugs() -%}
    {%- if was_built(this) -%}
    create or replace temp table slugs_before as
    select
        entity_id,
        slug
    from {{ this }}
    where {{ made_again_where("entity_id", this.database)[0] }}
    {%- endif -%}
{%- endmacro %}

{#- A golden record that wants the slug of another changes the slug of that one, too, and so does one that no longer
    wants it. What one wanted before is its slug, without the end if that was added. -#}
{% macro renew_slugs() -%}
    {%- set int_entity_names = ref('int_entity_names') -%} {#- dbt wants to see it in every case -#}
    {%- if was_built(this) -%}
    update {{ this }} as entities
    set slug = slugs.slug
    from (
        select
            entity_id,
            slug
        from {{ ref('int_entity_slugs') }}
        union
        select
            names.entity_id,
            {{ slug_among_names('names') }} as slug
        from {{ int_entity_names }} as names
        where names.wanted_slug in (
            select slug from slugs_before
            union all
            select left(slug, -7) from slugs_before
            where ends_with(slug, '-' || {{ end_of_slug('slugs_before') }})
        )
    ) as slugs
    where entities.entity_id = slugs.entity_id and entities.slug is distinct from slugs.slug
    {%- endif -%}
{%- endmacro %}

{#- A cell that is contested changes the place of others in the list. -#}
{% macro renew_narrowness() -%}
    update {{ this }} as conflicts
    set narrowness = places.narrowness
    from (
        select
            entity_id,
            field_name,
            row_number() over (order by margin, entity_id, field_name) as narrowness
        from {{ this }}
    ) as places
    where
        conflicts.entity_id = places.entity_id
        and conflicts.field_name = places.field_name
        and conflicts.narrowness != places.narrowness
{%- endmacro %}

{#- Whether a build keeps the rows of the entities that it does not rank. -#}
{% macro keeps_entities(relation) %}
    {%- for node in (graph.nodes.values() if execute else []) if node.resource_type == "model" -%}
        {%- if node.alias == relation.identifier and node.config.get("keyed_by") == "entity_id" -%}
            {{- return(true) -}}
        {%- endif -%}
    {%- endfor -%}
    {{- return(false) -}}
{% endmacro %}
