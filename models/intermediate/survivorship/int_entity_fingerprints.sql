-- One row per entity: a hash of everything that its records and corrections say. It changes when a claim of the entity
-- may change. What holds for all entities (seeds, models, lists) is not in it: a change there ranks all of them.
{{ config(materialized='view') }}

with record_versions as (

    select * from {{ ref('int_record_versions') }}

),

record_entities as (

    select * from {{ ref('int_record_entities') }}

),

record_categories as (

    select * from {{ ref('int_record_categories') }}

),

text_claims as (

    select * from {{ ref('stg_extract__claims') }}

),

manual_overrides as (

    select * from {{ ref('manual_overrides') }}

),

redirects as (

    select * from {{ ref('int_entity_redirects') }}

),

corrected as (

    select
        coalesce(redirects.entity_id, record_entities.entity_id, manual_overrides.entity_id) as entity_id,
        {{ row_fingerprint('manual_overrides') }} as part
    from manual_overrides
    left join redirects
        on manual_overrides.entity_id = redirects.old_entity_id
    left join record_entities
        on manual_overrides.record_key = record_entities.record_key

),

parts_of_records as (

    select
        record_key,
        {{ row_fingerprint('record_versions') }} as part
    from record_versions
    union all
    select
        record_key,
        {{ row_fingerprint('record_categories') }} as part
    from record_categories
    union all
    select
        record_key,
        {{ row_fingerprint('text_claims') }} as part
    from text_claims

),

parts as (

    select
        record_entities.entity_id,
        parts_of_records.part,
        false as is_correction
    from parts_of_records
    inner join record_entities
        on parts_of_records.record_key = record_entities.record_key
    union all
    select
        entity_id,
        {{ row_fingerprint('record_entities') }} as part,
        false as is_correction
    from record_entities
    union all
    select
        entity_id,
        part,
        true as is_correction
    from corrected
    where entity_id is not null -- a correction of a record that is gone reaches no entity

),

fingerprints as (

    -- A sum does not depend on the order of the parts.
    select
        entity_id,
        sum(part::hugeint)::varchar as fingerprint,
        bool_or(is_correction) as is_corrected
    from parts
    group by entity_id

)

select * from fingerprints
