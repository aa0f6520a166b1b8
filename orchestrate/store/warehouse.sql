-- Every table that Python writes, but for those of the sources: `warehouse.py` makes them. The models read these and nothing else; dlt appends to those in `raw`.
create schema if not exists ops;
create schema if not exists raw;
create schema if not exists extract;

create table if not exists ops.runs (
    run_id varchar primary key,
    query varchar not null,
    mode varchar not null,
    ingestion_mode varchar,
    status varchar not null,
    asked_name varchar,
    asked_categories varchar[],
    area_name varchar,
    area_south double,
    area_west double,
    area_north double,
    area_east double,
    plan json,
    entities_published bigint,
    budget_spent_usd double not null default 0,
    started_at timestamp not null,
    ended_at timestamp,
    error varchar,
    versions json
);

-- Wall time of a run that dbt itself took, beside the stages: it starts, and parses the project.
alter table ops.runs add column if not exists dbt_seconds double;
alter table ops.runs add column if not exists area_country varchar; -- null for runs before it was kept

create table if not exists ops.run_stages (
    run_id varchar not null,
    stage varchar not null,
    position integer not null,
    rows_in bigint not null,
    rows_out bigint not null,
    losses json not null,
    seconds double not null,
    cost_usd double not null default 0,
    errors json not null
);

-- One row: the run and the moment that the models are built for. The SQL has no clock.
create table if not exists ops.build_context (run_id varchar not null, as_of timestamp not null);

-- One row: which entities the last build ranked, and from what it was made. Without a row, a build ranks all.
create table if not exists ops.build_scope (
    scope varchar not null, -- `all`, `changed`, or `same_moments` for a check
    reason varchar, -- why it ranked all
    made_from varchar not null, -- the seeds, models and lists, each with its hash
    is_done boolean not null -- it is published
);
alter table ops.build_scope add column if not exists has_begun boolean default false; -- dbt: it has ranked entities
alter table ops.build_scope add column if not exists columns_kept json; -- table that keeps rows -> its columns

-- What the seed `manual_overrides` gives, in the form that a source's value has; read before the models are built.
create table if not exists ops.correction_values (
    field_name varchar not null,
    value_given varchar not null,
    value varchar not null
);

-- One row per version that was published: by a run, or by a command that builds without asking.
create table if not exists ops.publications (
    publication_no bigint not null,
    build_id varchar not null, -- a run's own id where a run published it
    run_id varchar not null, -- the run that asked last
    command varchar not null,
    as_of timestamp not null,
    published_at timestamp not null,
    entities bigint not null,
    trust json not null, -- the seed source_trust as it was
    made_by json not null -- what else the cells were made by -> its version or hash
);
alter table ops.publications add column if not exists touched json; -- null for builds before it was counted
alter table ops.publications add column if not exists engine varchar; -- null for builds before it was recorded: DuckDB

-- One row per golden cell whose value or sources a publication changed: what it held from then on, and what changed it.
create table if not exists ops.cell_changes (
    publication_no bigint not null,
    entity_id varchar not null,
    field_name varchar not null,
    slug varchar,
    entity_name varchar,
    value varchar, -- null: the cell has none any more, or its value may not be kept
    sources varchar[] not null,
    records varchar[] not null, -- the keys of the records that won
    hand varchar not null,
    why varchar not null,
    expires_at timestamp, -- when the terms of its sources end
    purged_at timestamp
);

-- dbt writes it: the SQL that made each table of survivorship.
create table if not exists ops.model_sql (relation varchar not null, sql varchar not null);

-- dbt writes it: the fingerprint of the file, types and macro that made each seed's table.
create table if not exists ops.loaded_seeds (relation varchar not null, fingerprint varchar not null);

create table if not exists raw.connector_calls (
    request_id varchar,
    run_id varchar,
    source varchar,
    method varchar,
    url varchar,
    request_body varchar,
    page bigint,
    status bigint,
    attempts bigint,
    records bigint,
    bytes bigint,
    ms double,
    cost_usd double,
    error_kind varchar,
    error_text varchar,
    started_at timestamp
);

-- Questions with a complete answer, as long as the answer is fresh.
create table if not exists raw.answers (
    ask_key varchar not null,
    source varchar not null,
    run_id varchar not null,
    answered_at timestamp not null,
    records bigint not null
);

-- Answers that a later run reused.
create table if not exists raw.answer_uses (
    run_id varchar not null,
    source varchar not null,
    answered_by_run_id varchar not null,
    answered_at timestamp not null,
    records bigint not null
);

create table if not exists raw.rejects (
    run_id varchar,
    source varchar,
    request_id varchar,
    source_record_id varchar,
    reason varchar,
    payload varchar,
    rejected_at timestamp,
    replayed_at timestamp -- landed after all, by `trigpoint replay`
);

-- New fields of a source that no payload schema declares. The run that received a field first reports it.
create table if not exists raw.unknown_fields (
    source varchar not null,
    field varchar not null,
    run_id varchar not null,
    first_seen_at timestamp not null,
    primary key (source, field)
);

-- One row per attempt to ask a language model, failed ones too. What was cut off may have been billed: it is counted at
-- its worst case.
create table if not exists ops.llm_calls (
    call_id varchar not null,
    run_id varchar not null,
    purpose varchar not null,
    model varchar not null,
    host varchar not null,
    response_mode varchar not null,
    records varchar[] not null,
    outcome varchar not null,
    status integer,
    tokens_in bigint not null,
    tokens_out bigint not null,
    cost_usd double not null,
    ms double not null,
    error_text varchar,
    started_at timestamp not null
);

-- What a model answered about one text, word for word: paid for once, judged anew by every version of ours.
create table if not exists extract.model_answers (
    answer_key varchar not null,
    run_id varchar not null,
    source_name varchar not null,
    source_record_id varchar not null,
    payload_hash varchar not null,
    model varchar not null,
    prompt_version varchar not null,
    wanted varchar[] not null,
    answer varchar not null,
    tokens_in bigint not null,
    tokens_out bigint not null,
    cost_usd double not null,
    attempts bigint not null,
    answered_at timestamp not null
);

create table if not exists extract.extractions (
    extraction_id varchar not null,
    run_id varchar not null,
    source_name varchar not null,
    source_record_id varchar not null,
    payload_hash varchar not null,
    text varchar not null,
    url varchar,
    extractor varchar not null,
    extractor_version varchar not null,
    model varchar,
    prompt_version varchar,
    status varchar not null,
    aboutness varchar,
    aboutness_reason varchar,
    tokens_in bigint not null default 0,
    tokens_out bigint not null default 0,
    cost_usd double not null default 0,
    attempts bigint not null default 0,
    error varchar,
    agreed bigint not null default 0,
    disagreed bigint not null default 0,
    extracted_at timestamp not null
);

-- The extractions that a run uses.
create table if not exists extract.uses (
    run_id varchar not null,
    extraction_id varchar not null,
    is_reused boolean not null
);

create table if not exists extract.claims (
    extraction_id varchar not null,
    source_name varchar not null,
    source_record_id varchar not null,
    payload_hash varchar not null,
    entity_index integer not null,
    field_name varchar not null,
    value varchar,
    quote varchar,
    char_start integer,
    char_end integer,
    verification varchar,
    null_reason varchar,
    extractor varchar not null,
    confidence double,
    flag varchar
);

drop table if exists extract.hours.opening_hours; -- of an earlier version: its texts are in `readings` now

-- What payloads say of phones, addresses, hours and the like, read once for each version of a record; staging joins it.
create table if not exists extract.readings (
    source_name varchar not null,
    source_record_id varchar not null,
    payload_hash varchar,
    field_name varchar not null,
    value varchar,
    others varchar[], -- further values, in order
    reason varchar, -- why there is no value; for a country, what it was read from
    written varchar,
    path varchar, -- a JSON pointer into the payload
    reader_version varchar not null
);
alter table extract.readings add column if not exists asked_in varchar; -- the areas that the record's runs asked

-- The letters of other scripts in Latin letters, for names in two scripts. Every build writes them if they are missing.
create table if not exists extract.latin_letters (
    letter varchar not null,
    latin varchar not null, -- empty for a letter without a sound
    library_version varchar not null
);

-- The rows of all lists that a person declares (`sources/*.yml`). A load brings those that are new or changed. dlt
-- appends to it.
create table if not exists raw.lists (
    run_id varchar, -- the run, or the build, that landed it
    source_name varchar,
    source_record_id varchar,
    payload varchar,
    payload_hash varchar,
    request_id varchar,
    fetched_at timestamp,
    result_rank bigint, -- the row in the file
    purged_at timestamp
);

-- One row per list and time that it landed whole. Rows of `raw.lists` without one are of a load that broke off: they
-- count for nothing, and the next load deletes them.
create table if not exists raw.list_loads (
    source_name varchar not null,
    run_id varchar not null,
    location varchar not null,
    sha256 varchar not null, -- of the content of all its files
    files json not null, -- name, size and time of change of each
    read_as varchar not null, -- hash of what the contract says about reading: another one reads the files again
    columns varchar[] not null,
    rows_landed bigint not null,
    fetched_at timestamp not null,
    checked_at timestamp not null -- when its content was last found to be the same
);
-- Whether its rows in `raw.lists` are all rows of the list, as in a first load. Others have the rows that differ.
alter table raw.list_loads add column if not exists is_whole boolean default true;

-- One row per record that a load does not have any more, if the load before had it.
create table if not exists raw.list_departures (
    source_name varchar not null,
    source_record_id varchar not null,
    run_id varchar not null, -- of the load
    fetched_at timestamp not null -- of the load
);

-- The rows of lists under the names of fields, as the mapping of the list says: the texts, in order of preference.
create table if not exists raw.list_fields (
    source_name varchar not null,
    source_record_id varchar not null,
    payload_hash varchar not null,
    mapping_version varchar not null,
    as_is varchar[], -- the fields whose texts are taken as they are, by no reader
    entity_name varchar[], alternate_names varchar[], raw_categories varchar[], address varchar[], unit varchar[],
    house_name varchar[], house_number varchar[], street varchar[], street_address varchar[], locality varchar[],
    city varchar[], region varchar[], postcode varchar[], country varchar[], latitude varchar[], longitude varchar[],
    easting varchar[], northing varchar[], geometry varchar[], phone varchar[], email varchar[],
    website_url varchar[], instagram_url varchar[], facebook_url varchar[], twitter_url varchar[],
    linkedin_url varchar[], opening_hours varchar[], wifi varchar[], parking_available varchar[],
    disabled_access varchar[], rating varchar[], rating_count varchar[], summary varchar[], description varchar[],
    floors varchar[], discovered_attributes varchar[], external_ids varchar[], operating_status varchar[],
    source_updated_at varchar[], crs varchar[]
);

-- A digest of what had landed for a list when all of it was mapped. While it is the same, nothing is mapped.
create table if not exists raw.lists_mapped (
    source_name varchar not null,
    mapping_version varchar not null,
    digest varchar not null
);

-- A digest of the fields of a list when all of them were read. While it is the same, nothing is read.
create table if not exists extract.lists_read (
    source_name varchar not null,
    reader_version varchar not null,
    digest varchar not null
);

-- What `sources/*.yml` declares. Each command that builds writes it afresh.
create table if not exists ops.lists (
    source_name varchar not null,
    title varchar,
    format varchar not null,
    location varchar not null,
    rows_kept varchar not null, -- replace: a record that the newest load does not have is lost; append: it stays
    trust json not null, -- field, or * -> 0 to 100
    licence varchar not null,
    republish boolean not null,
    share_alike boolean not null,
    attribution varchar,
    retention_days integer,
    repeats_places varchar not null,
    columns json not null, -- field -> what the mapping reads for it, in words
    coverage json
);
alter table ops.lists add column if not exists categories json; -- word of the list -> canonical values

-- What each run or build found when it looked at a declared list.
create table if not exists ops.list_looks (
    run_id varchar not null,
    position integer not null,
    source varchar not null,
    state varchar not null, -- landed, unchanged or failed
    records bigint not null,
    since timestamp,
    fetched bigint not null,
    landed bigint not null,
    rejected bigint not null,
    repeated bigint not null,
    lost bigint not null,
    lost_names varchar[] not null,
    new_columns varchar[] not null,
    gone_columns varchar[] not null,
    seconds double not null,
    sentence varchar
);
