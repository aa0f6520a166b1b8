-- One row per entity: the moment for which its claims are ranked, and why this build ranks them again, if it does.
-- An entity that no record belongs to any more has one last row, so that its rows can be deleted.
{{ config(
    keyed_by='entity_id', reads_itself=true, reason='ranked_because',
    post_hook="update ops.build_scope set has_begun = true"
) }}

with fingerprints as (

    select * from {{ ref('int_entity_fingerprints') }}

),

record_versions as not materialized (

    select * from {{ ref('int_record_versions') }}

),

record_entities as not materialized (

    select * from {{ ref('int_record_entities') }}

),

source_terms as (

    select * from {{ ref('int_source_terms') }}

),

context as (

    select * from {{ ref('stg_ops__build_context') }}

),

remembered as not materialized (

    {% if was_built(this) %}
    select
        entity_id,
        fingerprint,
        ranked_at,
        ranked_because
    from {{ this }}
    {% else %}
    select
        null::varchar as entity_id,
        null::varchar as fingerprint,
        null::timestamp as ranked_at,
        null::varchar as ranked_because
    where false
    {% endif %}

),

before as not materialized (

    select * from remembered
    where fingerprint is not null

),

limits as (

    select distinct
        source_name,
        retention_days
    from source_terms
    where retention_days is not null

),

limited as materialized ( -- otherwise the records of all entities are joined first

    select
        record_versions.record_key,
        record_versions.fetched_at + to_days(limits.retention_days) as expires_at
    from record_versions
    inner join limits
        on record_versions.source_name = limits.source_name

),

expired as materialized (

    -- When the terms of a source last let one of their claims expire.
    select
        record_entities.entity_id,
        max(limited.expires_at) as expired_at
    from limited
    inner join record_entities
        on limited.record_key = record_entities.record_key
    cross join context
    where limited.expires_at <= context.as_of
    group by record_entities.entity_id

),

entities_now as (

    -- Those that are not compared have the hash of the build before.
    select
        coalesce(fingerprints.entity_id, before.entity_id) as entity_id,
        if(fingerprints.entity_id is null, before.fingerprint, fingerprints.fingerprint) as fingerprint,
        coalesce(fingerprints.is_corrected, false) as is_corrected,
        before.fingerprint as fingerprint_before,
        before.ranked_at,
        before.ranked_because as ranked_before,
        context.scope,
        context.as_of,
        context.begins_again
    from before
    full join fingerprints
        on before.entity_id = fingerprints.entity_id
    cross join context
    where if(fingerprints.entity_id is null, context.scope = 'changed', fingerprints.fingerprint is not null)

),

compared as (

    select
        entities_now.entity_id,
        entities_now.fingerprint,
        entities_now.ranked_at,
        entities_now.scope,
        entities_now.as_of,
        case
            when entities_now.scope in ('all', 'same_moments') then 'all'
            when entities_now.fingerprint_before is null then 'new'
            when entities_now.fingerprint_before != entities_now.fingerprint then 'changed'
            when expired.expired_at > entities_now.ranked_at then 'expired'
            when entities_now.is_corrected then 'corrected'
            when entities_now.ranked_at <= entities_now.as_of - to_days({{ var('rank_again_after_days') }}) then 'aged'
            -- The build begins again: it has ranked the entity, but may not have made its rows.
            when entities_now.begins_again and entities_now.ranked_before is not null then 'again'
            when entities_now.ranked_at > entities_now.as_of then 'again' -- the clock was moved back
        end as ranked_because
    from entities_now
    left join expired
        on entities_now.entity_id = expired.entity_id

),

present as (

    select entity_id from fingerprints
    where fingerprint is not null

),

absent as (

    select entity_id from fingerprints
    where fingerprint is null

),

gone as (

    select before.entity_id
    from before
    semi join absent
        on before.entity_id = absent.entity_id
    union
    -- A build that ranks all compares all.
    select before.entity_id
    from before
    cross join context
    anti join present
        on before.entity_id = present.entity_id
    where context.scope != 'changed'
    union
    select remembered.entity_id
    from remembered
    cross join context
    anti join present
        on remembered.entity_id = present.entity_id
    where remembered.ranked_because = 'gone' and context.begins_again

),

moments as (

    select
        entity_id,
        fingerprint,
        if(ranked_because is null or scope = 'same_moments', coalesce(ranked_at, as_of), as_of) as ranked_at,
        ranked_because
    from compared
    where scope != 'changed' or ranked_because is not null
    union all
    select
        entity_id,
        null as fingerprint,
        null as ranked_at,
        'gone' as ranked_because
    from gone

)

select * from moments
-- Sorted, so that what is about a few entities is in a few parts of the table.
order by entity_id
