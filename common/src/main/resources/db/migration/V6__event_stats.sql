-- How many events and ops there have been a minute (of indexed_at), from the topic skywire.stats. Where collection and action
-- are empty, the row counts events; where they are not, ops.
create table event_stats (
    minute     timestamptz not null,
    event_type text        not null,
    collection text        not null,
    action     text        not null,
    events     bigint      not null, -- all of the minute so far: storing it again changes nothing
    primary key (minute, event_type, collection, action)
);
