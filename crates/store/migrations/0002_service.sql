-- What the always-on service keeps beside the ledger. No table of it holds a token or a password:
-- tokens of the Hub are named by where they are, passwords and our own tokens are hashed.

CREATE TABLE org_setting (
    org_id bigint NOT NULL PRIMARY KEY,
    enabled smallint NOT NULL,
    -- `every SECONDS`, `daily HH:MM` or `manual`.
    schedule {text} NOT NULL,
    -- A JSON array of lower-cased domains; an empty one allows every domain.
    domains {text} NOT NULL,
    avatars smallint NOT NULL,
    changed_at bigint NOT NULL
);

CREATE TABLE credential_ref (
    org_id bigint NOT NULL PRIMARY KEY,
    -- none, env, file, keyring, or stored: the file that the service wrote.
    kind {text} NOT NULL,
    place {text} NOT NULL,
    -- What the Hub said of it when it was last tried.
    role {text},
    scopes {text},
    expires bigint,
    checked bigint,
    last_success bigint
);

-- When the scheduler turns to an organization next.
CREATE TABLE org_turn (
    org_id bigint NOT NULL PRIMARY KEY,
    next_at bigint NOT NULL,
    failures bigint NOT NULL,
    -- Why it waits longer than its schedule says.
    waiting {text}
);
CREATE INDEX org_turn_next ON org_turn (next_at);

CREATE TABLE license_price (
    org_id bigint NOT NULL,
    license {text} NOT NULL,
    minor bigint NOT NULL,
    currency {text} NOT NULL,
    -- month or year.
    cycle {text} NOT NULL,
    PRIMARY KEY (org_id, license)
);

CREATE TABLE setting (
    name {text} NOT NULL PRIMARY KEY,
    value {text} NOT NULL
);

CREATE TABLE app_user (
    id {id},
    -- local, or hub for one who signs in with Hugging Face.
    kind {text} NOT NULL,
    -- The lower-cased name of a local account, the Hub's id of another.
    user_key {text} NOT NULL,
    name {text} NOT NULL,
    password {text},
    -- The role everywhere; null when only some organizations may be seen.
    role {text},
    -- A JSON array of {"org", "role"}.
    orgs {text} NOT NULL,
    disabled smallint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    seen_at bigint
);
CREATE UNIQUE INDEX app_user_by_key ON app_user (kind, user_key);

CREATE TABLE app_session (
    hash {text} NOT NULL PRIMARY KEY,
    -- Null for the link that is printed at start.
    user_id bigint,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    expires bigint NOT NULL,
    address {text} NOT NULL,
    agent {text} NOT NULL
);
CREATE INDEX app_session_by_user ON app_session (user_id);

CREATE TABLE api_token (
    id {id},
    hash {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    role {text},
    orgs {text} NOT NULL,
    created_by {text} NOT NULL,
    -- The account it acts for; it ends with it. Null for one made by the link's owner.
    user_id bigint,
    created_at bigint NOT NULL,
    expires bigint,
    used_at bigint,
    revoked_at bigint
);

-- Who changed what in the service; each row is bound to the one before by its hash.
CREATE TABLE service_log (
    seq bigint NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    who {text} NOT NULL,
    kind {text} NOT NULL,
    org_id bigint,
    target {text} NOT NULL,
    detail {text} NOT NULL,
    hash {blob} NOT NULL
);
