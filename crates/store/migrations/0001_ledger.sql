-- Never edit an applied migration: add the next one.
-- {id}, {text} and {blob} are the only words that differ between the two databases.

CREATE TABLE hub (
    id {id},
    endpoint {text} NOT NULL UNIQUE,
    touched bigint NOT NULL DEFAULT 0
);

CREATE TABLE org (
    id {id},
    hub_id bigint NOT NULL,
    hf_org_id {text},
    slug {text} NOT NULL,
    slug_key {text} NOT NULL,
    created_at bigint NOT NULL,
    published_run bigint NOT NULL DEFAULT 0,
    last_run bigint NOT NULL DEFAULT 0,
    last_seq bigint NOT NULL DEFAULT 0,
    last_hash {blob},
    -- How many are listed and how many are missing, as of the published run.
    active bigint NOT NULL DEFAULT 0,
    missing bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX org_by_slug ON org (hub_id, slug_key);
CREATE UNIQUE INDEX org_by_id ON org (hub_id, hf_org_id) WHERE hf_org_id IS NOT NULL;

CREATE TABLE org_slug (
    org_id bigint NOT NULL,
    slug {text} NOT NULL,
    valid_from bigint NOT NULL,
    valid_to bigint
);
CREATE UNIQUE INDEX org_slug_open ON org_slug (org_id) WHERE valid_to IS NULL;

CREATE TABLE sync_run (
    org_id bigint NOT NULL,
    run_no bigint NOT NULL,
    fence bigint NOT NULL,
    trigger_kind {text} NOT NULL,
    state {text} NOT NULL,
    complete smallint NOT NULL DEFAULT 0,
    base_run bigint NOT NULL,
    at bigint NOT NULL,
    started bigint NOT NULL,
    finished bigint,
    pages bigint NOT NULL DEFAULT 0,
    members bigint NOT NULL DEFAULT 0,
    joined bigint NOT NULL DEFAULT 0,
    missing bigint NOT NULL DEFAULT 0,
    gone bigint NOT NULL DEFAULT 0,
    returned bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    unchanged bigint NOT NULL DEFAULT 0,
    duplicates bigint NOT NULL DEFAULT 0,
    requests bigint NOT NULL DEFAULT 0,
    waited_ms bigint NOT NULL DEFAULT 0,
    clock_skew_ms bigint,
    coverage bigint NOT NULL DEFAULT 0,
    sources {text} NOT NULL DEFAULT '',
    caller_role {text},
    digest {text},
    error_kind {text},
    error_page bigint,
    error_status bigint,
    error_message {text},
    PRIMARY KEY (org_id, run_no)
);

CREATE TABLE sync_lease (
    org_id bigint NOT NULL PRIMARY KEY,
    holder {text},
    fence bigint NOT NULL,
    heartbeat bigint NOT NULL,
    expires bigint NOT NULL
);

-- What a quarantined run saw. A run in progress stages outside of the ledger, in the same columns.
CREATE TABLE stage_member (
    org_id bigint NOT NULL,
    run_no bigint NOT NULL,
    user_id {text} NOT NULL,
    membership_id bigint,
    gone smallint NOT NULL,
    username {text} NOT NULL,
    fullname {text},
    avatar_url {text},
    email {text},
    role {text},
    is_pro smallint,
    two_factor smallint,
    external smallint,
    groups {text},
    seen bigint NOT NULL,
    hash bigint NOT NULL,
    PRIMARY KEY (org_id, run_no, user_id)
){without_rowid};

CREATE TABLE account (
    hub_id bigint NOT NULL,
    user_id {text} NOT NULL,
    username {text} NOT NULL,
    fullname {text},
    avatar_url {text},
    PRIMARY KEY (hub_id, user_id)
){without_rowid};

CREATE TABLE account_name (
    hub_id bigint NOT NULL,
    user_id {text} NOT NULL,
    valid_from bigint NOT NULL,
    username {text} NOT NULL,
    username_key {text} NOT NULL,
    fullname {text},
    valid_to bigint,
    PRIMARY KEY (hub_id, user_id, valid_from)
){without_rowid};

CREATE TABLE account_email (
    hub_id bigint NOT NULL,
    user_id {text} NOT NULL,
    valid_from bigint NOT NULL,
    email {text} NOT NULL,
    valid_to bigint,
    PRIMARY KEY (hub_id, user_id, valid_from)
){without_rowid};

CREATE TABLE membership (
    id {id},
    org_id bigint NOT NULL,
    user_id {text} NOT NULL,
    username {text} NOT NULL,
    username_key {text} NOT NULL,
    fullname {text},
    email {text},
    role {text},
    is_pro smallint,
    two_factor smallint,
    external smallint,
    known bigint NOT NULL,
    fresh bigint NOT NULL,
    status {text} NOT NULL,
    absences bigint NOT NULL DEFAULT 0,
    hash bigint NOT NULL,
    first_seen bigint NOT NULL,
    valid_from bigint NOT NULL,
    valid_to bigint,
    run_from bigint NOT NULL,
    run_to bigint,
    ended smallint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX membership_open ON membership (org_id, user_id) WHERE valid_to IS NULL;
CREATE INDEX membership_ended ON membership (org_id, user_id) WHERE ended = 1;
CREATE INDEX membership_name ON membership (org_id, username_key);

CREATE TABLE resource_group (
    org_id bigint NOT NULL,
    group_id {text} NOT NULL,
    name {text} NOT NULL,
    valid_from bigint NOT NULL,
    valid_to bigint
);
CREATE UNIQUE INDEX resource_group_open ON resource_group (org_id, group_id) WHERE valid_to IS NULL;

CREATE TABLE group_membership (
    id {id},
    org_id bigint NOT NULL,
    user_id {text} NOT NULL,
    group_id {text} NOT NULL,
    role {text} NOT NULL,
    valid_from bigint NOT NULL,
    valid_to bigint,
    run_from bigint NOT NULL,
    run_to bigint
);
CREATE UNIQUE INDEX group_membership_open ON group_membership (org_id, user_id, group_id)
    WHERE valid_to IS NULL;
CREATE INDEX group_membership_by_user ON group_membership (org_id, user_id);

CREATE TABLE service_account (
    org_id bigint NOT NULL,
    hf_id {text} NOT NULL,
    username {text} NOT NULL,
    fullname {text},
    created_at {text},
    valid_from bigint NOT NULL,
    valid_to bigint
);
CREATE UNIQUE INDEX service_account_open ON service_account (org_id, hf_id) WHERE valid_to IS NULL;

CREATE TABLE event (
    org_id bigint NOT NULL,
    seq bigint NOT NULL,
    run_no bigint NOT NULL,
    at bigint NOT NULL,
    kind {text} NOT NULL,
    user_id {text},
    username {text},
    group_id {text},
    group_name {text},
    old {text},
    new {text},
    cause {text} NOT NULL,
    actor {text},
    audit_id {text},
    hash {blob} NOT NULL,
    PRIMARY KEY (org_id, seq)
){without_rowid};
CREATE INDEX event_by_user ON event (org_id, user_id);

CREATE TABLE license_type (
    role {text} NOT NULL PRIMARY KEY,
    license {text} NOT NULL
);
INSERT INTO license_type (role, license) VALUES
    ('admin', 'Admin'), ('write', 'Write'), ('contributor', 'Contributor'), ('read', 'Read'),
    ('no_access', 'No access');
