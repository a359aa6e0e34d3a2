-- A basket that holds very many different items costs as much to keep up with as the square of them
-- says, and is often no person's: a reseller's, a crawler's. A catalog may leave such baskets out.

-- Null: every basket counts. The version before reads this schema and counts every basket, so that
-- nobody chooses a number before every server runs this version.
alter table catalog
    add column most_items integer
        constraint catalog_most_items_positive check (most_items > 0);

alter table catalog_settings add column most_items integer;
