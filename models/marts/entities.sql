-- One row per entity: the golden record.
{% set text_fields = [
    'summary', 'description', 'street_address', 'locality', 'city', 'postcode', 'country', 'phone', 'email',
    'website_url', 'instagram_url', 'facebook_url', 'twitter_url', 'linkedin_url'
] %}
{% set list_fields = [
    'alternate_names', 'raw_categories', 'canonical_activities', 'canonical_roles', 'canonical_place_types', 'canonical_access'
] %}
with unnameable as (

    -- Its source's terms let nobody say its name any longer: of this `trigpoint purge` leaves nothing.
    select entity_id
    from {{ ref('int_claims_ranked') }}
    where field_name = 'entity_name' and past_moment is null
    group by entity_id
    having bool_or(is_expired) and not bool_or(is_winner)

),

cells as (

    select
        golden_cells.*,
        -- What nobody says does not make a record more complete.
        if(golden_cells.strategy = 'derived', 0, coalesce(weights.weight, 0)) as weight
    from {{ ref('int_golden_cells') }} as golden_cells
    anti join unnameable
        on golden_cells.entity_id = unnameable.entity_id
    left join {{ ref('completeness_weights') }} as weights
        on golden_cells.field_name = weights.field_name
    where golden_cells.past_moment is null

),

statuses as (

    -- Beside the status, the words that say so.
    select
        ranked.entity_id,
        claims.quote as evidence
    from {{ ref('int_claims_ranked') }} as ranked
    inner join {{ ref('int_claims') }} as claims
        on ranked.claim_id = claims.claim_id and claims.past_moment is null
    where ranked.field_name = 'operating_status' and ranked.is_winner and ranked.past_moment is null

),

record_entities as (

    select
        record_entities.entity_id,
        count(distinct int_records.source_name) as source_count,
        min(int_records.first_fetched_at) as first_seen_at,
        max(int_records.fetched_at) as updated_at,
        max_by(int_records.run_id, (int_records.fetched_at, int_records.run_id)) as last_run_id
    from {{ ref('int_record_entities') }} as record_entities
    inner join {{ ref('int_records') }} as int_records
        on record_entities.record_key = int_records.record_key
    group by record_entities.entity_id

),

-- Maps, and lists sorted once they are together: an aggregate with a filter a field, or an order of its own, is several
-- times slower.
gathered as (

    select
        entity_id,
        map_from_entries(list({ 'field': field_name, 'value': value }) filter (where value is not null)) as said,
        map_from_entries(
            list({ 'field': field_name, 'many': { 'items': list_of_items, 'values': list_of_values } })
            filter (where value is null)
        ) as listed,
        list_sort(list(to_json(field_name)::varchar || ':' || json_object(
            'source', source_name, 'sources', sources, 'record', source_record_id, 'rule', strategy, 'trust', trust,
            'runners_up', runners_up
        )::varchar)) as source_info,
        list_sort(list(to_json(field_name)::varchar || ':' || confidence)) as field_confidence,
        -- An address of the record that does not change with what is derived of it.
        max(value) filter (where field_name = 'locality' and strategy is distinct from 'derived') as stated_locality,
        sum(weight) as weight
    from cells
    group by entity_id

),

pivoted as (

    select
        entity_id,
        said['entity_name'] as entity_name,
        said['entity_class'] as entity_class,
        {%- for field in text_fields %}
        said['{{ field }}'] as {{ field }},
        {%- endfor %}
        {%- for field in list_fields %}
        coalesce(listed['{{ field }}'].values, []) as {{ field }},
        {%- endfor %}
        said['latitude']::double as latitude,
        said['longitude']::double as longitude,
        coalesce(said['operating_status'], 'unknown') as operating_status,
        said['opening_hours']::json as opening_hours,
        said['wifi']::boolean as wifi,
        said['parking_available']::boolean as parking_available,
        said['disabled_access']::boolean as disabled_access,
        said['rating']::double as rating,
        said['rating_count']::bigint as rating_count,
        -- A word of Google's for the same, where readers of the attributes look for it.
        map_concat(
            map(
                coalesce(listed['discovered_attributes'].items, []),
                coalesce(listed['discovered_attributes'].values, [])
            ),
            map_from_entries(list_filter(
                [{ 'field': 'business_status', 'value': said['operating_status'] }],
                lambda entry: entry.value is not null
            ))
        ) as attributes,
        listed['external_ids'].items as ids,
        source_info,
        field_confidence,
        stated_locality,
        round(weight / (select sum(weight) from {{ ref('completeness_weights') }}), 4)::double as completeness
    from gathered

),

slugged as (

    select
        *,
        coalesce(replace({{ folded(
            "if(stated_locality is null or contains(lower(entity_name), lower(stated_locality)), entity_name, "
            ~ "entity_name || ' ' || stated_locality)"
        ) }}, ' ', '-'), '') as slug_wanted
    from pivoted

)

select
    slugged.entity_id,
    if(
        count(*) over (partition by slugged.slug_wanted) > 1 or slugged.slug_wanted = '',
        ltrim(slugged.slug_wanted || '-' || substr(slugged.entity_id, 4, 6), '-'), slugged.slug_wanted
    ) as slug,
    slugged.entity_name,
    slugged.entity_class,
    list_filter(slugged.alternate_names, lambda name: name != slugged.entity_name) as alternate_names,
    slugged.operating_status,
    statuses.evidence as operating_status_evidence,
    slugged.summary,
    slugged.description,
    slugged.raw_categories,
    slugged.canonical_activities,
    slugged.canonical_roles,
    slugged.canonical_place_types,
    slugged.canonical_access,
    slugged.street_address,
    slugged.locality,
    slugged.city,
    slugged.postcode,
    slugged.country,
    slugged.latitude,
    slugged.longitude,
    slugged.phone,
    slugged.email,
    slugged.website_url,
    slugged.instagram_url,
    slugged.facebook_url,
    slugged.twitter_url,
    slugged.linkedin_url,
    slugged.opening_hours,
    slugged.wifi,
    slugged.parking_available,
    slugged.disabled_access,
    slugged.rating,
    slugged.rating_count,
    to_json(slugged.attributes) as discovered_attributes,
    to_json(map_from_entries(list_transform(
        list_sort(list_distinct(list_transform(coalesce(slugged.ids, []), lambda id: split_part(id, '=', 1)))),
        lambda namespace: {
            'k': namespace,
            'v': list_transform(
                list_filter(slugged.ids, lambda id: starts_with(id, namespace || '=')),
                lambda id: id[len(namespace) + 2:]
            )
        }
    ))) as external_ids,
    ('{' || array_to_string(slugged.source_info, ',') || '}')::json as source_info,
    ('{' || array_to_string(slugged.field_confidence, ',') || '}')::json as field_confidence,
    slugged.completeness,
    record_entities.source_count,
    record_entities.first_seen_at,
    record_entities.updated_at,
    record_entities.last_run_id
from slugged
inner join record_entities
    on slugged.entity_id = record_entities.entity_id
left join statuses
    on slugged.entity_id = statuses.entity_id
