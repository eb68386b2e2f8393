-- How many alerts of each severity are open, so that the status never counts them.
CREATE TABLE alert_count (
    severity TEXT PRIMARY KEY,
    alerts   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO alert_count
SELECT column1, (SELECT count(*) FROM alert WHERE closed_at IS NULL AND severity = column1)
  FROM (VALUES ('info'), ('warning'), ('critical'));
CREATE TRIGGER alert_counts_in AFTER INSERT ON alert WHEN new.closed_at IS NULL
BEGIN
    UPDATE alert_count SET alerts = alerts + 1 WHERE severity = new.severity;
END;
CREATE TRIGGER alert_counts_move AFTER UPDATE OF severity, closed_at ON alert
    WHEN new.severity <> old.severity OR (new.closed_at IS NULL) <> (old.closed_at IS NULL)
BEGIN
    UPDATE alert_count SET alerts = alerts - 1 WHERE severity = old.severity AND old.closed_at IS NULL;
    UPDATE alert_count SET alerts = alerts + 1 WHERE severity = new.severity AND new.closed_at IS NULL;
END;
CREATE TRIGGER alert_counts_out AFTER DELETE ON alert WHEN old.closed_at IS NULL
BEGIN
    UPDATE alert_count SET alerts = alerts - 1 WHERE severity = old.severity;
END;
DROP INDEX alert_severity;

-- Escalations that wait for a message to arrive.
CREATE INDEX escalation_waiting ON escalation (alert) WHERE base_at IS NULL;
