{#- Whether the readers judged that the place is in no area that was asked. Its record is lost as `outside_area`. -#}
{% macro is_elsewhere(read='read') -%}
    coalesce({{ read }}.is_elsewhere, false)
{%- endmacro %}

{#- The parsed `latitude` and `longitude` where they are plausible. `location_flag` is the reason why they are not
    used, or says that they were swapped. The readers judge the point by the record's own country, the area that was
    asked and the coverage of the source. -#}
{% macro plausible_point(read='read') -%}
    {%- set is_used = "coalesce(" ~ read ~ ".location_flag, 'swapped') = 'swapped'" -%}
    case when {{ is_used }} then {{ read }}.latitude end as latitude,
    case when {{ is_used }} then {{ read }}.longitude end as longitude,
    {{ read }}.location_flag
{%- endmacro %}

{#- Whether a place is in the box of a run's area. West is greater than east where the box crosses the antimeridian. -#}
{% macro is_in_area_of(run, place) -%}
    (
        {{ place }}.latitude between {{ run }}.area_south and {{ run }}.area_north
        and (
            {{ place }}.longitude between {{ run }}.area_west and {{ run }}.area_east
            or (
                {{ run }}.area_west > {{ run }}.area_east
                and ({{ place }}.longitude >= {{ run }}.area_west or {{ place }}.longitude <= {{ run }}.area_east)
            )
        )
    )
{%- endmacro %}

{#- Whether two boxes share more than an edge. -#}
{% macro boxes_overlap(one, other) -%}
    (
        greatest({{ one }}.south, {{ other }}.south) < least({{ one }}.north, {{ other }}.north)
        and greatest({{ one }}.west, {{ other }}.west) < least({{ one }}.east, {{ other }}.east)
    )
{%- endmacro %}

{#- Great-circle distance in metres (haversine). -#}
{% macro metres_between(lat_1, lon_1, lat_2, lon_2) -%}
    12742000 * asin(sqrt(
        pow(sin(radians({{ lat_2 }} - {{ lat_1 }}) / 2), 2)
        + cos(radians({{ lat_1 }})) * cos(radians({{ lat_2 }})) * pow(sin(radians({{ lon_2 }} - {{ lon_1 }}) / 2), 2)
    ))
{%- endmacro %}

{#- Each version of a source's records, from its latest landing. The same payload again is the same version.
    `replaced_at` is the time of the next version; null for the current version. `read` holds the parsed values, such
    as `read.phone`. `landed` is a relation with the rows of several sources, and `sources` one with their names. Most
    records landed once, and only the others are sorted. -#}
{% macro landed_versions(source_name, landed=none, sources=none) -%}
    {%- set own = "(select *, '" ~ source_name ~ "' as source_name from " ~ source('raw', source_name) ~ ")" -%}
    {%- set record_hash = passing_key(['source_name', 'source_record_id']) -%}
    select
        landings.source_name || ':' || landings.source_record_id as record_key,
        landings.source_name,
        landings.source_record_id,
        landings.payload,
        landings.payload_hash,
        landings.run_id,
        landings.request_id,
        landings.fetched_at,
        landings.result_rank,
        landings.purged_at,
        landings.version_no,
        landings.first_fetched_at,
        landings.valid_from,
        landings.replaced_at,
        readings.read
    from (
        -- A number is a shorter key than a text. Where two records share it, both are sorted.
        with landed_again as (
            select {{ record_hash }} as record_hash
            from {{ landed or own }}
            group by all
            having count(*) > 1
        )

        select
            *,
            (payload_hash is not null)::integer as version_no,
            fetched_at as first_fetched_at,
            fetched_at as valid_from,
            null as replaced_at
        from {{ landed or own }}
        where {{ record_hash }} not in (from landed_again)
        union all by name
        {{ sorted_versions('(from ' ~ (landed or own) ~ ' where ' ~ record_hash ~ ' in (from landed_again))') }}
    ) as landings
    left join ({{ read_values(source_name if landed is none else none, sources) }}) as readings
        on
            landings.source_name = readings.source_name
            and landings.source_record_id = readings.source_record_id
            and landings.payload_hash is not distinct from readings.payload_hash
{%- endmacro %}

{#- The versions of records that landed several times. The landings of a record are sorted twice: to compare each with
    the one before and the one after, and to count the changes. The landing after the last one of a version is the
    first of the next version. -#}
{% macro sorted_versions(landed) -%}
    select * exclude (is_other, is_other_next)
    from (
        select
            *,
            sum(is_other) over in_order::integer as version_no,
            coalesce(max(case when is_other = 1 then fetched_at end) over in_order, first_fetched_at) as valid_from
        from (
            select
                *,
                (payload_hash is distinct from lag(payload_hash) over in_order)::integer as is_other,
                first_value(fetched_at) over in_order as first_fetched_at,
                lead(fetched_at) over in_order as replaced_at,
                (payload_hash is distinct from lead(payload_hash) over in_order) as is_other_next
            from {{ landed }}
            window in_order as {{ order_of_landings() }}
        )
        window in_order as {{ order_of_landings() }}
    )
    where replaced_at is null or is_other_next
{%- endmacro %}

{% macro order_of_landings() -%}
    (
        partition by source_name, source_record_id
        order by fetched_at, run_id, result_rank desc nulls first, payload_hash
    )
{%- endmacro %}

{#- The parsed values of each version of a record (`extract.readings`), as one struct, `read`: of one source, or of those
    of a relation. -#}
{% macro read_values(source_name, sources=none) -%}
    {%- set fields = [
        'entity_name', 'street_address', 'locality', 'city', 'postcode', 'country', 'location_flag', 'phone',
        'email', 'website_url', 'instagram_url', 'facebook_url', 'twitter_url', 'linkedin_url', 'opening_hours',
        'operating_status'
    ] -%}
    select
        source_name,
        source_record_id,
        payload_hash,
        struct_pack(
            {%- for field in fields %}
            {{ field }} := max(value) filter (where field_name = '{{ field }}'),
            {%- endfor %}
            latitude := max(try_cast(value as double)) filter (where field_name = 'latitude'),
            longitude := max(try_cast(value as double)) filter (where field_name = 'longitude'),
            is_elsewhere := bool_or(value = 'true') filter (where field_name = 'is_elsewhere')
        ) as read
    from {{ source('extract', 'readings') }}
    {%- if source_name is not none %}
    where source_name = '{{ source_name }}'
    {%- else %}
    where source_name in (from {{ sources }})
    {%- endif %}
    group by source_name, source_record_id, payload_hash
{%- endmacro %}

{#- The common shape of all staging models. Columns that are not in `given` are null, and `operating_status` is
    `unknown`. The caller always gives a `loss_reason`; a record with purged content is always lost as `expired`. -#}
{% macro place_columns(given) -%}
    {%- set columns = [
        ('record_key', 'varchar'), ('source_name', 'varchar'), ('source_record_id', 'varchar'), ('run_id', 'varchar'),
        ('request_id', 'varchar'), ('payload_hash', 'varchar'), ('fetched_at', 'timestamp'),
        ('first_fetched_at', 'timestamp'), ('version_no', 'integer'), ('valid_from', 'timestamp'),
        ('replaced_at', 'timestamp'), ('source_updated_at', 'timestamp'), ('result_rank', 'bigint'),
        ('entity_name', 'varchar'), ('alternate_names', 'varchar[]'), ('entity_class', 'varchar'),
        ('raw_categories', 'varchar[]'), ('is_sub_venue', 'boolean'), ('street_address', 'varchar'),
        ('locality', 'varchar'), ('city', 'varchar'), ('postcode', 'varchar'), ('country', 'varchar'),
        ('latitude', 'double'), ('longitude', 'double'), ('location_flag', 'varchar'), ('phone', 'varchar'),
        ('email', 'varchar'), ('website_url', 'varchar'), ('instagram_url', 'varchar'), ('facebook_url', 'varchar'),
        ('twitter_url', 'varchar'), ('linkedin_url', 'varchar'), ('opening_hours', 'varchar'), ('wifi', 'boolean'),
        ('parking_available', 'boolean'), ('disabled_access', 'boolean'), ('rating', 'double'),
        ('rating_count', 'bigint'), ('summary', 'varchar'), ('description', 'varchar'),
        ('discovered_attributes', 'varchar'), ('external_ids', 'varchar'), ('floors', 'varchar[]'),
        ('licence', 'varchar'), ('may_republish', 'boolean'), ('operating_status_evidence', 'varchar')
    ] -%}
    {%- set always = [
        'record_key', 'source_name', 'source_record_id', 'run_id', 'request_id', 'payload_hash', 'fetched_at',
        'first_fetched_at', 'version_no', 'valid_from', 'replaced_at', 'result_rank'
    ] -%}
    {%- set known = (columns | map('first') | list) + ['operating_status'] -%}
    {%- for name in given if name not in known -%}
        {{ exceptions.raise_compiler_error("place_columns: no column is named `" ~ name ~ "`") }}
    {%- endfor -%}
    {%- for name, type in columns %}
    try_cast({{ name if name in always or name in given else 'null' }} as {{ type }}) as {{ name }},
    {%- endfor %}
    {{ "coalesce(operating_status, 'unknown')" if 'operating_status' in given else "'unknown'" }} as operating_status,
    case when purged_at is not null then 'expired' else loss_reason end as loss_reason
{%- endmacro %}

{#- A grid of about 300 m, square on the ground: two places closer than that are in one cell or in neighbouring cells.
    -#}
{% macro cell_row(latitude, degrees=none) -%}
    floor({{ latitude }} / {{ degrees or var('cell_degrees') }})::integer
{%- endmacro %}

{% macro cell_column(latitude, longitude, degrees=none) -%}
    floor({{ longitude }} * cos(radians(round({{ latitude }}))) / {{ degrees or var('cell_degrees') }})::integer
{%- endmacro %}

{#- The blocking rules, the strongest first. Of several rules, the smallest value is kept. -#}
{% macro blocking_rules() -%}
    'identifier', 'phone', 'page', 'address', 'postcode', 'name', 'rare_word', 'word_in_city', 'word_nearby',
    'beginning_nearby'
{%- endmacro %}

{% macro blocking_rule(expression) -%}
    ({{ expression }})::enum ({{ blocking_rules() }})
{%- endmacro %}

{#- The place of a rule among them, from 0. -#}
{% macro blocking_rank(expression) -%}
    enum_code({{ blocking_rule(expression) }})
{%- endmacro %}

{#- The rule at a place among them. -#}
{% macro blocking_rule_of(rank) -%}
    {{ blocking_rule('[' ~ blocking_rules() ~ '][' ~ rank ~ ' + 1]') }}
{%- endmacro %}

{#- Whether a rule works nearby only, so that its blocks have cells. -#}
{% macro works_nearby(rule) -%}
    {{ blocking_rule(rule) }} >= {{ blocking_rule("'word_nearby'") }}
{%- endmacro %}

{#- A block as one number: the key of the value that its records share (`text_key`), moved by the rule and the cell. No
    two rules or cells move it alike, so another cell's block is an addition away. -#}
{% macro block_key(rule, value_key, cell_y=none, cell_x=none) -%}
    {{ value_key }} + {{ blocking_rank(rule) }} * {{ 2 ** 48 }}{% if cell_y %} + {{ cells_away(cell_y, cell_x) }}{% endif %}
{%- endmacro %}

{#- How much greater the key of a block is than that of the block these rows and columns of cells before it. -#}
{% macro cells_away(rows, columns) -%}
    {{ rows }}::bigint * {{ 2 ** 24 }} + {{ columns }}
{%- endmacro %}

{#- A part of a block that is split by the rarest word of the names. Names without words are one part. -#}
{% macro block_part_key(block_key, stem_key) -%}
    {{ block_key }} + 2 * coalesce({{ stem_key }}, {{ text_key("''") }})
{%- endmacro %}

{#- Whether a name only says which part of a venue it is: `Centre Court`, `Tennis Court 3`, `All-weather pitch`. -#}
{% macro is_sub_venue_name(name) -%}
    {%- set parts = 'court|pitch|field|green|track|rink|wicket|table|muga' -%}
    {%- set which = 'no|number|centre|center|central|show|stadium|championship|kids|main|match|top|bottom|upper|lower|middle|north|south|'
        ~ 'east|west|indoor|outdoor|covered|floodlit|junior|mini|small|large|full|half|size|training|practice|warm|up|all|'
        ~ 'weather|astro|astroturf|turf|grass|clay|hard|sand|synthetic|artificial|[2-5]g|[5-9] a side|five|seven|a|side|'
        ~ 'multi|use|games|sport|sports|tennis|football|soccer|padel|pickleball|squash|badminton|basketball|netball|'
        ~ 'volleyball|handball|hockey|rugby|cricket|shinty|lacrosse|bowling|croquet|putting|running|[0-9]{1,2}[a-d]?|[a-h]' -%}
    regexp_matches(
        {{ folded(name) }},
        '^((({{ which }}) )*({{ parts }})( ({{ which }}))*|(({{ which }}) )*(court|pitche|field|green|track|rink|table)s'
        '( (no|to|and|[0-9]{1,2}|[a-h]))+|(courts|pitches|greens|fields|tracks|tables)|(no )?[0-9a-d]{1,2})$'
    )
{%- endmacro %}

{#- Whether the categories are those of a court or pitch; without categories, whether the name says so. -#}
{% macro is_court_or_pitch(raw_categories, name) -%}
    coalesce(len({{ raw_categories }}), 0) = 0 and regexp_matches(lower({{ name }}), '\b(court|pitch)')
    or len(list_filter(
        {{ raw_categories }}, lambda category: regexp_matches(lower(category), 'court|pitch|track|field|bowling|green|pub_spf')
    )) > 0
{%- endmacro %}
