-- One row per entity that may say something else than in the build before: a hash of everything that its records and
-- corrections say. It changes when a claim of the entity may change. What holds for all entities (seeds, models, lists)
-- is not in it: a change there ranks all of them. Texts are read and corrections are made without a landing. So an
-- entity that ever had one is compared in each build, and the table of the build before says which had.
{{ config(reads_itself=true) }}

with record_entities as not materialized (

    select * from {{ ref('int_record_entities') }}

),

reached as (

    select entity_id from {{ ref('int_entities_reached') }}

),

record_categories as not materialized (

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

followed as (

    select record_entities.entity_id
    from record_entities
    semi join text_claims
        on record_entities.record_key = text_claims.record_key
    union
    select entity_id from corrected
    where entity_id is not null -- a correction of a record that is gone reaches no entity
    {% if was_built(this) %}
    union
    select entity_id from {{ this }}
    where is_followed
    {% endif %}

),

to_compare as (

    select entity_id from reached
    union
    select entity_id from followed

),

records as materialized ( -- otherwise all versions are joined first

    select * from record_entities
    semi join to_compare
        on record_entities.entity_id = to_compare.entity_id

),

versions as (

    {{ few_rows_of(ref('int_record_versions'), 'record_key', 'records') }}

),

categories as (

    select * from record_categories
    semi join records
        on record_categories.record_key = records.record_key

),

parts_of_records as (

    select
        record_key,
        {{ row_fingerprint('versions') }} as part
    from versions
    union all
    select
        record_key,
        {{ row_fingerprint('categories') }} as part
    from categories
    union all
    select
        record_key,
        {{ row_fingerprint('text_claims') }} as part
    from text_claims

),

parts as (

    select
        records.entity_id,
        parts_of_records.part,
        false as is_correction
    from parts_of_records
    inner join records
        on parts_of_records.record_key = records.record_key
    union all
    select
        entity_id,
        {{ row_fingerprint('records') }} as part,
        false as is_correction
    from records
    union all
    select
        entity_id,
        part,
        true as is_correction
    from corrected
    where entity_id is not null

),

sums as (

    -- A sum does not depend on the order of the parts.
    select
        entity_id,
        sum(part::hugeint)::varchar as fingerprint,
        bool_or(is_correction) as is_corrected
    from parts
    group by entity_id

),

fingerprints as (

    select
        to_compare.entity_id,
        sums.fingerprint,
        coalesce(sums.is_corrected, false) as is_corrected,
        followed.entity_id is not null as is_followed
    from to_compare
    left join sums
        on to_compare.entity_id = sums.entity_id
    left join followed
        on to_compare.entity_id = followed.entity_id

)

select * from fingerprints
