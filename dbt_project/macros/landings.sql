{#- Every record as it was landed, each time that it was, of all the sources that a run asks. -#}
{% macro landings() -%}
    {%- set landed_sources = [
        'serper', 'google_places', 'openstreetmap', 'sport_scotland', 'edinburgh_council', 'open_charge_map'
    ] -%}
    {%- for source_name in landed_sources %}
    select
        '{{ source_name }}' as source_name,
        source_record_id,
        run_id,
        payload_hash,
        result_rank,
        payload
    from {{ source('raw', source_name) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}
