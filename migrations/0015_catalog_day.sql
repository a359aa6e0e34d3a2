-- How far the evidence of a catalog reached and how old its newest row was on each day, so that the
-- overview can show them beside the period before. Counted from what was served then: it can't be
-- had later from rows, which may have been taken back since.
create table catalog_day (
    catalog_id text collate "C" not null references catalog on delete cascade,
    day date not null,
    -- The newest change that was counted on that day, and when it was last seen to be the newest.
    change bigint not null,
    counted_at timestamptz not null,
    -- Items that may be served, and those of them that fill a list with others of their own.
    items bigint not null,
    enough bigint not null,
    -- When the newest interaction happened; null where none has a time.
    newest_at timestamptz,
    constraint catalog_day_enough_of_items check (enough between 0 and items),
    primary key (catalog_id, day)
);
