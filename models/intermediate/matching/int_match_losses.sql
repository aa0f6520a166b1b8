-- One row per record that passed staging but belongs to no entity, with the reason.
with int_sub_venues_placed as (

    select * from {{ ref('int_sub_venues_placed') }}

),

losses as (

    select
        record_key,
        'part_without_venue' as loss
    from int_sub_venues_placed
    where cluster_key is null

)

select * from losses
