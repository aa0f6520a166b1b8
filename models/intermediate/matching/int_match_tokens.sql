-- One row per record and word of its name; `information` is the word's inverse document frequency, learned here.
with tokens as (

    select distinct
        record_key,
        unnest(string_split(name_folded, ' ')) as token
    from {{ ref('int_match_features') }}

),

names as (

    -- A club with eight courts is eight records and one name: names are counted, not records.
    select
        token,
        count(distinct features.name_compact) as names
    from tokens
    inner join {{ ref('int_match_features') }} as features
        on tokens.record_key = features.record_key
    group by token

),

total as (

    select count(distinct name_compact) as names from {{ ref('int_match_features') }}

)

select
    tokens.record_key,
    tokens.token,
    ln(1 + total.names / names.names) as information,
    names.names as document_frequency
from tokens
inner join names
    on tokens.token = names.token
cross join total
where tokens.token != ''
