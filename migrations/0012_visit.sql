-- What the Overview reads on every request, kept so that reading it stays cheap: how many
-- interactions and answers each day brought, when each account was last there, and indexes by time.

-- The time zone whose days are a catalog's days.
create function zone_of(of_catalog text) returns text language sql stable as $$
    select time_zone from catalog where catalog_id = of_catalog
$$;

-- Visible interactions that have a time, by day. Kept by the transaction that shows or removes a
-- batch, because counting them anew takes as long as reading every row. Rows of several batches
-- that share a key count once, on the day of the one that was shown first.
create table interaction_day (
    catalog_id text collate "C" not null references catalog on delete cascade,
    day date not null,
    interactions bigint not null
        constraint interaction_day_not_negative check (interactions >= 0),
    primary key (catalog_id, day)
);

-- Feedback by day, as the overview sums it. Programs post it one by one and at the same time, so
-- each connection counts in one of sixteen slots of a day: their sum is the figure, and a slot
-- alone may be negative.
create table feedback_day (
    catalog_id text collate "C" not null references catalog on delete cascade,
    day date not null,
    slot integer not null,
    shown bigint not null,
    -- Acceptances and dismissals that were not taken back.
    accepted bigint not null,
    dismissed bigint not null,
    primary key (catalog_id, day, slot)
);

-- Feedback counts whoever writes it, so the table itself sees to it: rows that come at once move a
-- day once.
create function count_feedback() returns trigger language plpgsql as $$
begin
    insert into feedback_day (catalog_id, day, slot, shown, accepted, dismissed)
    select catalog_id, (created_at at time zone zone_of(catalog_id))::date, pg_backend_pid() % 16,
           count(*) filter (where kind = 'impression'),
           count(*) filter (where kind = 'accept' and undone_at is null),
           count(*) filter (where kind = 'dismiss' and undone_at is null)
    from added
    group by 1, 2
    order by 1, 2
    on conflict (catalog_id, day, slot) do update
    set shown = feedback_day.shown + excluded.shown,
        accepted = feedback_day.accepted + excluded.accepted,
        dismissed = feedback_day.dismissed + excluded.dismissed;
    return null;
end
$$;

create trigger feedback_counted
    after insert on feedback
    referencing new table as added
    for each statement execute function count_feedback();

-- An answer that is taken back counts no more on the day on which it was given.
create function count_undone_feedback() returns trigger language plpgsql as $$
declare
    step integer := case when new.undone_at is null then 1 else -1 end;
begin
    insert into feedback_day (catalog_id, day, slot, shown, accepted, dismissed)
    values (
        new.catalog_id, (new.created_at at time zone zone_of(new.catalog_id))::date,
        pg_backend_pid() % 16, 0,
        case when new.kind = 'accept' then step else 0 end,
        case when new.kind = 'dismiss' then step else 0 end
    )
    on conflict (catalog_id, day, slot) do update
    set accepted = feedback_day.accepted + excluded.accepted,
        dismissed = feedback_day.dismissed + excluded.dismissed;
    return null;
end
$$;

create trigger feedback_undone
    after update of undone_at on feedback
    for each row
    when (new.kind <> 'impression' and (old.undone_at is null) <> (new.undone_at is null))
    execute function count_undone_feedback();

-- Counts the days of a catalog from nothing. Feedback that comes meanwhile waits, so that it counts
-- once.
create function recount_days(of_catalog text) returns void language sql as $$
    lock table feedback in share row exclusive mode;
    delete from interaction_day where catalog_id = of_catalog;
    insert into interaction_day (catalog_id, day, interactions)
    select of_catalog, (first.at at time zone (select zone_of(of_catalog)))::date, count(*)
    from (
        select distinct on (interaction.dedupe_key) interaction.at
        from interaction
        join batch using (batch_id)
        where batch.catalog_id = of_catalog and batch.state = 'visible'
        order by interaction.dedupe_key, batch.shown_change
    ) first
    where first.at is not null
    group by 2;
    delete from feedback_day where catalog_id = of_catalog;
    insert into feedback_day (catalog_id, day, slot, shown, accepted, dismissed)
    select of_catalog, (created_at at time zone (select zone_of(of_catalog)))::date, 0,
           count(*) filter (where kind = 'impression'),
           count(*) filter (where kind = 'accept' and undone_at is null),
           count(*) filter (where kind = 'dismiss' and undone_at is null)
    from feedback
    where catalog_id = of_catalog
    group by 2;
$$;

select recount_days(catalog_id) from catalog;

-- Another time zone has other days.
create function recount_days_of_zone() returns trigger language plpgsql as $$
begin
    perform recount_days(new.catalog_id);
    return null;
end
$$;

create trigger catalog_zone_recounts
    after update of time_zone on catalog
    for each row when (old.time_zone <> new.time_zone)
    execute function recount_days_of_zone();

-- When an account was last on the pages of a catalog. A visit ends when no page was opened for a
-- while; what the model was called tells whether another one answers now.
create table visit (
    account_id bigint not null references account,
    catalog_id text collate "C" not null references catalog on delete cascade,
    seen_at timestamptz not null,
    model text not null,
    -- The end of the visit before this one; null in the first.
    before_at timestamptz,
    before_model text,
    constraint visit_before_is_whole check ((before_at is null) = (before_model is null)),
    primary key (account_id, catalog_id)
);

create index audit_entry_by_time on audit_entry (catalog_id, at);
-- Programs post batches by the thousand; imports and what they could not take are few among them.
create index batch_of_files on batch (catalog_id, shown_at) where format <> 'api';
create index batch_with_quarantine on batch (catalog_id, batch_id) where quarantined > 0;
