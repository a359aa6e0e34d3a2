-- Views that people keep by name, and the way from an item to its interactions.

-- A view is an address of one catalog's pages: everything a page shows lies in its path and
-- query. It belongs to one account; nobody else sees it.
create table saved_view (
    view_id bigint generated always as identity primary key,
    account_id bigint not null references account,
    catalog_id text collate "C" not null references catalog,
    name text not null constraint saved_view_name_length check (length(name) between 1 and 100),
    -- From the site's root on, of a page of the catalog; the query without its question mark.
    path text not null constraint saved_view_path_length check (length(path) between 1 and 2000),
    query text not null constraint saved_view_query_length check (length(query) <= 4000),
    constraint saved_view_path_in_catalog check (
        starts_with(path, '/catalogs/' || catalog_id || '/')
    ),
    created_at timestamptz not null default now(),
    -- Two views of one name could not be told apart.
    constraint saved_view_name_once unique (account_id, catalog_id, name)
);

-- An item's page counts its choices by month.
create index interaction_by_item on interaction (item_id, at);
