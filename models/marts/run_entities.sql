-- One row per run and entity with a record in it. A declared list takes part in every run. `is_answer` marks the
-- entities that answer the run's query.
with int_run_records as (

    select * from {{ ref('int_run_records') }}

),

int_record_entities as (

    select * from {{ ref('int_record_entities') }}

),

entity_records as (

    select * from {{ ref('entity_records') }}

),

stg_ops__runs as (

    select * from {{ ref('stg_ops__runs') }}

),

entities as (

    select * from {{ ref('entities') }}

),

entity_kinds as (

    select * from {{ ref('entity_kinds') }}

),

touched as (

    select distinct
        landed.run_id,
        record_entities.entity_id
    from int_run_records as landed
    inner join int_record_entities as record_entities
        on landed.source_name || ':' || landed.source_record_id = record_entities.record_key

),

names as (

    select
        entity_id,
        list(distinct replace({{ folded('entity_name') }}, ' ', '')) as compact_names
    from entity_records
    semi join touched
        on entity_records.entity_id = touched.entity_id
    where entity_name is not null and match_role = 'member'
    group by entity_id

),

-- A kind that the seed `query_vocabulary` knows under another word is that word too.
stated_kinds as (

    select
        entity_id,
        list_concat(list(kind), list(category) filter (where category is not null)) as kinds
    from entity_kinds
    group by entity_id

),

asked_kind_names as (

    select
        run_id,
        list_transform(
            coalesce(json_extract_string(plan, '$.features.kinds[*].name'), []),
            lambda name: replace({{ folded('name') }}, ' ', '')
        ) as kind_names
    from stg_ops__runs

),

tested as (

    select
        touched.run_id,
        touched.entity_id,
        runs.asked_name is null or list_bool_and(list_transform(
            string_split({{ folded('runs.asked_name') }}, ' '),
            lambda word: len(list_filter(
                list_concat(
                    names.compact_names,
                    list_transform(entities.alternate_names, lambda name: replace({{ folded('name') }}, ' ', ''))
                ),
                lambda name: contains(name, word)
            )) > 0
        )) as is_named,
        runs.asked_name is not null
        or len(coalesce(runs.asked_categories, [])) = 0
        or list_has_any(
            runs.asked_categories,
            list_concat(entities.canonical_activities, entities.canonical_place_types, stated_kinds.kinds)
        )
        -- Where no source states a kind, the name may.
        or (
            stated_kinds.kinds is null
            and len(coalesce(entities.canonical_place_types, [])) = 0
            and len(list_filter(
                asked_kind_names.kind_names,
                lambda kind_name: len(list_filter(names.compact_names, lambda name: contains(name, kind_name))) > 0
            )) > 0
        ) as is_of_kind,
        coalesce(
            {{ is_in_area_of('runs', 'entities') }},
            runs.area_name in (entities.locality, entities.city),
            -- A page without a locality or city was found by a search for the area.
            entities.locality is null and entities.city is null
        ) as is_in_area,
        entities.operating_status,
        entities.operating_status_evidence
    from touched
    inner join stg_ops__runs as runs
        on touched.run_id = runs.run_id
    inner join entities
        on touched.entity_id = entities.entity_id
    inner join names
        on touched.entity_id = names.entity_id
    left join stated_kinds
        on touched.entity_id = stated_kinds.entity_id
    left join asked_kind_names
        on touched.run_id = asked_kind_names.run_id

),

answers as (

    select
        run_id,
        entity_id,
        coalesce(
            is_named and is_of_kind and is_in_area and operating_status not in ('closed_permanently', 'planned'), false
        ) as is_answer,
        case
            when not is_named then 'another name'
            when not is_of_kind then 'another kind of place'
            when not coalesce(is_in_area, false) then 'outside the area'
            when operating_status = 'closed_permanently' then 'closed for good'
            when operating_status = 'planned' then 'planned, not there yet'
            else 'answers'
        end as reason,
        operating_status,
        operating_status_evidence
    from tested

)

select * from answers
