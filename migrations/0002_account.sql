-- Who may sign in, and programs that hold a token. Secrets are stored as SHA-256 only: they are
-- random 256-bit values, so a slow hash would add nothing.

create table account (
    account_id bigint generated always as identity primary key,
    name text not null constraint account_name_once unique
        constraint account_name_length check (length(name) between 1 and 100),
    created_at timestamptz not null default now(),
    disabled_at timestamptz
);

create table account_role (
    account_id bigint not null references account,
    role text not null constraint account_role_known check (
        role in ('viewer', 'analyst', 'curator', 'model_owner', 'operator', 'admin')
    ),
    primary key (account_id, role)
);

-- A link that signs one account in, once.
create table sign_in_link (
    token_hash bytea primary key,
    account_id bigint not null references account,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);

create table session (
    token_hash bytea primary key,
    account_id bigint not null references account,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);

create table api_token (
    token_id bigint generated always as identity primary key,
    token_hash bytea not null constraint api_token_hash_once unique,
    name text not null constraint api_token_name_length check (length(name) between 1 and 100),
    role text not null constraint api_token_role_known check (
        role in ('viewer', 'analyst', 'curator', 'model_owner', 'operator', 'admin', 'application')
    ),
    -- Null: every catalog.
    catalog_id text collate "C" references catalog,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz
);

-- Values that servers on one database share, such as the key that signs list ids.
create table secret (
    name text primary key,
    value bytea not null
);
