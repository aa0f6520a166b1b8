-- One row per source and licence of its records: what the licence asks of a user who passes the data on.
with sources as (

    select * from {{ ref('int_sources') }}

),

licences as (

    select * from {{ ref('licences') }}

),

int_records as (

    select * from {{ ref('int_records') }}

),

stated as (

    select
        source_name,
        licence,
        licence_class as declared_class,
        kind = 'list' as is_list,
        not coalesce(republish, false) as is_withheld
    from sources
    where licence is not null
    union all
    -- A source that gathers data under several licences states one with each record.
    select distinct
        int_records.source_name,
        int_records.licence,
        null as declared_class,
        false as is_list,
        false as is_withheld
    from int_records
    anti join sources
        on int_records.source_name = sources.source_name and int_records.licence = sources.licence
    where int_records.licence is not null

),

named as (

    select
        *,
        regexp_replace(lower(licence), '[-_/.\s]+', ' ', 'g') as plain_licence
    from stated

),

matched as (

    -- Of several rows of the seed, the strictest counts.
    select
        named.source_name,
        named.licence,
        max({{ licence_strictness('licences.licence_class') }}) as strictness,
        coalesce(bool_and(licences.fits_osm), false) as fits_osm
    from named
    inner join licences
        on regexp_matches(named.plain_licence, licences.pattern)
    group by named.source_name, named.licence

),

classed as (

    select
        named.source_name,
        named.licence,
        -- What a person declares of a list cannot make a known licence less strict. A licence without a class and
        -- without a row is taken for the strictest that lets data be passed on.
        {{ licence_class_of(
            "case when named.is_list then greatest(" ~ licence_strictness('named.declared_class')
            ~ ", matched.strictness) else coalesce(" ~ licence_strictness('named.declared_class')
            ~ ", matched.strictness, " ~ licence_strictness("'share_alike'") ~ ") end"
        ) }} as licence_class,
        coalesce(matched.fits_osm, named.declared_class = 'open', false) as fits_osm,
        named.is_withheld
    from named
    left join matched
        on named.source_name = matched.source_name and named.licence = matched.licence

)

select * from classed
