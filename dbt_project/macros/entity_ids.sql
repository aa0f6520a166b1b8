{#- A build that begins again gives its ids again, because a record that they came from may have been rejected. Spark
    needs no such step: it begins each build with the log that is published. -#}
{% macro take_back_ids() -%}
    {%- if was_built(this) -%}
    delete from {{ this }} where (run_id, assigned_at) in (select (run_id, as_of) from {{ ref('stg_ops__build_context') }})
    {%- endif -%}
{%- endmacro %}

{#- The steps that end in `current_ids`: the entity of each record after its last move in `log`. Few records have ever
    moved. Only theirs need the order of the moves. -#}
{% macro current_ids(log) %}
last_moves as (

    select
        record_key,
        count(*) as moves,
        any_value(entity_id) as entity_id
    from {{ log }}
    group by record_key

),

moved as (

    select
        {{ log }}.record_key,
        max_by({{ log }}.entity_id, ({{ log }}.assigned_at, {{ log }}.run_id)) as entity_id
    from {{ log }}
    semi join last_moves
        on {{ log }}.record_key = last_moves.record_key and last_moves.moves > 1
    group by {{ log }}.record_key

),

current_ids as (

    select
        last_moves.record_key,
        coalesce(moved.entity_id, last_moves.entity_id) as entity_id
    from last_moves
    left join moved
        on last_moves.record_key = moved.record_key

)
{%- endmacro %}

{#- The steps that end in `name`: the records that had an id which one of `records` has or had, by `log`. -#}
{% macro records_of_the_same_ids(records, log, name) %}
ids_of_{{ records }} as (

    select {{ log }}.entity_id
    from {{ log }}
    semi join {{ records }}
        on {{ log }}.record_key = {{ records }}.record_key

),

{{ name }} as (

    select {{ log }}.record_key
    from {{ log }}
    semi join ids_of_{{ records }}
        on {{ log }}.entity_id = ids_of_{{ records }}.entity_id

)
{%- endmacro %}

{#- The steps that end in `log_of_ids`: all moves of the records that had one of `ids` at any time. -#}
{% macro log_of(ids, log) %}
records_once_in as (

    select {{ log }}.record_key
    from {{ log }}
    semi join {{ ids }}
        on {{ log }}.entity_id = {{ ids }}.entity_id

),

log_of_ids as materialized (

    select {{ log }}.*
    from {{ log }}
    semi join records_once_in
        on {{ log }}.record_key = records_once_in.record_key

)
{%- endmacro %}

{#- An id that a build gave and took back, because it began again, has no events. -#}
{% macro forget_ids_taken_back() -%}
    {%- if was_built(this) -%}
    {%- set reached -%} (select entity_id from {{ ref('int_entities_reached') }}) {%- endset -%}
    delete from {{ this }}
    where
        entity_id in {{ reached }}
        and entity_id not in (select entity_id from {{ ref('int_entity_id_log') }} where entity_id in {{ reached }})
    {%- endif -%}
{%- endmacro %}
