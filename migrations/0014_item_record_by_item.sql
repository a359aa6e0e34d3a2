-- Whoever puts records of items is told which say something new: the newest record of each item is
-- looked up by the item, over all batches.
create index item_record_by_item on item_record (item_id);
