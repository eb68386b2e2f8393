-- Findings that are the same as another of their force share its clock and its alerts.

ALTER TABLE finding ADD COLUMN same_as TEXT NOT NULL DEFAULT '';   -- reference; '': it stands alone
ALTER TABLE finding ADD COLUMN same_as_on TEXT;
ALTER TABLE finding ADD COLUMN same_as_by TEXT NOT NULL DEFAULT '';   -- token of a person, or uid:N
ALTER TABLE finding ADD COLUMN same_as_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN apart_from TEXT NOT NULL DEFAULT '';   -- references, separated by line breaks
CREATE INDEX finding_same_as ON finding (force, same_as) WHERE same_as <> '';
CREATE INDEX obligation_cause ON obligation (force, cause);

DROP TRIGGER finding_counts_in;
DROP TRIGGER finding_counts_out;
CREATE TRIGGER finding_counts_in AFTER INSERT ON finding WHEN new.force_state IN ('open', 'in progress') AND new.verified = 0 AND new.inspectorate_state = 'open' AND new.same_as = ''
BEGIN
    INSERT INTO due_count VALUES ('finding', new.due_on, 1)
        ON CONFLICT (item, due_on) DO UPDATE SET open_items = open_items + 1;
END;
CREATE TRIGGER finding_counts_out AFTER DELETE ON finding WHEN old.force_state IN ('open', 'in progress') AND old.verified = 0 AND old.inspectorate_state = 'open' AND old.same_as = ''
BEGIN
    UPDATE due_count SET open_items = open_items - 1 WHERE item = 'finding' AND due_on = old.due_on;
END;

-- Open duties of a finding whose principal owes the same: the principal's clock counts for both.
CREATE VIEW shared_obligation AS
    SELECT own.subject, own.force, own.due_on
      FROM finding AS linked
      JOIN obligation AS own ON own.force = linked.force AND own.cause = linked.reference
     WHERE linked.same_as <> '' AND own.tracked = 1 AND own.replied_on IS NULL
       AND EXISTS (SELECT 1 FROM obligation AS principal
                    WHERE principal.force = linked.force AND principal.cause = linked.same_as
                      AND principal.definition = own.definition AND principal.tracked = 1);
