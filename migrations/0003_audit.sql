-- The append-only trail: every change writes one entry in its own transaction. The trigger holds
-- for every role, also where a database is used that Tandem did not create; on its own cluster the
-- server's role lacks the right as well.

create table audit_entry (
    entry_id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    -- 'account:1', 'token:2' or 'command' (the command line, run by whoever owns the machine).
    actor text not null,
    actor_name text not null,
    -- 'override.create', 'import.show', …: noun and verb.
    action text not null,
    catalog_id text collate "C",
    subject text not null,
    detail jsonb not null default '{}'
);

create index audit_entry_by_catalog on audit_entry (catalog_id, entry_id);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is append-only';
end
$$;

create trigger audit_entry_append_only
    before update or delete or truncate on audit_entry
    for each statement execute function refuse_audit_change();
