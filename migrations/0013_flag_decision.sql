-- What became of a flag: somebody upheld or declined it, once. A decision closes the flag and is
-- kept beside it; it changes no list.

alter table flag
    add column decision text
        constraint flag_decision_known check (decision in ('upheld', 'declined')),
    add column decision_comment text not null default '',
    add column decided_at timestamptz,
    -- As in the audit trail, and by name.
    add column decided_by text,
    add column decided_by_name text,
    add constraint flag_decision_whole check (
        (decision is null) = (decided_at is null)
        and (decision is null) = (decided_by is null)
        and (decision is null) = (decided_by_name is null)
        and (decision is not null or decision_comment = '')
    ),
    -- A decided flag stays decided when its author has what it hid shown again.
    add column state text not null generated always as (
        case
            when decision is not null then decision
            when withdrawn_at is not null then 'withdrawn'
            else 'open'
        end
    ) stored;

-- Lists of flags show the open ones first, then the newest.
create index flag_by_state on flag (catalog_id, (state = 'open') desc, flag_id desc);
