-- One row per version of an element whose tags mark it as gone or planned (`disused:leisure=pitch`), with its former
-- features.
with tags as (

    {{ osm_tags() }}

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

features as (

    -- A feature value may mean that it is gone (`shop=vacant`, `leisure=construction`), and `disused=yes` closes the
    -- whole element. `ruins=yes` does not, because people may visit a ruin.
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

classified as (

    -- A restaurant that was a pub is a restaurant: an element with another main feature is not gone.
    select
        *,
        bool_or(is_main_feature and prefix = '' and operating_status is null) over (
            partition by record_key, version_no
        ) as is_live
    from features

),

dated as (

    select
        *,
        {{ osm_date_end('value') }} as over_at,
        {{ osm_date_start('value') }} as begins_at
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
    from classified
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
    from classified
    where is_prefixed and not is_live and (is_main_feature or feature = 'sport')
    group by record_key, version_no

),

elements as (

    select
        coalesce(stated.record_key, gone_features.record_key) as record_key,
        coalesce(stated.version_no, gone_features.version_no) as version_no,
        gone_features.features as gone_features,
        stated.first_statement.operating_status,
        stated.first_statement.evidence as operating_status_evidence
    from stated
    full join gone_features
        on stated.record_key = gone_features.record_key and stated.version_no = gone_features.version_no

)

select * from elements
