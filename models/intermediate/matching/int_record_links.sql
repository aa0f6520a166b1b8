-- One row per record that a match, a sign against a match, or a decision is about: a hash of these. A build clusters
-- the component of the record again when the hash changes. The table of the build before is the memory of this model.
{{ config(keyed_by='record_no', reads_itself=true) }}

with matches as (

    select * from {{ ref('int_matches') }}

),

vetoes as (

    select
        left_no,
        right_no,
        match_weight
    from {{ ref('int_predictions') }}
    where match_weight <= {{ var('veto_weight') }}

),

match_overrides as (

    select
        left_record_key,
        right_record_key,
        decision
    from {{ ref('match_overrides') }}

),

features as (

    select
        record_no,
        record_key
    from {{ ref('int_records_standardised') }}

),

context as (

    select
        as_of,
        scope
    from {{ ref('stg_ops__build_context') }}

),

before as (

    {% if was_built(this) %}
    select links_before.*
    from {{ this }} as links_before
    cross join context
    where context.scope = 'changed'
    {% else %}
    select
        null::integer as record_no,
        null::varchar as fingerprint,
        null::timestamp as linked_at
    where false
    {% endif %}

),

links as (

    select
        left_no,
        right_no,
        {{ row_fingerprint('matches') }} as part
    from matches
    union all
    select
        left_no,
        right_no,
        {{ row_fingerprint('vetoes') }} as part
    from vetoes
    union all
    select
        lefts.record_no as left_no,
        rights.record_no as right_no,
        {{ row_fingerprint('match_overrides') }} as part
    from match_overrides
    inner join features as lefts
        on match_overrides.left_record_key = lefts.record_key
    inner join features as rights
        on match_overrides.right_record_key = rights.record_key

),

both_ways as (

    select
        left_no as record_no,
        part
    from links
    union all
    select
        right_no as record_no,
        part
    from links

),

linked as (

    -- A sum does not depend on the order of the parts.
    select
        record_no,
        sum(part::hugeint)::varchar as fingerprint
    from both_ways
    group by record_no

),

compared as (

    select
        coalesce(linked.record_no, before.record_no) as record_no,
        linked.fingerprint,
        context.as_of as linked_at
    from linked
    full join before
        on linked.record_no = before.record_no
    cross join context
    where
        context.scope != 'changed'
        or linked.fingerprint is distinct from before.fingerprint
        -- A build may begin again as of the same moment, because a record that it could not read was rejected.
        or before.linked_at >= context.as_of

)

select * from compared
