-- One row per part (an unnamed or numbered court or pitch): the venue it lies in, the nearest with the same sport, or
-- else the nearest with any: a court can be what no other source has told of a club.
with int_records as (

    select * from {{ ref('int_records') }}

),

int_record_categories as (

    select * from {{ ref('int_record_categories') }}

),

int_components_split as (

    select * from {{ ref('int_components_split') }}

),

int_match_features as not materialized (

    select * from {{ ref('int_match_features') }}

),

parts as (

    select * from int_records
    where is_sub_venue and loss_reason is null

),

activities as (

    select
        parts.record_key,
        list(categories.value) as activities
    from parts
    inner join int_record_categories as categories
        on
            parts.record_key = categories.record_key
            and parts.version_no = categories.version_no
            and categories.field_name = 'canonical_activities'
    group by parts.record_key

),

clusters as (

    select
        features.record_key,
        named_after.record_key as cluster_key
    from int_components_split as members
    inner join int_match_features as features
        on members.record_no = features.record_no
    inner join int_match_features as named_after
        on members.cluster_no = named_after.record_no

),

cluster_activities as (

    -- The whole venue's: one source may know of its courts where another does not.
    select
        clusters.cluster_key,
        list_distinct(flatten(list(features.activities))) as activities,
        list_distinct(flatten(list(features.place_types))) as place_types
    from int_match_features as features
    inner join clusters
        on features.record_key = clusters.record_key
    group by clusters.cluster_key

),

candidates as (

    select
        parts.record_key,
        clusters.cluster_key,
        {{ metres_between('parts.latitude', 'parts.longitude', 'venues.latitude', 'venues.longitude') }} as metres,
        list_has_any(cluster_activities.activities, coalesce(activities.activities, [])) as is_same_sport,
        len(cluster_activities.activities) > 0
        and not list_has_any(cluster_activities.place_types, {{ var('places_of_one_kind') }}) as is_sports_venue
    from parts
    inner join int_match_features as venues
        on
            -- a box around the circle first, up to 63 degrees north: the distance is dear
            venues.latitude
            between parts.latitude - {{ var('max_sub_venue_metres') }} / 90000
            and parts.latitude + {{ var('max_sub_venue_metres') }} / 90000
            and venues.longitude
            between parts.longitude - {{ var('max_sub_venue_metres') }} / 50000
            and parts.longitude + {{ var('max_sub_venue_metres') }} / 50000
    inner join clusters
        on venues.record_key = clusters.record_key
    inner join cluster_activities
        on clusters.cluster_key = cluster_activities.cluster_key
    left join activities
        on parts.record_key = activities.record_key

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
        parts.record_key,
        ranked.cluster_key,
        ranked.metres
    from parts
    left join ranked
        on parts.record_key = ranked.record_key and ranked.nearness = 1

)

select * from placed
