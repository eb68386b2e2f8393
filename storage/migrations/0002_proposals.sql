-- What was read from news, waiting for a person. Outside the journal: a proposal is no fact, and what is confirmed is
-- recorded as events of its own.
CREATE TABLE proposal (
    id          INTEGER PRIMARY KEY,
    dedup_key   TEXT    NOT NULL UNIQUE,        -- the same item read again proposes nothing twice
    read_at     INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('open', 'confirmed', 'dismissed')),
    decided_at  INTEGER,
    decided_by  INTEGER,                        -- user id
    reason      TEXT    NOT NULL,               -- of the decision
    source      TEXT    NOT NULL,
    url         TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    published   TEXT    NOT NULL,               -- as the source gives it
    kind        TEXT    NOT NULL,
    forces      TEXT    NOT NULL,               -- ids, a blank between
    programme   TEXT    NOT NULL,
    change      TEXT    NOT NULL,
    area        TEXT    NOT NULL,
    grade       TEXT    NOT NULL,
    date_on     TEXT    NOT NULL,               -- may be a month or a year
    counts      TEXT    NOT NULL,               -- JSON; '': none
    finding     TEXT    NOT NULL,
    words       TEXT    NOT NULL,               -- that gave it; never edited
    percent     INTEGER NOT NULL,
    conflicts   TEXT    NOT NULL                -- JSON array of those of its item
) STRICT;
CREATE INDEX proposal_state ON proposal (state, id);
