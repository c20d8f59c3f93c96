-- From an event to its further collections, for filters that name several or a wildcard, and for who reads all events.
create index firehose_event_collections_by_seq on firehose_event_collections (seq);

-- Null: as many as the api allows every token.
alter table api_tokens
    add column requests_per_minute integer check (requests_per_minute > 0);
