-- One row per sub-venue (an unnamed or numbered court or pitch), with its venue: the nearest with the same sport, or
-- else the nearest sports venue. A court can be a sport that no other source states for a club.
with int_records as (

    select * from {{ ref('int_records') }}

),

int_record_categories as (

    select * from {{ ref('int_record_categories') }}

),

int_components_split as (

    select * from {{ ref('int_components_split') }}

),

int_records_standardised as not materialized (

    select * from {{ ref('int_records_standardised') }}

),

sub_venues as (

    select * from int_records
    where is_sub_venue and loss_reason is null

),

activities as (

    select
        sub_venues.record_key,
        list(categories.value) as activities
    from sub_venues
    inner join int_record_categories as categories
        on
            sub_venues.record_key = categories.record_key
            and sub_venues.version_no = categories.version_no
            and categories.field_name = 'canonical_activities'
    group by sub_venues.record_key

),

near as (

    select
        sub_venues.record_key,
        venues.record_no,
        {{ metres_between('sub_venues.latitude', 'sub_venues.longitude', 'venues.latitude', 'venues.longitude') }}
            as metres
    from sub_venues
    inner join int_records_standardised as venues
        on
            -- First a box around the circle, valid up to 63 degrees north: the exact distance is expensive.
            venues.latitude
            between sub_venues.latitude - {{ var('max_sub_venue_metres') }} / 90000
            and sub_venues.latitude + {{ var('max_sub_venue_metres') }} / 90000
            and venues.longitude
            between sub_venues.longitude - {{ var('max_sub_venue_metres') }} / 50000
            and sub_venues.longitude + {{ var('max_sub_venue_metres') }} / 50000

),

near_clusters as (

    select members.cluster_no
    from near
    inner join int_components_split as members
        on near.record_no = members.record_no

),

clusters as (

    -- All records of the venue count: one source may list its courts where another does not.
    select
        members.cluster_no,
        min(features.record_key) as cluster_key,
        list_distinct(flatten(list(features.activities))) as activities,
        list_distinct(flatten(list(features.place_types))) as place_types
    from int_components_split as members
    semi join near_clusters
        on members.cluster_no = near_clusters.cluster_no
    inner join int_records_standardised as features
        on members.record_no = features.record_no
    group by members.cluster_no

),

candidates as (

    select
        near.record_key,
        clusters.cluster_key,
        near.metres,
        list_has_any(clusters.activities, coalesce(activities.activities, [])) as is_same_sport,
        len(clusters.activities) > 0
        and not list_has_any(clusters.place_types, {{ var('places_of_one_kind') }}) as is_sports_venue
    from near
    inner join int_components_split as members
        on near.record_no = members.record_no
    inner join clusters
        on members.cluster_no = clusters.cluster_no
    left join activities
        on near.record_key = activities.record_key

),

ranked as (

    select
        *,
        row_number() over (
            partition by record_key order by is_same_sport desc, metres, cluster_key
        ) as nearness
    from candidates
    where
        metres <= {{ var('max_sub_venue_metres') }} and is_same_sport
        or metres <= {{ var('max_other_sport_metres') }} and is_sports_venue

),

placed as (

    select
        sub_venues.record_key,
        ranked.cluster_key,
        ranked.metres
    from sub_venues
    left join ranked
        on sub_venues.record_key = ranked.record_key and ranked.nearness = 1

)

select * from placed
