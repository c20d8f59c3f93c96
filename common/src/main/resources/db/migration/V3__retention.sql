-- What retention has dropped, and which day it takes for today. One row.
create table retention (
    only_row        boolean     primary key default true check (only_row),
    trimmed_through bigint      not null default 0, -- the highest seq ever dropped; raised in the transaction that drops
    trimmed_at      timestamptz,
    today           date,        -- the latest day that retention goes by; null before its first look
    claimed_day     date,        -- a later day, not believed yet: the clock may have jumped
    claimed_at      timestamptz  -- since when, by the clock that claims it
);

insert into retention default values;
