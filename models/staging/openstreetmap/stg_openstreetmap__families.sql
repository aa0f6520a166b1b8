-- One row per version of an element, with what families of tags say: its other names (`name:en`, `old_name`), and
-- lifecycle tags (`disused:leisure=pitch`), by which it is gone or is to come.
with landed as (

    {{ landed_versions('openstreetmap') }}

),

tags as (

    select
        landed.record_key,
        landed.version_no,
        landed.fetched_at,
        tag.key,
        json_extract_string(tag.value, '$') as value,
        if(contains(tag.key, ':'), split_part(tag.key, ':', 1), '') as prefix,
        substr(tag.key, instr(tag.key, ':') + 1) as feature
    from landed
    cross join json_each(landed.payload, '$.tags') as tag

),

lifecycle as (

    select
        unnest({{ var('osm_gone_prefixes') }}) as word,
        'closed_permanently' as operating_status
    union all
    select
        unnest({{ var('osm_planned_prefixes') }}) as word,
        'planned' as operating_status

),

names as (

    select
        record_key,
        version_no,
        key,
        trim(unnest(string_split(value, ';'))) as name
    from tags
    where
        regexp_matches(
            key,
            '^(name|brand|name:[a-z]{2,3}([-_][A-Za-z]+)*'
            || '|(alt|old|short|official|loc|nat|reg|int)_name([:_][A-Za-z0-9_-]+)?)$'
        )

),

named as (

    select
        record_key,
        version_no,
        list(distinct name order by name) filter (where name != '') as names
    from names
    group by record_key, version_no

),

features as (

    -- A feature may say of itself that it is gone (`shop=vacant`, `leisure=construction`), and `disused=yes` says so of
    -- the whole element; `ruins=yes` does not, since a ruin may be what people come to see.
    select
        tags.*,
        of_prefix.word is not null as is_prefixed,
        of_the_whole.word is not null as is_of_the_whole,
        list_contains({{ var('osm_main_keys') }}, tags.feature) and tags.value != 'no' as is_main_feature,
        coalesce(
            of_prefix.operating_status, of_the_whole.operating_status, of_value.operating_status
        ) as operating_status
    from tags
    left join lifecycle as of_prefix
        on tags.prefix = of_prefix.word
    left join lifecycle as of_the_whole
        on tags.key = of_the_whole.word and lower(tags.value) = 'yes' and tags.key != 'ruins'
    left join lifecycle as of_value
        on tags.value = of_value.word

),

judged as (

    -- A restaurant that was a pub is a restaurant: nothing is gone where another main feature is there.
    select
        *,
        bool_or(is_main_feature and prefix = '' and operating_status is null) over (
            partition by record_key, version_no
        ) as is_live
    from features

),

dated as (

    -- "2019", "2019-05", "1990s", "before 1985": when it is over at the latest, and when it begins.
    select
        *,
        case
            when regexp_matches(value, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') then try_cast(value as date) + interval 1 day
            when regexp_matches(value, '^[0-9]{4}-[0-9]{2}$') then try_cast(value || '-01' as date) + interval 1 month
            when regexp_matches(value, '^[0-9]{4}$') then try_cast(value || '-01-01' as date) + interval 1 year
            else try_cast(regexp_extract(value, '([0-9]{4})[^0-9]*$', 1) || '-01-01' as date) + interval 10 year
        end as over_at,
        try_cast(left(regexp_extract(value, '^[0-9]{4}(-[0-9]{2}){0,2}$') || '-01-01', 10) as date) as begins_at
    from tags
    where key in ('end_date', 'start_date', 'opening_date')

),

statements as (

    select
        record_key,
        version_no,
        operating_status,
        key || '=' || value as evidence,
        if(is_of_the_whole, 1, 2) as precedence
    from judged
    where
        operating_status is not null
        and (is_of_the_whole or is_main_feature and (is_prefixed or prefix = '') and not is_live)
    union all
    select
        record_key,
        version_no,
        if(key = 'end_date', 'closed_permanently', 'planned') as operating_status,
        key || '=' || value as evidence,
        3 as precedence
    from dated
    where key = 'end_date' and over_at <= fetched_at or key != 'end_date' and begins_at > fetched_at
    union all
    select
        record_key,
        version_no,
        case
            when lower(value) in ('closed', 'decommissioned') then 'closed_permanently'
            when lower(value) = 'operational' then 'operational'
            else 'closed_temporarily'
        end as operating_status,
        key || '=' || value as evidence,
        4 as precedence
    from tags
    where
        key = 'operational_status'
        and lower(value) in ('operational', 'closed', 'decommissioned', 'non-operational', 'out_of_order', 'broken')

),

stated as (

    select
        record_key,
        version_no,
        min({ 'precedence': precedence, 'evidence': evidence, 'operating_status': operating_status }) as first_statement
    from statements
    group by record_key, version_no

),

gone_features as (

    select
        record_key,
        version_no,
        list(feature || '=' || value order by feature, value) as features
    from judged
    where is_prefixed and not is_live and (is_main_feature or feature = 'sport')
    group by record_key, version_no

)

select
    landed.record_key,
    landed.version_no,
    named.names,
    gone_features.features as gone_features,
    stated.first_statement.operating_status,
    stated.first_statement.evidence as operating_status_evidence
from landed
left join named
    on landed.record_key = named.record_key and landed.version_no = named.version_no
left join gone_features
    on landed.record_key = gone_features.record_key and landed.version_no = gone_features.version_no
left join stated
    on landed.record_key = stated.record_key and landed.version_no = stated.version_no
