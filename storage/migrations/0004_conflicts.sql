-- What does not fit together, until a person settles it. Outside the journal: a conflict is about facts, and none itself.
CREATE TABLE conflict (
    id         INTEGER PRIMARY KEY,
    dedup_key  TEXT    NOT NULL UNIQUE,         -- found again, it is the same one, also when it was settled
    kind       TEXT    NOT NULL,                -- counts, body, date, statements, facts or sources
    forces     TEXT    NOT NULL,                -- ids, a blank between
    what       TEXT    NOT NULL,                -- a sentence for a person
    words      TEXT    NOT NULL,                -- that gave rise to it; '': none
    source     TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    proposal   INTEGER REFERENCES proposal (id),
    found_at   INTEGER NOT NULL,
    settled_at INTEGER,
    settled_by INTEGER,                         -- user id
    reason     TEXT    NOT NULL                 -- of whoever settled it
) STRICT;
CREATE INDEX conflict_state ON conflict (settled_at IS NULL, id);
CREATE INDEX conflict_proposal ON conflict (proposal) WHERE proposal IS NOT NULL;
-- What other sources say of the same bodies.
CREATE INDEX proposal_about ON proposal (kind, forces, id);
