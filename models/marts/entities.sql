-- One row per entity: the golden record.
{{ config(keyed_by='entity_id', pre_hook='{{ remember_slugs() }}', post_hook='{{ renew_slugs() }}') }}
{% set text_fields = [
    'entity_name', 'entity_class', 'summary', 'description', 'street_address', 'locality', 'city', 'postcode', 'country',
    'phone', 'email', 'website_url', 'instagram_url', 'facebook_url', 'twitter_url', 'linkedin_url'
] %}
{% set typed_fields = {
    'latitude': 'double', 'longitude': 'double', 'opening_hours': 'json', 'wifi': 'boolean',
    'parking_available': 'boolean', 'disabled_access': 'boolean', 'rating': 'double', 'rating_count': 'bigint'
} %}
{% set list_fields = [
    'raw_categories', 'canonical_activities', 'canonical_roles', 'canonical_place_types', 'canonical_access'
] %}
with int_golden_cells as (

    select * from {{ ref('int_golden_cells') }}

),

completeness_weights as (

    select * from {{ ref('completeness_weights') }}

),

int_entities_unnameable as (

    select * from {{ ref('int_entities_unnameable') }}

),

int_entity_slugs as (

    select * from {{ ref('int_entity_slugs') }}

),

int_claims_ranked as (

    select * from {{ ref('int_claims_ranked') }}

),

int_claims as (

    select * from {{ ref('int_claims') }}

),

versions as (

    select * from {{ ref('int_versions_matched') }}
    where replaced_at is null

),

golden_cells as (

    select * from int_golden_cells
    where is_current

),

cells as (

    -- An entity without a name that may be kept is no golden record; `trigpoint purge` deletes it.
    select
        golden_cells.*,
        -- A derived value does not make a record more complete.
        if(golden_cells.strategy = 'derived', 0, coalesce(weights.weight, 0)) as weight
    from golden_cells
    anti join int_entities_unnameable as unnameable
        on golden_cells.entity_id = unnameable.entity_id
    left join completeness_weights as weights
        on golden_cells.field_name = weights.field_name

),

statuses as (

    -- The evidence of the status.
    select
        ranked.entity_id,
        claims.quote as evidence
    from int_claims_ranked as ranked
    inner join int_claims as claims
        on ranked.claim_id = claims.claim_id and claims.is_current
    where ranked.field_name = 'operating_status' and ranked.is_winner and ranked.is_current

),

sightings as (

    select
        entity_id,
        count(distinct source_name) as source_count,
        min(first_fetched_at) as first_seen_at,
        max(fetched_at) as updated_at,
        max_by(run_id, (fetched_at, run_id)) as last_run_id
    from versions
    group by entity_id

),

-- Maps, and lists that are sorted after aggregation: one filtered aggregate per field, or an ordered aggregate, is
-- several times slower.
gathered as (

    select
        entity_id,
        map_from_entries(list({ 'field': field_name, 'value': value }) filter (where value is not null)) as texts,
        map_from_entries(
            list({ 'field': field_name, 'many': { 'items': list_of_items, 'values': list_of_values } })
            filter (where value is null)
        ) as lists,
        list_sort(list(to_json(field_name)::varchar || ':' || json_object(
            'source', source_name, 'sources', sources, 'record', source_record_id, 'rule', strategy, 'trust', trust,
            'runners_up', runners_up
        )::varchar)) as source_info,
        list_sort(list(to_json(field_name)::varchar || ':' || confidence::varchar)) as field_confidence,
        sum(weight) as weight
    from cells
    group by entity_id

),

entities as (

    select
        gathered.entity_id,
        slugs.slug,
        {%- for field in text_fields %}
        texts['{{ field }}'] as {{ field }},
        {%- endfor %}
        {%- for field, type in typed_fields.items() %}
        texts['{{ field }}']::{{ type }} as {{ field }},
        {%- endfor %}
        {%- for field in list_fields %}
        coalesce(lists['{{ field }}'].values, []) as {{ field }},
        {%- endfor %}
        list_filter(
            coalesce(lists['alternate_names'].values, []), lambda name: name != texts['entity_name']
        ) as alternate_names,
        coalesce(texts['operating_status'], 'unknown') as operating_status,
        statuses.evidence as operating_status_evidence,
        {{ attributes_with_status("lists['discovered_attributes']", "texts['operating_status']") }}
            as discovered_attributes,
        {{ ids_by_namespace("lists['external_ids'].items") }} as external_ids,
        ('{' || array_to_string(gathered.source_info, ',') || '}')::json as source_info,
        ('{' || array_to_string(gathered.field_confidence, ',') || '}')::json as field_confidence,
        round(
            gathered.weight / (select sum(weights.weight) from completeness_weights as weights), 4
        )::double as completeness,
        sightings.source_count,
        sightings.first_seen_at,
        sightings.updated_at,
        sightings.last_run_id
    from gathered
    inner join sightings
        on gathered.entity_id = sightings.entity_id
    left join int_entity_slugs as slugs
        on gathered.entity_id = slugs.entity_id
    left join statuses
        on gathered.entity_id = statuses.entity_id

)

select * from entities
-- Sorted, so that what is about a few entities is in a few parts of the table.
order by entity_id
