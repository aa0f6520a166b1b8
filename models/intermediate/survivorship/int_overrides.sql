-- One row per correction by a person: the entity that it corrects, and when it was retired. A correction with
-- `retire_when_source_changes` retires when a record that stated another value on the day of the decision changes its
-- value.
with int_record_entities as not materialized (

    select * from {{ ref('int_record_entities') }}

),

manual_overrides as (

    select * from {{ ref('manual_overrides') }}

),

stg_ops__correction_values as (

    select * from {{ ref('stg_ops__correction_values') }}

),

field_strategies as (

    select * from {{ ref('field_strategies') }}

),

int_entity_redirects as (

    select * from {{ ref('int_entity_redirects') }}

),

int_record_versions as (

    select * from {{ ref('int_record_versions') }}

),

int_record_claims as (

    select * from {{ ref('int_record_claims') }}

),

parsed_overrides as (

    -- In the normal form of a source's value; as written, where the value was not parsed.
    select
        manual_overrides.* exclude (value),
        strategies.strategy,
        coalesce(correction_values.value, manual_overrides.value) as value
    from manual_overrides
    left join stg_ops__correction_values as correction_values
        on
            manual_overrides.field_name = correction_values.field_name
            and manual_overrides.value = correction_values.value_given
    left join field_strategies as strategies
        on manual_overrides.field_name = strategies.field_name

),

current_entities as (

    select distinct record_entities.entity_id
    from int_record_entities as record_entities
    semi join manual_overrides
        on record_entities.entity_id = manual_overrides.entity_id

),

overrides as (

    select
        parsed_overrides.*,
        coalesce(redirects.entity_id, current_entities.entity_id, record_entities.entity_id) as corrected_entity,
        {{ normalised_value('parsed_overrides.field_name', 'parsed_overrides.value') }} as value_normalised
    from parsed_overrides
    left join int_entity_redirects as redirects
        on parsed_overrides.entity_id = redirects.old_entity_id
    left join current_entities
        on parsed_overrides.entity_id = current_entities.entity_id
    left join int_record_entities as record_entities
        on parsed_overrides.record_key = record_entities.record_key

),

records_of_corrected as materialized ( -- otherwise all versions are joined first

    select
        record_entities.record_key,
        record_entities.entity_id
    from int_record_entities as record_entities
    semi join overrides
        on record_entities.entity_id = overrides.corrected_entity

),

versions as (

    select
        record_versions.record_key,
        record_versions.version_no,
        record_versions.valid_from,
        record_entities.entity_id
    from int_record_versions as record_versions
    inner join records_of_corrected as record_entities
        on record_versions.record_key = record_entities.record_key
    where record_versions.loss_reason is null

),

stated as (

    select
        record_key,
        version_no,
        field_name,
        list_sort(list(distinct value_normalised)) as stated_values
    from int_record_claims
    where not is_placeholder and verification != 'rejected'
    group by record_key, version_no, field_name

),

versions_at_decision as (

    -- The version of each record at the end of the day of the decision; the first version of a record that came
    -- later.
    select
        overrides.override_id,
        versions.record_key,
        coalesce(
            max(versions.version_no) filter (where versions.valid_from < overrides.decided_on + interval 1 day),
            min(versions.version_no)
        ) as version_no
    from overrides
    inner join versions
        on
            overrides.corrected_entity = versions.entity_id
            and coalesce(overrides.record_key = versions.record_key, true)
    group by overrides.override_id, versions.record_key

),

changes as (

    select
        overrides.override_id,
        later.record_key,
        later.valid_from,
        array_to_string(stated_then.stated_values, ' | ') as said_then,
        array_to_string(stated_later.stated_values, ' | ') as said_since,
        row_number() over (
            partition by overrides.override_id order by later.valid_from, later.record_key, later.version_no
        ) as change_no
    from overrides
    inner join versions_at_decision as seen
        on overrides.override_id = seen.override_id
    inner join versions as later
        on seen.record_key = later.record_key and seen.version_no < later.version_no
    left join stated as stated_then
        on
            seen.record_key = stated_then.record_key
            and seen.version_no = stated_then.version_no
            and overrides.field_name = stated_then.field_name
    left join stated as stated_later
        on
            later.record_key = stated_later.record_key
            and later.version_no = stated_later.version_no
            and overrides.field_name = stated_later.field_name
    where
        overrides.retire_when_source_changes
        and not coalesce(list_contains(stated_then.stated_values, overrides.value_normalised), false)
        and stated_then.stated_values is distinct from stated_later.stated_values

),

corrections as (

    select
        overrides.override_id,
        overrides.corrected_entity as entity_id,
        overrides.field_name,
        case when overrides.strategy = 'union' then overrides.value end as item,
        overrides.value,
        overrides.value_normalised,
        overrides.reason,
        overrides.author,
        overrides.decided_on::timestamp as valid_from,
        changes.valid_from as retired_at,
        changes.record_key as changed_record,
        changes.said_then,
        changes.said_since
    from overrides
    left join changes
        on overrides.override_id = changes.override_id and changes.change_no = 1

)

select * from corrections
