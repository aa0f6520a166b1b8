-- One row per correction of a person's: the entity it corrects, and since when it no longer holds. One that is to
-- retire does so when a record that said otherwise, on the day of the decision, has come to say something else.
with int_record_entities as (

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

given as (

    -- In the form that a source's value has; as it was written, where nobody has read it.
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

living as (

    select distinct entity_id from int_record_entities as record_entities

),

overrides as (

    select
        given.*,
        coalesce(redirects.entity_id, living.entity_id, record_entities.entity_id) as corrected_entity,
        {{ normalised_value('given.field_name', 'given.value') }} as value_normalised
    from given
    left join int_entity_redirects as redirects
        on given.entity_id = redirects.old_entity_id
    left join living
        on given.entity_id = living.entity_id
    left join int_record_entities as record_entities
        on given.record_key = record_entities.record_key

),

versions as (

    select
        record_versions.record_key,
        record_versions.version_no,
        record_versions.valid_from,
        record_entities.entity_id
    from int_record_versions as record_versions
    inner join int_record_entities as record_entities
        on record_versions.record_key = record_entities.record_key
    where record_versions.loss_reason is null

),

said as (

    select
        record_key,
        version_no,
        field_name,
        list_sort(list(distinct value_normalised)) as said_values
    from int_record_claims
    where not is_placeholder and verification != 'rejected'
    group by record_key, version_no, field_name

),

seen_by_the_person as (

    -- What each record said at the end of the day on which it was decided; what it said first, if it came later.
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
        array_to_string(said_then.said_values, ' | ') as said_then,
        array_to_string(said_later.said_values, ' | ') as said_since,
        row_number() over (
            partition by overrides.override_id order by later.valid_from, later.record_key, later.version_no
        ) as change_no
    from overrides
    inner join seen_by_the_person as seen
        on overrides.override_id = seen.override_id
    inner join versions as later
        on seen.record_key = later.record_key and seen.version_no < later.version_no
    left join said as said_then
        on
            seen.record_key = said_then.record_key
            and seen.version_no = said_then.version_no
            and overrides.field_name = said_then.field_name
    left join said as said_later
        on
            later.record_key = said_later.record_key
            and later.version_no = said_later.version_no
            and overrides.field_name = said_later.field_name
    where
        overrides.retire_when_source_changes
        and not coalesce(list_contains(said_then.said_values, overrides.value_normalised), false)
        and said_then.said_values is distinct from said_later.said_values

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
