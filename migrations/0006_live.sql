-- Rows that programs post, and the servers that follow.

-- Servers that follow this database, so that an operator sees how far each has come, and a
-- recount can be compared with what each of them serves. They are rows of the moment: one that was
-- not seen for a day is taken out by the next that starts.
create table server (
    server_id bigint generated always as identity primary key,
    address text not null,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now()
);

create table server_catalog (
    server_id bigint not null references server on delete cascade,
    catalog_id text collate "C" not null references catalog on delete cascade,
    -- The change up to which the server has counted, and when it began to serve it.
    change bigint not null,
    counted_at timestamptz not null,
    -- A digest over all choices the server holds: two that are equal give equal tables.
    digest bytea not null,
    primary key (server_id, catalog_id)
);

-- A follower asks for what was shown or removed after the change it knows.
create index batch_by_shown_change on batch (catalog_id, shown_change);
create index batch_by_removed_change on batch (catalog_id, removed_change)
    where removed_change is not null;
