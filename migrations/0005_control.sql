-- What people change and say: overrides, flags, feedback. Nothing is deleted; what has ended
-- keeps its row.

create table override (
    override_id bigint generated always as identity primary key,
    catalog_id text collate "C" not null references catalog,
    kind text not null constraint override_kind_known check (kind in ('block', 'pin')),
    item_id text collate "C" not null,
    -- For a pin: its place in the list, from 1.
    position integer,
    constraint override_position_with_pin check (
        (kind = 'pin') = (position is not null) and (position is null or position between 1 and 100)
    ),
    scope text not null constraint override_scope_known check (
        scope in ('catalog', 'item', 'category_pair', 'surface')
    ),
    -- item: the anchor's id; category_pair: anchor's category, item's category; surface: its name.
    scope_a text collate "C",
    scope_b text collate "C",
    constraint override_scope_complete check (
        (scope = 'catalog' and scope_a is null and scope_b is null)
        or (scope in ('item', 'surface') and scope_a is not null and scope_b is null)
        or (scope = 'category_pair' and scope_a is not null and scope_b is not null)
    ),
    -- Null: for everyone. Else the only actor it holds for, as in the audit trail.
    private_to text,
    priority integer not null default 0,
    reason text not null,
    comment text not null default '',
    author text not null,
    author_name text not null,
    created_at timestamptz not null default now(),
    starts_at timestamptz not null default now(),
    -- Null: no end.
    ends_at timestamptz,
    constraint override_ends_after_start check (ends_at is null or ends_at > starts_at),
    revoked_at timestamptz,
    revoked_by text
);

create index override_by_catalog on override (catalog_id, override_id);

create table flag (
    flag_id bigint generated always as identity primary key,
    catalog_id text collate "C" not null references catalog,
    item_id text collate "C" not null,
    -- What the list was for: {"items": [ids]}, {"user": id} or {"basket": id}.
    anchor jsonb not null,
    -- The anchor that spoke most for the item: the other half of a flagged pair.
    pair_item_id text collate "C",
    reason text not null,
    scope text not null constraint flag_scope_known check (scope in ('here', 'pair', 'item', 'list')),
    constraint flag_pair_has_both check (scope <> 'pair' or pair_item_id is not null),
    comment text not null default '',
    expected_item_id text collate "C",
    -- What was seen, kept whole: later figures must not rewrite what somebody objected to.
    list_id text not null,
    seen jsonb not null,
    author text not null,
    author_name text not null,
    created_at timestamptz not null default now(),
    withdrawn_at timestamptz
);

create index flag_by_catalog on flag (catalog_id, flag_id);

create table feedback (
    feedback_id bigint generated always as identity primary key,
    catalog_id text collate "C" not null references catalog,
    list_id text not null,
    item_id text collate "C" not null,
    anchor jsonb not null,
    kind text not null
        constraint feedback_kind_known check (kind in ('impression', 'accept', 'dismiss')),
    author text not null,
    created_at timestamptz not null default now(),
    -- A dismissal that was taken back.
    undone_at timestamptz
);

create index feedback_by_author on feedback (catalog_id, author, feedback_id);
