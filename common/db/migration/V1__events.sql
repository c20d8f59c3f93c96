-- The events, one row a firehose frame. Partitions (one a UTC day of indexed_at) are made by the sink.
create table firehose_events (
    seq        bigint      not null,
    event_type text        not null,
    repo       text,
    collection text,                 -- of the first op with a valid one; further ones are in firehose_event_collections
    time       timestamptz,          -- as the relay says; null where PostgreSQL cannot hold it
    indexed_at timestamptz not null, -- the Kafka record's timestamp: the same on every replay
    event      json        not null, -- the ingester's bytes; json keeps them and takes U+0000, jsonb does neither
    primary key (seq, indexed_at)
) partition by range (indexed_at);

-- Every filter of the api walks one of these in seq order.
create index firehose_events_by_type on firehose_events (event_type, seq);
create index firehose_events_by_repo on firehose_events (repo, seq);
create index firehose_events_by_collection on firehose_events (collection, seq);

-- Few commits touch a second collection; those that do are found by each of them.
create table firehose_event_collections (
    collection text        not null,
    seq        bigint      not null,
    indexed_at timestamptz not null,
    primary key (collection, seq, indexed_at)
) partition by range (indexed_at);

-- For people in psql.
create view events as
select seq, event_type, repo, collection, time, indexed_at, event -> 'record' as record
from firehose_events;

-- The topics that were ever read: a topic that was deleted and made again has another id.
create table sink_topics (
    topic_id      text primary key,
    topic         text        not null,
    partitions    integer     not null check (partitions > 0),
    first_seen_at timestamptz not null default clock_timestamp()
);

-- How far the table has got in each partition of a topic; moved on in the transaction that stores the rows.
create table sink_progress (
    topic_id      text    not null references sink_topics,
    partition     integer not null,
    next_offset   bigint  not null,
    watermark_seq bigint,            -- every event of the partition at or below it is stored; null: nothing known yet
    updated_at    timestamptz not null default clock_timestamp(),
    primary key (topic_id, partition)
);

-- Every event at or below it is stored and may be shown; null until each partition of the newest topic has a watermark.
create view readable_watermark as
select case when count(p.watermark_seq) = t.partitions then min(p.watermark_seq) end as seq
from (select topic_id, partitions from sink_topics order by first_seen_at desc limit 1) t
left join sink_progress p on p.topic_id = t.topic_id
group by t.partitions;

-- What the ingester last said of itself, from the status topic.
create table firehose_cursor (
    relay          text primary key,
    cursor_seq     bigint,           -- null: nothing committed yet
    connected      boolean     not null,
    last_frame_at  timestamptz,
    behind_seconds double precision not null, -- age of the newest frame while frames keep coming, else 0
    problem        text,             -- why it is not connected, in words
    written_at     timestamptz not null, -- the ingester's clock
    stored_at      timestamptz not null  -- this database's clock
);

-- Events that the relay no longer had: (from_seq, to_seq) both exclusive.
create table gaps (
    relay       text        not null,
    from_seq    bigint      not null,
    to_seq      bigint      not null,
    reason      text        not null,
    detected_at timestamptz not null,
    primary key (relay, from_seq, to_seq)
);

-- One row a running sink, renewed every second.
create table sink_heartbeats (
    instance        text primary key,
    kafka_reachable boolean     not null,
    problem         text,
    written_at      timestamptz not null
);

create table api_tokens (
    id           bigint generated always as identity primary key,
    name         text        not null check (length(name) between 1 and 200),
    token_hash   bytea       not null unique, -- HMAC-SHA-256 under SECRET_KEY_BASE; the token itself is nowhere
    scopes       jsonb       not null default '{}',
    active       boolean     not null default true,
    created_at   timestamptz not null default now(),
    last_used_at timestamptz,
    expires_at   timestamptz
);

create unique index api_tokens_active_name on api_tokens (name) where active;
