-- An event is stored compressed, in event_zstd with its length in event_bytes, or as JSON in event (SKYWIRE_SINK_COMPRESS=false,
-- and all rows from before this migration). `./skywire event SEQ` prints either.
alter table firehose_events alter column event drop not null;
alter table firehose_events
    add column event_bytes integer, -- of the JSON; null in rows that have event
    add column event_zstd  bytea;   -- one zstd frame, which names its dictionary
-- Compressed already: PostgreSQL need not try.
alter table firehose_events alter column event_zstd set storage external;

-- What events have in common, learned by the sinks now and then. Rows are never changed, and never deleted: without its
-- dictionary no event can be read.
create table event_dictionaries (
    id         integer     primary key, -- the dictionary's own, as frames have it
    dictionary bytea       not null,
    made_at    timestamptz not null default clock_timestamp()
);

create or replace view events as
select seq, event_type, repo, collection, time, indexed_at,
       event -> 'record' as record, -- null where the event is compressed
       coalesce(event_bytes, octet_length(event::text)) as event_bytes
from firehose_events;
