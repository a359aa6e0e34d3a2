-- What people chose. Everything an import brings belongs to its batch, and is visible exactly
-- while the batch is. So an import becomes visible by one flip, is undone by one flip, and a
-- killed import leaves nothing that anybody sees. Nothing that is visible is updated in place.

create table batch (
    batch_id bigint generated always as identity primary key,
    catalog_id text collate "C" not null references catalog,
    state text not null default 'staging'
        constraint batch_state_known check (state in ('staging', 'visible', 'undone')),
    -- SHA-256 over the files, the format and the mapping: the same import again is recognised.
    fingerprint bytea not null,
    format text not null,
    files text[] not null,
    -- Chunks committed so far, and the records they held. A resumed import reads its files again
    -- and leaves these records out, whatever the size of its own chunks.
    chunks bigint not null default 0,
    records bigint not null default 0,
    -- The changes that showed and removed the batch; null where that has not happened.
    shown_change bigint,
    removed_change bigint,
    -- Rows that were read: taken, equal to a row already there, skipped by the format's own rules,
    -- and put in quarantine.
    accepted bigint not null default 0,
    duplicates bigint not null default 0,
    skipped bigint not null default 0,
    quarantined bigint not null default 0,
    started_at timestamptz not null default now(),
    shown_at timestamptz,
    undone_at timestamptz
);

create index batch_by_catalog on batch (catalog_id, batch_id);

-- The dense numbers that followers read: what happened to a catalog, in order.
create table change (
    catalog_id text collate "C" not null references catalog,
    change bigint not null,
    kind text not null constraint change_kind_known check (kind in ('show', 'remove')),
    batch_id bigint not null references batch,
    at timestamptz not null default now(),
    primary key (catalog_id, change)
);

create table interaction (
    batch_id bigint not null references batch,
    -- SHA-256, cut to 16 bytes, over the id a row had, or over user, basket, item, kind and time.
    -- Two rows of one batch with the same key are one. Rows of two batches may share a key: they
    -- count once, and undoing one import leaves what the other brought.
    dedupe_key bytea not null,
    user_id text collate "C",
    basket_id text collate "C",
    item_id text collate "C" not null,
    kind text not null,
    weight double precision,
    at timestamptz,
    constraint interaction_has_owner check (user_id is not null or basket_id is not null),
    primary key (batch_id, dedupe_key)
);

-- Finds the rows of other batches that share a key.
create index interaction_by_key on interaction (dedupe_key);

create table item_record (
    batch_id bigint not null references batch,
    item_id text collate "C" not null,
    title text,
    category text,
    categories text[] not null,
    available boolean not null,
    image text,
    link text,
    primary key (batch_id, item_id)
);

create table user_record (
    batch_id bigint not null references batch,
    user_id text collate "C" not null,
    attributes jsonb not null,
    primary key (batch_id, user_id)
);

-- Rows that could not be taken, with where they stood and why, so that they can be mended.
create table quarantine (
    batch_id bigint not null references batch,
    chunk bigint not null,
    file text not null,
    line bigint not null,
    column_name text,
    reason text not null,
    row_text text not null
);

create index quarantine_by_batch on quarantine (batch_id, line);
