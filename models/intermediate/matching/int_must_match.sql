-- One row per two records that `must_match` decisions join, directly or through others, in each direction.
with recursive links as (

    select
        left_no as one_no,
        right_no as other_no
    from {{ ref('int_matches') }}
    where is_decided
    union all
    select
        right_no as one_no,
        left_no as other_no
    from {{ ref('int_matches') }}
    where is_decided

),

must_match as (

    select * from links
    union
    select
        must_match.one_no,
        links.other_no
    from must_match
    inner join links
        on must_match.other_no = links.one_no

)

select * from must_match
