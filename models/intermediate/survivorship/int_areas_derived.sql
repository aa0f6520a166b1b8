-- One row per entity, snapshot and field, for entities without a claim of the locality or the city: the area whose
-- box contains the point and whose middle is nearest, unless the postcode contradicts it. This is not a claim and has
-- no vote; any claim comes first.
with ranked as (

    select * from {{ ref('int_claims_ranked') }}
    where is_winner and field_name in ('latitude', 'longitude', 'postcode', 'locality', 'city')

),

areas as (

    select * from {{ ref('areas') }}

),

districts as (

    select * from areas
    where kind = 'postcode'

),

won as (

    select
        entity_id,
        snapshot_at,
        is_current,
        any_value(try_cast(value as double)) filter (where field_name = 'latitude') as latitude,
        any_value(try_cast(value as double)) filter (where field_name = 'longitude') as longitude,
        any_value(split_part(value, ' ', 1)) filter (where field_name = 'postcode') as district,
        bool_or(field_name = 'locality') as has_locality,
        bool_or(field_name = 'city') as has_city,
        list(claim_id order by claim_id) filter (where field_name not in ('locality', 'city')) as derived_from
    from ranked
    group by entity_id, snapshot_at, is_current

),

surrounding as (

    -- Boxes of neighbours overlap. The distance from the middle counts in widths of the box. The box of the postcode
    -- must touch the box of the area.
    select
        won.entity_id,
        won.snapshot_at,
        areas.kind,
        areas.area_name,
        areas.parent,
        areas.south,
        areas.west,
        areas.north,
        areas.east,
        row_number() over (
            partition by won.entity_id, won.snapshot_at, areas.kind
            order by
                pow((areas.latitude - won.latitude) / (areas.north - areas.south), 2)
                + pow((areas.longitude - won.longitude) / (areas.east - areas.west), 2),
                areas.area_name
        ) as nearness
    from won
    inner join areas
        on
            won.latitude between areas.south and areas.north
            and won.longitude between areas.west and areas.east
            and areas.kind in ('locality', 'city')
    left join districts
        on won.district = districts.area_name
    where
        not (won.has_locality and won.has_city)
        and (
            districts.area_name is null
            or areas.kind = 'city'
            or {{ boxes_overlap('areas', 'districts') }}
        )

),

located as (

    -- The town comes from the postcode district, unless that town is elsewhere than the point.
    select
        won.*,
        localities.area_name as locality,
        case
            when towns.area_name is null then coalesce(localities.parent, cities.area_name)
            when cities.area_name is null then towns.area_name
            when {{ boxes_overlap('towns', 'cities') }} then towns.area_name
        end as city,
        concat_ws(
            ', ', 'point ' || won.latitude::varchar || ' ' || won.longitude::varchar,
            'postcode district ' || districts.area_name
        ) as evidence
    from won
    left join surrounding as localities
        on
            won.entity_id = localities.entity_id
            and won.snapshot_at = localities.snapshot_at
            and localities.kind = 'locality'
            and localities.nearness = 1
    left join surrounding as cities
        on
            won.entity_id = cities.entity_id
            and won.snapshot_at = cities.snapshot_at
            and cities.kind = 'city'
            and cities.nearness = 1
    left join districts
        on won.district = districts.area_name
    left join areas as towns
        on districts.parent = towns.area_name and towns.kind = 'city'

),

derived as (

    {%- for field in ['locality', 'city'] %}
    select
        entity_id,
        snapshot_at,
        is_current,
        '{{ field }}' as field_name,
        {{ field }} as value,
        evidence,
        derived_from
    from located
    where not has_{{ field }} and {{ field }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from derived
