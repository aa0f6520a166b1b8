-- One row per record that can be matched, with its values in the form that the matching compares.
{{ config(keyed_by='record_no') }}

with int_records as not materialized (

    select * from {{ ref('int_records_addressed') }}

),

record_categories as (

    select * from {{ ref('int_record_categories') }}
    where field_name in ('canonical_place_types', 'canonical_activities')

),

sources as (

    select * from {{ ref('int_sources') }}

),

areas as (

    select * from {{ ref('areas') }}
    where kind = 'locality'

),

public_suffixes as (

    select * from {{ ref('public_suffixes') }}

),

domains as (

    {{ registrable_domains('int_records', 'website_url') }}

),

categories as (

    select
        int_records.record_key,
        list(value order by value) filter (where field_name = 'canonical_place_types') as place_types,
        list(value order by value) filter (where field_name = 'canonical_activities') as activities
    from int_records
    inner join record_categories
        on
            int_records.record_key = record_categories.record_key
            and int_records.version_no = record_categories.version_no
    group by int_records.record_key

),

record_kinds as (

    select * from {{ ref('int_record_kinds') }}
    where contains(kind, '/') -- a group such as `shop` is too wide

),

large_grounds as (

    select * from {{ ref('large_grounds') }}

),

kinds as (

    select
        record_kinds.record_key,
        list(record_kinds.kind order by record_kinds.kind) as kinds,
        max(large_grounds.metres) as ground_metres
    from record_kinds
    semi join int_records
        on record_kinds.record_key = int_records.record_key
    left join large_grounds
        on record_kinds.kind = large_grounds.kind
    group by record_kinds.record_key

),

abbreviations as (

    select
        map_from_entries(
            list({ 'k': abbreviation, 'v': coalesce(meaning, '') }) filter (where used_in = 'name')
        ) as in_names
    from {{ ref('abbreviations') }}

),

with_spellings as (

    select
        -- A number is a shorter key than a text, which matters for millions of pairs.
        int_records.record_no,
        int_records.record_key,
        int_records.source_name,
        int_records.entity_name,
        int_records.latitude,
        int_records.longitude,
        int_records.phone,
        int_records.postcode,
        int_records.postcode_district,
        int_records.website_url,
        int_records.locality,
        int_records.external_ids,
        {{ comparable('int_records.city') }} as city,
        {{ initials_joined('int_records.entity_name') }} as name_joined,
        -- "Co-op", "Co Gos": in the first place, "co" is no company but the beginning of a word.
        regexp_replace({{ comparable('name_joined') }}, '^(the )?co ', 'co') as name_spelled,
        {{ spelled_out('name_spelled', 'abbreviations.in_names') }} as name_without_fillers,
        int_records.street,
        int_records.street_script,
        int_records.number_from,
        int_records.number_to,
        int_records.number_letter,
        -- "Thistle Padel | Game4Padel" gives two names, the venue and its owner, and so does a name in two scripts.
        -- Former names and names in other languages are alternate names.
        list_concat(
            case
                when regexp_matches(int_records.entity_name, ' [|–—-] ')
                    then string_split_regex(int_records.entity_name, ' [|–—-] ')
                else []
            end,
            {{ names_by_script('int_records.entity_name') }},
            coalesce(int_records.alternate_names, [])
        ) as parts,
        -- Most names have one part, and a lambda costs its patterns again for each batch of rows.
        case
            when len(parts) > 0 then list_transform(parts, lambda part: {{ comparable('part') }})
        end as parts_spelled,
        case
            when len(parts) > 0
                then list_transform(
                    parts_spelled, lambda part: replace({{ spelled_out('part', 'abbreviations.in_names') }}, ' ', '')
                )
            else []
        end as name_parts
    from int_records
    cross join abbreviations

),

folded as (

    -- "Royal Botanic Garden Edinburgh": a source may append the town to a name. The town goes if two words or more
    -- are left.
    select
        *,
        left(name_without_fillers, -1 - length(city)) as name_before_city,
        case
            when ends_with(name_without_fillers, ' ' || city) and contains(name_before_city, ' ') then name_before_city
            when name_without_fillers != '' then name_without_fillers
            else name_spelled
        end as name_folded
    from with_spellings

),

standardised as (

    select
        folded.* exclude (
            name_joined, name_spelled, name_without_fillers, name_before_city, parts, parts_spelled, website_url,
            external_ids
        ),
        coalesce(sources.is_structured and sources.repeats_places != 'often', true) as is_structured,
        coalesce(sources.repeats_places, 'measured') as repeats_places,
        replace(folded.name_folded, ' ', '') as name_compact,
        -- "Foster Plaza 7", "Building F"
        list_sort(list_distinct(
            regexp_extract_all(folded.name_spelled, '\b([0-9]+[a-z]?|[a-z]$)\b', 1)
        )) as name_numbers,
        {{ cell_row('folded.latitude') }} as cell_y,
        {{ cell_column('folded.latitude', 'folded.longitude') }} as cell_x,
        {{ url_key('folded.website_url') }} as website_page,
        domains.domain as website_domain,
        areas.south,
        areas.west,
        areas.north,
        areas.east,
        coalesce(categories.place_types, []) as place_types,
        coalesce(categories.activities, []) as activities,
        coalesce(kinds.kinds, []) as kinds,
        kinds.ground_metres,
        coalesce({{ qualified_ids('folded.external_ids') }}, []) as identifiers
    from folded
    left join sources
        on folded.source_name = sources.source_name
    left join areas
        on folded.locality = areas.area_name and folded.latitude is null
    left join domains
        on {{ host_of('folded.website_url') }} = domains.host
    left join categories
        on folded.record_key = categories.record_key
    left join kinds
        on folded.record_key = kinds.record_key

)

select * from standardised
