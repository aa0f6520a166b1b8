-- One row per source record, all sources in one shape; `loss_reason` says why a record describes no place.
{% for source_name in [
    'serper', 'google_places', 'openstreetmap', 'sport_scotland', 'edinburgh_council', 'open_charge_map',
    'records'
] %}
select * from {{ ref('stg_' ~ source_name ~ '__places') }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
