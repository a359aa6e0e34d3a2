-- A catalog is one body of items with its interactions, rules and models. Its settings say what
-- a basket is and which interactions count, so that every figure can name the rule it came from.
--
-- Ids that came from outside compare as bytes (collate "C"): the order of an exported table must
-- not depend on the language of a machine.

create table catalog (
    catalog_id text collate "C" primary key
        constraint catalog_id_form check (catalog_id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name text not null,
    -- What one basket is: 'basket' (the id the data gave) or 'user' (everything a user chose).
    basket_rule text not null
        constraint catalog_basket_rule_known check (basket_rule in ('basket', 'user')),
    -- Interactions with a weight below this are kept and not counted; null counts all.
    least_weight double precision,
    -- A list with fewer rows than this from the model is marked thin and filled openly.
    least_rows integer not null default 3
        constraint catalog_least_rows_range check (least_rows between 1 and 100),
    -- A pair chosen together in fewer baskets than this is no evidence for a recommendation.
    least_together integer not null default 2
        constraint catalog_least_together_range check (least_together between 1 and 1000000),
    -- "Hide what the user already chose": right for films, wrong for groceries.
    hide_chosen boolean not null default false,
    same_category text not null default 'any'
        constraint catalog_same_category_known check (same_category in ('any', 'only', 'exclude')),
    -- The number of the newest change that is visible. Each change takes the next one with this
    -- row locked, as its last statement, so the numbers are dense and a follower can't miss a
    -- late commit.
    last_change bigint not null default 0,
    -- False until the first import is shown: a killed first import leaves no empty catalog behind.
    visible boolean not null default false,
    created_at timestamptz not null default now()
);
