-- A lease is a row of its own, and so are the bytes of a message: a claim and a settlement write what changes, not the
-- message. A parcel on its way is pending, or of unknown outcome, with a lease.
CREATE TABLE lease (
    outbox   INTEGER PRIMARY KEY REFERENCES outbox (id),
    token    INTEGER NOT NULL,                 -- one more than that of the parcel's lease before
    session  TEXT    NOT NULL,                 -- of the courier that holds it
    began_at INTEGER NOT NULL,
    ends_at  INTEGER NOT NULL
) STRICT;
INSERT INTO lease
SELECT o.id, o.lease, o.session, coalesce(t.began_at, o.first_attempt_at, o.created_at), o.leased_until
  FROM outbox AS o LEFT JOIN attempt AS t ON t.outbox = o.id AND t.attempt = o.attempts
 WHERE o.state = 'leased';

-- From here on a row of the outbox counts the tries that have ended, and holds the token of the latest lease that has.
DROP TRIGGER outbox_counts_move;
DELETE FROM attempt WHERE EXISTS (SELECT 1 FROM outbox AS o JOIN lease AS l ON l.outbox = o.id
                                   WHERE o.id = attempt.outbox AND o.attempts = attempt.attempt);
UPDATE outbox SET state = 'pending', attempts = attempts - 1, lease = lease - 1,
       due_at = (SELECT began_at FROM lease WHERE lease.outbox = outbox.id),
       first_attempt_at = nullif(first_attempt_at, (SELECT began_at FROM lease WHERE lease.outbox = outbox.id))
 WHERE state = 'leased';

CREATE TABLE parcel_body (
    outbox INTEGER PRIMARY KEY REFERENCES outbox (id),
    body   TEXT NOT NULL                       -- '': erased
) STRICT;
INSERT INTO parcel_body SELECT id, body FROM outbox;

-- What has been sent is by far the most, and is listed by its number.
DROP INDEX outbox_state;
CREATE INDEX outbox_state ON outbox (state, id) WHERE state <> 'sent';
DROP INDEX outbox_waiting;
ALTER TABLE outbox DROP COLUMN body;
ALTER TABLE outbox DROP COLUMN leased_until;
ALTER TABLE outbox DROP COLUMN session;

-- Nobody asks how many were sent.
DELETE FROM outbox_count WHERE state IN ('leased', 'sent');
UPDATE outbox_count SET parcels = (SELECT count(*) FROM outbox WHERE outbox.state = outbox_count.state);
CREATE TRIGGER outbox_counts_move_out AFTER UPDATE OF state ON outbox WHEN old.state <> new.state
BEGIN
    UPDATE outbox_count SET parcels = parcels - 1 WHERE state = old.state;
END;
CREATE TRIGGER outbox_counts_move_in AFTER UPDATE OF state ON outbox WHEN old.state <> new.state AND new.state <> 'sent'
BEGIN
    UPDATE outbox_count SET parcels = parcels + 1 WHERE state = new.state;
END;
