-- Where in the status topic a row comes from: of two statuses the later one in the topic is the newer. Clocks do not
-- tell, since one may be set back. Null in rows from before this migration: anything is newer.
alter table firehose_cursor
    add column topic_id     text,   -- another one when the topic was deleted and made again
    add column topic_offset bigint;
