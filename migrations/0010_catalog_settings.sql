-- What a catalog counts can be chosen, changed and put back; catalogs can be made and deleted.
--
-- The version before reads this schema: every new column has a default under which it counts as it
-- did. It knows neither windows nor kinds, so nobody chooses those before every server runs this
-- version.

-- A third thing that a basket can be: what a user chose within one calendar window. The windows are
-- fixed, a day, a week from Monday or a month in the catalog's time zone, and not gaps between
-- choices: so a row's basket depends on that row alone. A batch that is shown or removed then moves
-- no other batch's row from one basket to another, and counting batch by batch stays exact.
alter table catalog
    drop constraint catalog_basket_rule_known,
    add constraint catalog_basket_rule_known
        check (basket_rule in ('basket', 'user', 'user_window')),
    add column basket_window text
        constraint catalog_basket_window_known check (basket_window in ('day', 'week', 'month')),
    add constraint catalog_basket_window_with_rule
        check ((basket_rule = 'user_window') = (basket_window is not null)),
    -- Null: every kind counts.
    add column kinds text[]
        constraint catalog_kinds_named
        check (kinds <> '{}' and array_position(kinds, null) is null),
    -- A name that PostgreSQL does not know fails here, once, and not in every count.
    add column time_zone text not null default 'UTC'
        constraint catalog_time_zone_known
        check (timezone(time_zone, timestamptz '2000-01-01 00:00Z') is not null),
    -- The number after which the catalog's own changes begin. Above 0 only where an earlier
    -- catalog of the same id was deleted: its numbers are never given again, so that a version,
    -- a cursor or a list's id of then names nothing of now.
    add column first_change bigint not null default 0;

-- The one place that says which basket a row belongs to; null where it belongs to none. Stable, not
-- immutable: time zones change their rules with the machine's data, and to_char its words with the
-- locale. The day that a window begins on always takes eleven characters at the end, so that two
-- users' baskets never have one name.
create function basket_of(
    basket_rule text, basket_window text, time_zone text,
    user_id text, basket_id text, at timestamptz
) returns text language sql stable parallel safe as $$
    select case basket_rule
        when 'basket' then basket_id
        when 'user' then user_id
        when 'user_window' then
            user_id || to_char(date_trunc(basket_window, at at time zone time_zone), ' YYYY-MM-DD')
    end
$$;

-- The one place that says whether a row counts at all. A row without a weight is not too light.
create function row_counts(
    kinds text[], least_weight double precision, kind text, weight double precision
) returns boolean language sql immutable parallel safe as $$
    select (kinds is null or kind = any(kinds))
       and (least_weight is null or weight is null or weight >= least_weight)
$$;

-- A change of settings is a change of the catalog and takes its next number; it has no batch.
alter table change
    alter column batch_id drop not null,
    drop constraint change_kind_known,
    add constraint change_kind_known check (kind in ('show', 'remove', 'settings')),
    add constraint change_names_batch check ((kind = 'settings') = (batch_id is null));

-- The settings that a change put an end to. So the settings of a version are those of the first
-- row after it, and the catalog's own where there is none: a pinned table counts by the rule of
-- its version, and a catalog whose settings never changed needs no row.
create table catalog_settings (
    catalog_id text collate "C" not null references catalog,
    change bigint not null,
    name text not null,
    basket_rule text not null,
    basket_window text,
    kinds text[],
    least_weight double precision,
    time_zone text not null,
    hide_chosen boolean not null,
    same_category text not null,
    least_rows integer not null,
    least_together integer not null,
    -- Who changed them, as the audit trail names them.
    changed_by text not null,
    changed_by_name text not null,
    changed_at timestamptz not null default now(),
    primary key (catalog_id, change)
);

-- What is left of a deleted catalog: its id, so that an old address says what happened, and the
-- last number that was given.
create table deleted_catalog (
    catalog_id text collate "C" primary key,
    last_change bigint not null,
    deleted_at timestamptz not null default now()
);

-- A token for one catalog is revoked with it, and keeps its name.
alter table api_token drop constraint api_token_catalog_id_fkey;

-- Deleting a batch looks for the changes that name it. Every other table that names a batch or a
-- catalog has an index, or few rows.
create index change_by_batch on change (batch_id);
