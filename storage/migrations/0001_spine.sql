-- The journal is the truth; every table under "facts" is a cache of its fold.

CREATE TABLE journal (
    seq          INTEGER PRIMARY KEY,
    recorded_at  INTEGER NOT NULL,
    effective_on TEXT    NOT NULL CHECK (length(effective_on) = 10),
    certainty    TEXT    NOT NULL CHECK (certainty = 'exact' OR certainty = 'partial' OR certainty = 'undated'),
    kind         TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    force        TEXT    NOT NULL,             -- '': none or several
    uid          INTEGER NOT NULL,             -- -1: the daemon itself
    client       TEXT    NOT NULL,
    request      TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    source       TEXT    NOT NULL,
    payload      TEXT    NOT NULL,
    hash         BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX journal_subject ON journal (subject);
CREATE INDEX journal_force ON journal (force);
CREATE TRIGGER journal_keeps_rows BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_keeps_values BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Facts -------------------------------------------------------------------------------------------

CREATE TABLE reference (                       -- scales, cycles, areas, area map, holidays, obligations, policies
    subject TEXT PRIMARY KEY,
    kind    TEXT NOT NULL,
    payload TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE force (
    subject   TEXT PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('police', 'fire', 'rocu', 'other')),
    region    TEXT NOT NULL,
    aliases   TEXT NOT NULL,                   -- separated by line breaks
    slug      TEXT NOT NULL,
    successor TEXT NOT NULL,
    ended     TEXT NOT NULL                    -- as given; '': it lasts
) STRICT, WITHOUT ROWID;
CREATE INDEX force_successor ON force (successor) WHERE successor <> '';

CREATE TABLE person (                          -- by token; the names stand in people
    subject TEXT PRIMARY KEY,
    id      TEXT NOT NULL UNIQUE,
    deputy  TEXT NOT NULL,
    active  INTEGER NOT NULL CHECK (active IN (0, 1)),
    since   TEXT                               -- when they left or came back
) STRICT, WITHOUT ROWID;

CREATE TABLE inspection (
    subject   TEXT PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    programme TEXT NOT NULL,
    cycle     TEXT NOT NULL,
    published TEXT NOT NULL,                   -- as given; '': not known
    title     TEXT NOT NULL,
    url       TEXT NOT NULL,
    forces    TEXT NOT NULL                    -- separated by line breaks
) STRICT, WITHOUT ROWID;

CREATE TABLE judgement (
    subject    TEXT PRIMARY KEY,
    inspection TEXT NOT NULL,
    force      TEXT NOT NULL,
    area       TEXT NOT NULL,
    certainty  TEXT NOT NULL CHECK (certainty IN ('exact', 'partial', 'undated')),
    basis      TEXT NOT NULL,
    note       TEXT NOT NULL,
    url        TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX judgement_force ON judgement (force, inspection);
CREATE INDEX judgement_inspection ON judgement (inspection);

CREATE TABLE judgement_grade (
    judgement TEXT    NOT NULL,
    position  INTEGER NOT NULL,                -- 0: as first judged
    since_on  TEXT    NOT NULL,
    grade     TEXT    NOT NULL,
    PRIMARY KEY (judgement, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE stage_move (
    subject   TEXT PRIMARY KEY,
    force     TEXT NOT NULL,
    stage     TEXT NOT NULL CHECK (stage IN ('scan', 'engage')),
    decided   TEXT NOT NULL,
    announced TEXT NOT NULL,
    note      TEXT NOT NULL,
    url       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stage_move_force ON stage_move (force);

CREATE TABLE finding (
    subject              TEXT PRIMARY KEY,
    force                TEXT NOT NULL,
    reference            TEXT NOT NULL,
    inspection           TEXT NOT NULL,
    kind                 TEXT NOT NULL,
    title                TEXT NOT NULL,
    area                 TEXT NOT NULL,
    parent               TEXT NOT NULL,
    origin               TEXT NOT NULL,
    raised               TEXT NOT NULL,        -- as given
    raised_on            TEXT,                 -- as read; NULL: undated
    deadline_kind        TEXT NOT NULL,
    due                  TEXT NOT NULL,        -- as given
    due_on               TEXT NOT NULL,        -- last day on which it is met; '9999-12-31': no deadline
    words                TEXT NOT NULL,
    resolved_by          TEXT NOT NULL,
    moves                INTEGER NOT NULL,     -- revisions of the deadline after the first
    force_state          TEXT NOT NULL,
    force_state_on       TEXT,
    claimed_by           TEXT NOT NULL,        -- token of a person, or uid:N
    force_reason         TEXT NOT NULL,
    verified             INTEGER NOT NULL CHECK (verified IN (0, 1)),
    verified_on          TEXT,
    verified_by          TEXT NOT NULL,
    inspectorate_state   TEXT NOT NULL,
    inspectorate_state_on TEXT,
    inspectorate_reason  TEXT NOT NULL,
    updated_on           TEXT,
    evidence_count       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_due ON finding (due_on, subject);
CREATE INDEX finding_force ON finding (force, due_on, subject);

CREATE TABLE exit_condition (
    subject  TEXT PRIMARY KEY,
    force    TEXT NOT NULL,
    id       TEXT NOT NULL,
    finding  TEXT NOT NULL,                    -- reference of the cause of concern; '': the stage
    text     TEXT NOT NULL,
    findings TEXT NOT NULL                     -- references, separated by line breaks
) STRICT, WITHOUT ROWID;
CREATE INDEX exit_condition_force ON exit_condition (force);

CREATE TABLE condition_mark (
    condition TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    marked_on TEXT    NOT NULL,
    met       INTEGER NOT NULL CHECK (met IN (0, 1)),
    note      TEXT    NOT NULL,
    PRIMARY KEY (condition, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    item      TEXT    NOT NULL,                -- subject of a finding or an action
    position  INTEGER NOT NULL,
    reference TEXT    NOT NULL,
    sha256    TEXT    NOT NULL,
    filed_by  TEXT    NOT NULL,
    filed_on  TEXT    NOT NULL,
    note      TEXT    NOT NULL,
    PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE action (
    subject       TEXT PRIMARY KEY,
    source        TEXT NOT NULL,
    external_id   TEXT NOT NULL,
    force         TEXT NOT NULL,
    title         TEXT NOT NULL,
    owner         TEXT NOT NULL,               -- token of a person; '': nobody yet
    contributors  TEXT NOT NULL,               -- separated by line breaks
    findings      TEXT NOT NULL,               -- references, separated by line breaks
    planned       TEXT NOT NULL,               -- as given
    planned_on    TEXT NOT NULL,
    deadline_kind TEXT NOT NULL,
    due           TEXT NOT NULL,
    due_on        TEXT NOT NULL,
    words         TEXT NOT NULL,
    resolved_by   TEXT NOT NULL,
    moves         INTEGER NOT NULL,
    state         TEXT NOT NULL CHECK (state = 'open' OR state = 'in progress' OR state = 'complete' OR state = 'cancelled'),
    updated_on    TEXT,
    note          TEXT NOT NULL,
    evidence_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX action_due ON action (due_on, subject);
CREATE INDEX action_force ON action (force, due_on, subject);
CREATE INDEX action_owner ON action (owner) WHERE owner <> '';

CREATE TABLE meeting (
    subject        TEXT PRIMARY KEY,
    force          TEXT    NOT NULL,
    id             TEXT    NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('meeting', 'revisit', 'fieldwork', 'stage review')),
    title          TEXT    NOT NULL,
    planned        TEXT    NOT NULL,
    planned_on     TEXT    NOT NULL,
    papers_days    INTEGER NOT NULL,
    deadline_kind  TEXT    NOT NULL,
    due            TEXT    NOT NULL,
    due_on         TEXT    NOT NULL,
    words          TEXT    NOT NULL,
    resolved_by    TEXT    NOT NULL,
    moves          INTEGER NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('planned', 'held', 'cancelled')),
    state_on       TEXT,
    papers_sent_on TEXT,
    note           TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_due ON meeting (due_on, subject);
CREATE INDEX meeting_force ON meeting (force, due_on, subject);

CREATE TABLE deadline_revision (               -- only of deadlines that moved; position 0 is the first
    subject     TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    due         TEXT    NOT NULL,
    words       TEXT    NOT NULL,
    resolved_by TEXT    NOT NULL,
    agreed_on   TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    approval    TEXT    NOT NULL,
    PRIMARY KEY (subject, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE obligation (
    subject          TEXT PRIMARY KEY,
    definition       TEXT NOT NULL,
    cause            TEXT NOT NULL,            -- publication, reference of a finding, or day of a move
    force            TEXT NOT NULL,
    title            TEXT NOT NULL,
    arose_on         TEXT NOT NULL,
    deadline_kind    TEXT NOT NULL,
    due              TEXT NOT NULL,
    due_on           TEXT NOT NULL,
    words            TEXT NOT NULL,
    resolved_by      TEXT NOT NULL,
    moves            INTEGER NOT NULL,
    tracked          INTEGER NOT NULL CHECK (tracked IN (0, 1)),
    replied_on       TEXT,
    link             TEXT NOT NULL,
    no_action_reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX obligation_due ON obligation (due_on, subject);
CREATE INDEX obligation_force ON obligation (force, due_on, subject);

-- How many items wait for each day, so that the status board never counts rows.
CREATE TABLE due_count (
    item       TEXT    NOT NULL,
    due_on     TEXT    NOT NULL,
    open_items INTEGER NOT NULL,
    PRIMARY KEY (item, due_on)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER finding_counts_in AFTER INSERT ON finding WHEN new.force_state IN ('open', 'in progress') AND new.verified = 0 AND new.inspectorate_state = 'open'
BEGIN
    INSERT INTO due_count VALUES ('finding', new.due_on, 1)
        ON CONFLICT (item, due_on) DO UPDATE SET open_items = open_items + 1;
END;
CREATE TRIGGER finding_counts_out AFTER DELETE ON finding WHEN old.force_state IN ('open', 'in progress') AND old.verified = 0 AND old.inspectorate_state = 'open'
BEGIN
    UPDATE due_count SET open_items = open_items - 1 WHERE item = 'finding' AND due_on = old.due_on;
END;
CREATE TRIGGER action_counts_in AFTER INSERT ON action WHEN new.state IN ('open', 'in progress')
BEGIN
    INSERT INTO due_count VALUES ('action', new.due_on, 1)
        ON CONFLICT (item, due_on) DO UPDATE SET open_items = open_items + 1;
END;
CREATE TRIGGER action_counts_out AFTER DELETE ON action WHEN old.state IN ('open', 'in progress')
BEGIN
    UPDATE due_count SET open_items = open_items - 1 WHERE item = 'action' AND due_on = old.due_on;
END;
CREATE TRIGGER obligation_counts_in AFTER INSERT ON obligation WHEN new.tracked = 1 AND new.replied_on IS NULL
BEGIN
    INSERT INTO due_count VALUES ('obligation', new.due_on, 1)
        ON CONFLICT (item, due_on) DO UPDATE SET open_items = open_items + 1;
END;
CREATE TRIGGER obligation_counts_out AFTER DELETE ON obligation WHEN old.tracked = 1 AND old.replied_on IS NULL
BEGIN
    UPDATE due_count SET open_items = open_items - 1 WHERE item = 'obligation' AND due_on = old.due_on;
END;

-- What follows from the facts: outside the fold ---------------------------------------------------

CREATE TABLE agenda (                          -- when each subject could next change its mind
    subject TEXT PRIMARY KEY,
    due_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX agenda_due ON agenda (due_at, subject);

CREATE TABLE alert (
    id           INTEGER PRIMARY KEY,
    rule         TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    force        TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    episode_on   TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'acknowledged', 'closed')),
    severity     TEXT    NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    revision     INTEGER NOT NULL,
    version      TEXT    NOT NULL,             -- of the deadline
    reminders    INTEGER NOT NULL,
    effective_on TEXT    NOT NULL,
    effective_at INTEGER NOT NULL,             -- when the present severity was due to be reached
    detected_at  INTEGER NOT NULL,             -- and when that was noticed
    opened_at    INTEGER NOT NULL,
    closed_at    INTEGER,
    ending       TEXT    NOT NULL,
    summary      TEXT    NOT NULL,
    told         INTEGER NOT NULL CHECK (told IN (0, 1)),     -- 0: the rule's hold-off, or a baseline, keeps it quiet
    closing      INTEGER NOT NULL CHECK (closing IN (0, 1)),  -- the condition is gone, within the hold-off
    held_until   INTEGER,
    damped       INTEGER NOT NULL,             -- reversals inside the hold-off
    baseline     INTEGER NOT NULL CHECK (baseline IN (0, 1)),  -- it was so before anybody was to be told
    overdue      INTEGER NOT NULL CHECK (overdue IN (0, 1)),   -- a date has passed
    review_at    INTEGER                       -- closed by hand while still true: looked at again then
) STRICT;
CREATE UNIQUE INDEX alert_open ON alert (rule, subject) WHERE closed_at IS NULL OR review_at IS NOT NULL;
CREATE INDEX alert_subject ON alert (subject, rule) WHERE closed_at IS NULL;
CREATE INDEX alert_history ON alert (subject, id);
CREATE INDEX alert_severity ON alert (severity) WHERE closed_at IS NULL;
CREATE INDEX alert_force ON alert (force) WHERE closed_at IS NULL;

CREATE TABLE alert_step (                      -- the ledger: each step of each version once
    alert      INTEGER NOT NULL REFERENCES alert (id),
    version    TEXT    NOT NULL,
    step       TEXT    NOT NULL,
    reached_on TEXT    NOT NULL,
    revision   INTEGER NOT NULL,               -- that told of it
    PRIMARY KEY (alert, version, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_revision (
    alert    INTEGER NOT NULL REFERENCES alert (id),
    revision INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    change   TEXT    NOT NULL CHECK (change IN ('opened', 'raised', 'lowered', 'step', 'reminder', 'acknowledged',
                                               'resumed', 'escalated', 'unanswered', 'reopened', 'closed')),
    severity TEXT    NOT NULL,
    steps    TEXT    NOT NULL,                 -- names of the steps told, separated by line breaks
    summary  TEXT    NOT NULL,
    remarks  TEXT    NOT NULL,                 -- separated by line breaks
    PRIMARY KEY (alert, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE notice (                          -- to be said to somebody; what was said and what was not stays here
    id          INTEGER PRIMARY KEY,
    alert       INTEGER NOT NULL REFERENCES alert (id),
    revision    INTEGER NOT NULL,
    destination TEXT    NOT NULL,
    recipient   TEXT    NOT NULL,              -- mail address, or a role such as "owner"; '': the destination itself
    why         TEXT    NOT NULL,              -- what names the recipient: a route, a step of escalation
    remark      TEXT    NOT NULL,              -- such as who did not take it
    at          INTEGER NOT NULL,
    due_at      INTEGER,                       -- when it is looked at next; NULL: once what holds it back has ended
    cause       TEXT    NOT NULL,              -- what holds it back now; '': nothing
    cause_key   TEXT    NOT NULL,              -- which silence, pause, alert or group that is
    outcome     TEXT    NOT NULL CHECK (outcome IN ('waiting', 'told', 'nothing new', 'recorded only', 'nobody', 'bounced',
                                                       'unsubscribed')),
    outbox      INTEGER REFERENCES outbox (id),  -- the message that told of it
    UNIQUE (alert, revision, destination, recipient)
) STRICT;
CREATE INDEX notice_due ON notice (due_at, id) WHERE outcome = 'waiting' AND due_at IS NOT NULL;
CREATE INDEX notice_cause ON notice (cause, cause_key) WHERE outcome = 'waiting' AND cause <> '';
CREATE INDEX notice_destination ON notice (destination) WHERE outcome = 'waiting';
CREATE INDEX notice_outbox ON notice (outbox) WHERE outbox IS NOT NULL;

CREATE TABLE decision (                        -- also to say nothing, or nothing yet
    id          INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    alert       INTEGER NOT NULL REFERENCES alert (id),
    revision    INTEGER NOT NULL,
    destination TEXT    NOT NULL,              -- '': nobody in particular
    recipient   TEXT    NOT NULL,
    cause       TEXT    NOT NULL,
    cause_key   TEXT    NOT NULL,
    words       TEXT    NOT NULL,
    until       INTEGER
) STRICT;
CREATE INDEX decision_alert ON decision (alert, id);

CREATE TABLE notice_group (                    -- until when a group gathers, or rests after it was told
    destination TEXT    NOT NULL,
    recipient   TEXT    NOT NULL,
    labels      TEXT    NOT NULL,
    open_at     INTEGER NOT NULL,              -- from then on it may be told
    rest_until  INTEGER NOT NULL,              -- a newcomer until then waits for this; 0: it gathers its first
    PRIMARY KEY (destination, recipient, labels)
) STRICT, WITHOUT ROWID;

CREATE TABLE digest_clock (
    destination TEXT    NOT NULL,
    recipient   TEXT    NOT NULL,
    due_at      INTEGER NOT NULL,
    PRIMARY KEY (destination, recipient)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_due ON digest_clock (due_at);

-- What people decided about alerts. The journal holds each decision; here is what is in force.

CREATE TABLE acknowledgement (
    alert        INTEGER PRIMARY KEY REFERENCES alert (id),
    by           TEXT    NOT NULL,             -- token of a person, or uid:N
    reason       TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    until        INTEGER NOT NULL,
    sticky       INTEGER NOT NULL CHECK (sticky IN (0, 1)),
    remind_every INTEGER NOT NULL,             -- seconds; 0: no reminders
    reminded     INTEGER NOT NULL,             -- reminders without an answer
    left_over    INTEGER NOT NULL              -- seconds to the next step of escalation; -1: none was to come
) STRICT;

CREATE TABLE alert_clock (                     -- what happens to an open alert by itself, and when
    alert  INTEGER NOT NULL REFERENCES alert (id),
    kind   TEXT    NOT NULL CHECK (kind IN ('acknowledgement', 'remind', 'escalate', 'repeat', 'fallback')),
    due_at INTEGER NOT NULL,
    PRIMARY KEY (alert, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_clock_due ON alert_clock (due_at, alert);

CREATE TABLE escalation (                      -- as it was configured when the alert opened
    alert      INTEGER PRIMARY KEY REFERENCES alert (id),
    name       TEXT    NOT NULL,
    steps      TEXT    NOT NULL,               -- one a line: seconds, then destinations, blanks between
    delivered  INTEGER NOT NULL CHECK (delivered IN (0, 1)),   -- counts from the first delivery
    base_at    INTEGER,                        -- NULL: nothing was delivered yet
    taken      INTEGER NOT NULL,               -- steps taken
    unanswered INTEGER NOT NULL CHECK (unanswered IN (0, 1))
) STRICT;

CREATE TABLE silence (
    id       INTEGER PRIMARY KEY,
    matchers TEXT    NOT NULL,                 -- one a line
    from_at  INTEGER NOT NULL,
    until_at INTEGER NOT NULL,                 -- exclusive; earlier than asked once it was ended by hand
    author   TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    ended    INTEGER NOT NULL CHECK (ended IN (0, 1))  -- its end was seen
) STRICT;
CREATE INDEX silence_until ON silence (until_at) WHERE ended = 0;

CREATE TABLE pause (                           -- planned: nothing is said of a force, or of one area of it
    id       INTEGER PRIMARY KEY,
    force    TEXT    NOT NULL,
    area     TEXT    NOT NULL,                 -- '': all of it
    from_on  TEXT    NOT NULL,
    until_on TEXT    NOT NULL,                 -- exclusive
    author   TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    ended    INTEGER NOT NULL CHECK (ended IN (0, 1))
) STRICT;
CREATE INDEX pause_until ON pause (until_on) WHERE ended = 0;

CREATE TABLE destination_state (               -- of those that fail; a delivery that arrives takes it out
    destination   TEXT PRIMARY KEY,
    failing_since INTEGER NOT NULL,
    disabled_at   INTEGER,                     -- NULL: still tried
    reason        TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE address (                         -- to which no mail goes any more, or no digest
    address     TEXT    NOT NULL,
    destination TEXT    NOT NULL,              -- '': any
    state       TEXT    NOT NULL CHECK (state IN ('bounced', 'unsubscribed')),
    since       INTEGER NOT NULL,
    reason      TEXT    NOT NULL,
    PRIMARY KEY (address, destination)
) STRICT, WITHOUT ROWID;

CREATE TABLE link (                            -- what a signed address in a message stands for
    id          TEXT    PRIMARY KEY,           -- of the message
    alerts      TEXT    NOT NULL,              -- numbers, blanks between
    destination TEXT    NOT NULL,
    recipient   TEXT    NOT NULL,
    made_at     INTEGER NOT NULL,
    used_at     INTEGER                        -- NULL: it may still acknowledge
) STRICT, WITHOUT ROWID;
CREATE INDEX link_made ON link (made_at);

CREATE TABLE outbox (
    id               INTEGER PRIMARY KEY,
    message_id       TEXT    NOT NULL UNIQUE,  -- the same on every try
    destination      TEXT    NOT NULL,
    recipient        TEXT    NOT NULL,
    order_key        TEXT    NOT NULL,         -- deliveries of one key to one recipient keep their order; '': with all
    kind             TEXT    NOT NULL CHECK (kind IN ('email', 'webhook', 'folder')),
    sender           TEXT    NOT NULL,
    content_type     TEXT    NOT NULL,
    body             TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    state            TEXT    NOT NULL CHECK (state IN ('pending', 'leased', 'unknown', 'sent', 'dead', 'dismissed')),
    due_at           INTEGER NOT NULL,
    attempts         INTEGER NOT NULL,
    answered         INTEGER NOT NULL,         -- attempts whose outcome the courier told
    first_attempt_at INTEGER,
    lease            INTEGER NOT NULL,         -- token of the latest lease; 0: never leased
    leased_until     INTEGER NOT NULL,
    session          TEXT    NOT NULL,         -- of the courier that holds the lease
    settled_at       INTEGER,                  -- NULL: still to be delivered
    code             INTEGER NOT NULL,         -- of the latest reply
    reason           TEXT    NOT NULL,
    remark           TEXT    NOT NULL,         -- who dismissed it, and why
    report           TEXT    NOT NULL          -- what the mail system told of it later: delivered, or a kind of failure
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at) WHERE settled_at IS NULL;
CREATE INDEX outbox_order ON outbox (destination, recipient, order_key, id) WHERE settled_at IS NULL;
CREATE INDEX outbox_place ON outbox (destination, recipient, id) WHERE settled_at IS NULL;
CREATE INDEX outbox_recent ON outbox (destination, created_at);
CREATE INDEX outbox_waiting ON outbox (created_at) WHERE settled_at IS NULL;
CREATE INDEX outbox_state ON outbox (state, id);

-- How many parcels are in each state, so that health never counts rows.
CREATE TABLE outbox_count (
    state   TEXT PRIMARY KEY,
    parcels INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_count VALUES ('pending', 0), ('leased', 0), ('unknown', 0), ('sent', 0), ('dead', 0),
    ('dismissed', 0);
CREATE TRIGGER outbox_counts_in AFTER INSERT ON outbox
BEGIN
    UPDATE outbox_count SET parcels = parcels + 1 WHERE state = new.state;
END;
CREATE TRIGGER outbox_counts_move AFTER UPDATE OF state ON outbox WHEN old.state <> new.state
BEGIN
    UPDATE outbox_count SET parcels = parcels - 1 WHERE state = old.state;
    UPDATE outbox_count SET parcels = parcels + 1 WHERE state = new.state;
END;
CREATE TRIGGER outbox_counts_out AFTER DELETE ON outbox
BEGIN
    UPDATE outbox_count SET parcels = parcels - 1 WHERE state = old.state;
END;

CREATE TABLE attempt (
    outbox   INTEGER NOT NULL REFERENCES outbox (id),
    attempt  INTEGER NOT NULL,
    began_at INTEGER NOT NULL,
    ended_at INTEGER,                          -- NULL: no word yet; after a crash: outcome unknown
    verdict  TEXT    NOT NULL,
    code     INTEGER NOT NULL,
    reason   TEXT    NOT NULL,
    PRIMARY KEY (outbox, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE answer (                          -- to requests that bear a key: the same again if they come again
    user    INTEGER NOT NULL,
    key     TEXT    NOT NULL,
    request TEXT    NOT NULL,                  -- hash of it
    status  INTEGER NOT NULL,
    version TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (user, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_made ON answer (made_at);

CREATE TABLE people (                          -- who the tokens are: the one table with names, and it can be erased
    number INTEGER PRIMARY KEY,
    token  TEXT NOT NULL UNIQUE,
    name   TEXT NOT NULL,                      -- '': erased
    email  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX people_name ON people (name) WHERE name <> '';

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
