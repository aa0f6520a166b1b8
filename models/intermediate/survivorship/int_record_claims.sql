-- One row per claim of a version of a record: it says one thing about one field of one entity. `item` tells what inside
-- a field that holds many things it is about: the element of a list, the key of an object.
{% set scalar_fields = [
    'entity_name', 'street_address', 'locality', 'city', 'postcode', 'country', 'latitude', 'longitude', 'phone',
    'email', 'website_url', 'instagram_url', 'facebook_url', 'twitter_url', 'linkedin_url', 'opening_hours', 'wifi',
    'parking_available', 'disabled_access', 'rating', 'rating_count', 'summary', 'description'
] %}
with members as (

    select
        versions.*,
        record_entities.entity_id,
        record_entities.match_role
    from {{ ref('int_record_versions') }} as versions
    inner join {{ ref('int_record_entities') }} as record_entities
        on versions.record_key = record_entities.record_key
    where versions.loss_reason is null

),

names as (

    select distinct value as name from {{ ref('stg_extract__claims') }}
    where field_name = 'entity_name'

),

told_names as (

    {{ status_in_names('names') }}

),

extracted as (

    select
        members.record_key,
        members.version_no,
        claims.field_name,
        coalesce(told_names.said.name, claims.value) as value,
        claims.quote,
        claims.char_start,
        claims.char_end,
        claims.extraction_id,
        claims.extractor,
        claims.read_by,
        claims.verification,
        claims.rejected_because,
        claims.confidence,
        claims.page_domain,
        claims.passage
    from members
    inner join {{ ref('stg_extract__claims') }} as claims
        on members.record_key = claims.record_key and members.payload_hash = claims.payload_hash
    left join told_names
        on claims.value = told_names.name and claims.field_name = 'entity_name'
    where
        claims.value is not null
        -- These come by int_record_categories and by the record itself.
        and not starts_with(claims.field_name, 'canonical_')
        and claims.field_name not in ('entity_class', 'discovered_attributes')
    -- A text that says a thing twice may be believed in one place and not in the other: it is one claim, the better.
    qualify
        row_number() over (
            partition by
                members.record_key, members.version_no, claims.extraction_id, claims.field_name, claims.value,
                claims.extractor
            order by
                {{ verification_rank('claims.verification') }} desc, claims.confidence desc nulls last,
                claims.char_start, claims.quote
        ) = 1

),

scalars as (

    -- A structured source says what it says: verified, with the payload as evidence.
    select
        record_key,
        version_no,
        field_name,
        value,
        'verified' as verification,
        0.9 as confidence
    from (
        select
            members.record_key,
            members.version_no,
        {%- for field in scalar_fields %}
        members.{{ field }}::varchar as {{ field }}{{ ',' if not loop.last }}
        {%- endfor %}
        from members
        anti join extracted
            on
                members.record_key = extracted.record_key
                and members.version_no is not distinct from extracted.version_no
        where members.match_role = 'member'
    )
    unpivot (value for field_name in ({{ scalar_fields | join(', ') }}))

),

statuses as (

    -- Nobody says `unknown`: it is what is left where nobody says anything.
    select
        record_key,
        version_no,
        'operating_status' as field_name,
        operating_status as value,
        'verified' as verification,
        0.9 as confidence,
        operating_status_evidence as quote
    from members
    where match_role = 'member' and operating_status != 'unknown'

),

categories as (

    select
        members.record_key,
        members.version_no,
        case int_record_categories.kind
            when 'activity' then 'canonical_activities'
            when 'role' then 'canonical_roles'
            when 'place_type' then 'canonical_place_types'
            when 'access' then 'canonical_access'
            else 'entity_class'
        end as field_name,
        int_record_categories.value,
        int_record_categories.evidence as quote,
        int_record_categories.read_by
    from members
    inner join {{ ref('int_record_categories') }} as int_record_categories
        on
            members.record_key = int_record_categories.record_key
            and members.version_no is not distinct from int_record_categories.version_no
    where members.match_role = 'member' or int_record_categories.kind = 'activity'

),

lists as (

    select
        record_key,
        version_no,
        'raw_categories' as field_name,
        unnest(list_distinct(raw_categories)) as value
    from members
    where match_role = 'member'
    union all
    select
        record_key,
        version_no,
        'alternate_names' as field_name,
        unnest(alternate_names) as value
    from members
    where match_role = 'member'

),

objects as (

    select
        record_key,
        version_no,
        'discovered_attributes' as field_name,
        discovered_attributes as object
    from members
    where match_role = 'member' and discovered_attributes is not null
    union all
    select
        record_key,
        version_no,
        'external_ids' as field_name,
        external_ids
    from members
    where match_role = 'member' and external_ids is not null

),

object_keys as (

    select
        record_key,
        version_no,
        field_name,
        object,
        unnest(list_distinct(json_keys(object))) as item
    from objects

),

object_items as (

    select
        *,
        {{ json_at_key('object', 'item') }} as item_value
    from object_keys

),

unioned as (

    select
        record_key,
        version_no,
        field_name,
        null as item,
        value,
        verification,
        rejected_because,
        confidence,
        quote,
        char_start,
        char_end,
        extraction_id,
        extractor,
        read_by,
        page_domain,
        passage
    from extracted
    union all by name
    select * from scalars
    union all by name
    select * from statuses
    union all by name
    select
        record_key,
        version_no,
        field_name,
        case when field_name != 'entity_class' then value end as item,
        value,
        'verified' as verification,
        0.9 as confidence,
        quote,
        read_by
    from categories
    union all by name
    select
        record_key,
        version_no,
        field_name,
        value as item,
        value,
        'verified' as verification,
        0.9 as confidence
    from lists
    union all by name
    select
        record_key,
        version_no,
        field_name,
        -- An entity has one phone but may stand in a source twice: each of its ids there is kept.
        if(field_name = 'external_ids', item || '=' || item_value, item) as item,
        item_value as value,
        'verified' as verification,
        0.9 as confidence
    from object_items
    where item_value is not null

)

select
    md5(
        concat_ws(
            '|',
            {{ id_part('unioned.record_key') }},
            unioned.field_name,
            {{ id_part('unioned.item') }},
            unioned.value,
            unioned.extraction_id,
            unioned.extractor
        )
    ) as claim_id,
    members.entity_id,
    unioned.record_key,
    members.source_name,
    members.source_record_id,
    unioned.field_name,
    unioned.item,
    unioned.value,
    {{ normalised_value('unioned.field_name', 'unioned.value') }} as value_normalised,
    {{ blank_to_null('unioned.value') }} is null as is_placeholder,
    unioned.verification,
    unioned.rejected_because,
    unioned.confidence::double as confidence,
    unioned.quote,
    unioned.char_start,
    unioned.char_end,
    unioned.extraction_id,
    unioned.read_by,
    unioned.page_domain,
    unioned.passage,
    members.request_id,
    members.payload_hash,
    members.run_id,
    members.fetched_at,
    members.source_updated_at,
    members.licence,
    members.may_republish,
    members.version_no,
    members.valid_from,
    members.replaced_at
from unioned
inner join members
    on
        unioned.record_key = members.record_key
        and unioned.version_no is not distinct from members.version_no
