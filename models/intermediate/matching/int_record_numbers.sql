-- One row per record that is or was matched: its number, and why this build compares it again, if it does. A number
-- stays with its record until a build makes everything again. The table of the build before is the memory of this
-- model.
{{ config(keyed_by='record_no', reads_itself=true, reason='matched_because') }}

with staged as (

    select * from {{ ref('int_versions_staged') }}
    where replaced_at is null and not is_sub_venue

),

record_categories as (

    select * from {{ ref('int_record_categories') }}
    where field_name in ('canonical_place_types', 'canonical_activities')

),

lists_staged_before as (

    select source_name from {{ ref('stg_lists__landed') }}
    where not is_staged

),

context as (

    select
        as_of,
        scope
    from {{ ref('stg_ops__build_context') }}

),

before as not materialized (

    {% if was_built(this, column='source_name') %}
    select numbers.* exclude (matched_because)
    from {{ this }} as numbers
    cross join context
    where context.scope != 'all'
    {% else %}
    select
        null::integer as record_no,
        null::varchar as record_key,
        null::varchar as source_name,
        null::bigint as fingerprint,
        null::timestamp as matched_at
    where false
    {% endif %}

),

categories as (

    select
        staged.record_key,
        list(record_categories.value order by record_categories.field_name, record_categories.value) as all_values
    from staged
    inner join record_categories
        on
            staged.record_key = record_categories.record_key
            and staged.version_no = record_categories.version_no
    group by staged.record_key

),

present as (

    -- What the matching reads of a record, and nothing else: the same content that lands again changes nothing.
    select
        staged.record_key,
        staged.source_name,
        {{ text_key([
            'staged.entity_name', 'staged.alternate_names', 'staged.raw_categories', 'staged.street_address',
            'staged.locality', 'staged.city', 'staged.postcode', 'staged.country', 'staged.latitude',
            'staged.longitude', 'staged.phone', 'staged.website_url', 'staged.external_ids', 'staged.floors',
            'categories.all_values'
        ]) }} as fingerprint
    from staged
    left join categories
        on staged.record_key = categories.record_key

),

sources_known as (

    select distinct before.source_name
    from before
    cross join context
    left join lists_staged_before
        on before.source_name = lists_staged_before.source_name
    where context.scope != 'changed' or lists_staged_before.source_name is null

),

-- The records of a list that is not staged stay as they are.
known as (

    select before.*
    from before
    semi join sources_known
        on before.source_name = sources_known.source_name

),

compared as (

    select
        known.record_no,
        coalesce(present.record_key, known.record_key) as record_key,
        coalesce(present.source_name, known.source_name) as source_name,
        present.fingerprint,
        known.matched_at,
        case
            when context.scope != 'changed' then 'all'
            -- A build may begin again as of the same moment, because a record that it could not read was rejected.
            when known.matched_at >= context.as_of then 'again'
            when present.fingerprint is null and known.fingerprint is null then null
            when present.fingerprint is null then 'gone'
            when known.fingerprint is null then 'new'
            when present.fingerprint != known.fingerprint then 'changed'
        end as matched_because
    from present
    full join known
        on present.record_key = known.record_key
    cross join context

),

numbered as (

    select
        coalesce(
            record_no,
            (select coalesce(max(before.record_no), 0) from before)
            + row_number() over (partition by record_no is null order by record_key)
        )::integer as record_no,
        record_key,
        source_name,
        fingerprint,
        if(matched_because is null, matched_at, context.as_of) as matched_at,
        matched_because
    from compared
    cross join context

)

select * from numbered
