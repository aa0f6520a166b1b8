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
