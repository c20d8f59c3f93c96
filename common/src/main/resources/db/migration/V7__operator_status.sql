-- What ingester and sink tell beside the rest, for who operates them. A release that knows nothing of these columns renews a row
-- without them, so they hold only where told_at is about as late as the row itself.
alter table firehose_cursor
    add column dead_letters jsonb,       -- {"since":…,"last_at":…,"by_reason":{…}}, as the ingester has counted them
    add column told_at      timestamptz; -- this database's clock

alter table sink_heartbeats
    add column dead_letters    jsonb,   -- the same of this sink
    add column streams_running boolean, -- whether Kafka Streams works; null where none is wanted
    add column streams_problem text,    -- why it has not for a while, or will not any more
    add column told_at         timestamptz;
