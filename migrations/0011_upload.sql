-- Imports that are begun, watched, stopped and mended on pages, whichever server runs them. All of
-- it is beside what an import is: the version before reads and writes batches as it did.

alter table batch
    -- Who began it, as the audit trail names them, and what they were called then. Null where it
    -- was begun before this was kept.
    add column author text,
    add column author_name text,
    -- What the files were recognised as, in a sentence for people.
    add column description text,
    -- When the run of it began that goes on now, or was the last: an import that is taken up again
    -- reads its files from the start, so that its rate is that of its run.
    add column run_at timestamptz,
    add column bytes_read bigint not null default 0,
    add column bytes_total bigint not null default 0,
    -- When somebody asked that it be cancelled. Whoever runs it looks here after every chunk.
    add column cancelled_at timestamptz,
    -- Why its last run ended early, in a sentence for people.
    add column failure text,
    -- The folder in a server's spool where uploaded files lie until their import has ended.
    add column upload text,
    -- How single rows of it are read once more when they are corrected: the format, the mapping,
    -- and each file's header.
    add column reading jsonb,
    -- The import whose quarantined rows it brings, corrected.
    add column parent_id bigint constraint batch_has_parent references batch;

-- An import that was cancelled or discarded has the state 'undone' and was never shown; a state of
-- its own would be one that the version before does not know.

-- Posts of programs are listed a day a line.
create index batch_posted on batch (catalog_id, started_at) include (batch_id, author_name, accepted)
    where format = 'api' and state = 'visible';

alter table quarantine
    add column quarantine_id bigint generated always as identity
        constraint quarantine_key primary key,
    -- The import that brought the row corrected; while that one is visible the row is done with.
    add column mended_by bigint constraint quarantine_mended_by_batch references batch;

create index quarantine_by_key on quarantine (batch_id, quarantine_id);
