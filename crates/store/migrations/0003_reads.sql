-- What the dashboard counts, kept when a run is published so that no page has to.

-- Which kinds of events a run made: all of a run's events count as having happened at one time, so
-- these rows answer how many there are between any two times, and where to find them.
CREATE TABLE run_kind (
    org_id bigint NOT NULL,
    run_no bigint NOT NULL,
    kind {text} NOT NULL,
    events bigint NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    PRIMARY KEY (org_id, run_no, kind)
){without_rowid};
INSERT INTO run_kind (org_id, run_no, kind, events, first_seq, last_seq)
    SELECT org_id, run_no, kind, count(*), min(seq), max(seq) FROM event
    GROUP BY org_id, run_no, kind;

-- How the members stood at the end of a day on which anything changed; `day` counts from 1970-01-01.
CREATE TABLE daily_stat (
    org_id bigint NOT NULL,
    day bigint NOT NULL,
    run_no bigint NOT NULL,
    tallies {text} NOT NULL,
    PRIMARY KEY (org_id, day)
){without_rowid};

CREATE INDEX sync_run_at ON sync_run (org_id, at);

-- Filters of the page Members that somebody gave a name.
CREATE TABLE saved_view (
    id {id},
    org_id bigint NOT NULL,
    -- Whose it is; 0 for the owner of the link that is printed at start.
    user_id bigint NOT NULL,
    name {text} NOT NULL,
    name_key {text} NOT NULL,
    query {text} NOT NULL,
    created_at bigint NOT NULL
);
CREATE UNIQUE INDEX saved_view_by_name ON saved_view (org_id, user_id, name_key);
