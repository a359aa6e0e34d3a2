-- Which model answers: every version of a catalog's models with what it was trained from and how good
-- it is, and for each surface which version answered when.
--
-- The version before reads this schema and answers by the live table whatever is served here, so that
-- nobody trains before every server runs this version.

create table model_version (
    version_id bigint generated always as identity primary key,
    catalog_id text collate "C" not null references catalog,
    -- What people call it: 1 is the live table, which every catalog has; the others are trained.
    number integer not null,
    -- How its weights come about, as the API shows it.
    recipe jsonb not null,
    -- What it is for, and where it must not be used, in its owner's words.
    note text not null default '',
    stage text not null
        constraint model_version_stage_known
        check (stage in ('draft', 'candidate', 'production', 'retired')),
    -- Who answers for it; nobody answers for the live table until somebody takes it over.
    owner text,
    owner_name text,
    trained_at timestamptz not null default now(),
    trained_by text,
    trained_by_name text,
    -- What it was trained from and what came of it; null for the live table, which always has the newest.
    training jsonb,
    constraint model_version_number_once unique (catalog_id, number),
    constraint model_version_number_positive check (number > 0),
    constraint model_version_owner_whole check ((owner is null) = (owner_name is null)),
    constraint model_version_trainer_whole check ((trained_by is null) = (trained_by_name is null))
);

-- Apart from its version, because a list of versions must not read megabytes; never changed.
create table model_weights (
    version_id bigint primary key references model_version on delete cascade,
    -- By the numbers that the weights use.
    item_ids text[] not null,
    weights bytea not null,
    -- SHA-256 of the weights.
    digest bytea not null
);
-- Random digits do not shrink: trying to costs more than reading them.
alter table model_weights alter column weights set storage external;

-- How good a version was found to be. Kept beside each other: the newest is the one that is shown.
create table model_evaluation (
    evaluation_id bigint generated always as identity primary key,
    version_id bigint not null references model_version on delete cascade,
    at timestamptz not null default now(),
    by text not null,
    by_name text not null,
    -- The version of the table whose choices were held back.
    table_version text not null,
    report jsonb not null
);
create index model_evaluation_by_version on model_evaluation (version_id, evaluation_id desc);

-- Who moved a version to which stage, and why.
create table model_move (
    move_id bigint generated always as identity primary key,
    version_id bigint not null references model_version on delete cascade,
    stage text not null,
    at timestamptz not null default now(),
    by text not null,
    by_name text not null,
    reason text not null default ''
);
create index model_move_by_version on model_move (version_id, move_id);

-- Which version answered on which surface, from when to when; a row without an end answers now.
create table model_service (
    service_id bigint generated always as identity primary key,
    catalog_id text collate "C" not null references catalog,
    -- 'item', 'basket' and 'user' are the lists for those anchors; any other name is a place that
    -- programs name; empty is every place that has no version of its own.
    surface text not null,
    version_id bigint not null references model_version,
    from_at timestamptz not null default now(),
    until_at timestamptz,
    by text,
    by_name text,
    reason text not null default '',
    constraint model_service_lasts check (until_at >= from_at)
);
create unique index model_service_one_answers on model_service (catalog_id, surface)
    where until_at is null;
create index model_service_by_version on model_service (version_id);

-- Which model answered at a visit is known from the above now.
alter table visit
    alter column model drop not null,
    drop constraint visit_before_is_whole;

-- Every catalog begins with the live table, so that no other place has to know it apart.
create function begin_models() returns trigger language plpgsql as $$
declare
    first_version bigint;
begin
    insert into model_version (catalog_id, number, recipe, stage)
    values (new.catalog_id, 1, '{"kind": "live"}', 'production')
    returning version_id into first_version;
    insert into model_service (catalog_id, surface, version_id, from_at)
    values (new.catalog_id, '', first_version, new.created_at);
    return new;
end
$$;

create trigger catalog_begins_models
    after insert on catalog
    for each row execute function begin_models();

with first_version as (
    insert into model_version (catalog_id, number, recipe, stage)
    select catalog_id, 1, '{"kind": "live"}', 'production' from catalog
    returning catalog_id, version_id
)
insert into model_service (catalog_id, surface, version_id, from_at)
select catalog_id, '', version_id, created_at
from first_version
join catalog using (catalog_id);
