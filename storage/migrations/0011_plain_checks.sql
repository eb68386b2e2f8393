-- A list of more than two values in a check is built anew as a table of its own by every INSERT and UPDATE, which costs
-- as much as the row itself. What is asked stays the same, value by value. (That no parcel is "leased" any more is new.)
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (kind IN (''police'', ''fire'', ''rocu'', ''other''))',
    'CHECK (kind = ''police'' OR kind = ''fire'' OR kind = ''rocu'' OR kind = ''other'')')
 WHERE type = 'table' AND name = 'force';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (certainty IN (''exact'', ''partial'', ''undated''))',
    'CHECK (certainty = ''exact'' OR certainty = ''partial'' OR certainty = ''undated'')')
 WHERE type = 'table' AND name = 'judgement';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (kind IN (''meeting'', ''revisit'', ''fieldwork'', ''stage review''))',
    'CHECK (kind = ''meeting'' OR kind = ''revisit'' OR kind = ''fieldwork'' OR kind = ''stage review'')')
 WHERE type = 'table' AND name = 'meeting';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''planned'', ''held'', ''cancelled''))',
    'CHECK (state = ''planned'' OR state = ''held'' OR state = ''cancelled'')')
 WHERE type = 'table' AND name = 'meeting';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''open'', ''acknowledged'', ''closed''))',
    'CHECK (state = ''open'' OR state = ''acknowledged'' OR state = ''closed'')')
 WHERE type = 'table' AND name = 'alert';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (severity IN (''info'', ''warning'', ''critical''))',
    'CHECK (severity = ''info'' OR severity = ''warning'' OR severity = ''critical'')')
 WHERE type = 'table' AND name = 'alert';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (change IN (''opened'', ''raised'', ''lowered'', ''step'', ''reminder'', ''acknowledged'',
                                               ''resumed'', ''escalated'', ''unanswered'', ''reopened'', ''closed''))',
    'CHECK (change = ''opened'' OR change = ''raised'' OR change = ''lowered'' OR
                                    change = ''step'' OR change = ''reminder'' OR change = ''acknowledged'' OR
                                    change = ''resumed'' OR change = ''escalated'' OR change = ''unanswered'' OR
                                    change = ''reopened'' OR change = ''closed'')')
 WHERE type = 'table' AND name = 'alert_revision';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (outcome IN (''waiting'', ''told'', ''nothing new'', ''recorded only'', ''nobody'', ''bounced'',
                                                       ''unsubscribed''))',
    'CHECK (outcome = ''waiting'' OR outcome = ''told'' OR outcome = ''nothing new'' OR
                                       outcome = ''recorded only'' OR outcome = ''nobody'' OR outcome = ''bounced'' OR
                                       outcome = ''unsubscribed'')')
 WHERE type = 'table' AND name = 'notice';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (kind IN (''acknowledgement'', ''remind'', ''escalate'', ''repeat'', ''fallback''))',
    'CHECK (kind = ''acknowledgement'' OR kind = ''remind'' OR kind = ''escalate'' OR kind = ''repeat'' OR kind = ''fallback'')')
 WHERE type = 'table' AND name = 'alert_clock';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (kind IN (''email'', ''webhook'', ''folder''))',
    'CHECK (kind = ''email'' OR kind = ''webhook'' OR kind = ''folder'')')
 WHERE type = 'table' AND name = 'outbox';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''pending'', ''leased'', ''unknown'', ''sent'', ''dead'', ''dismissed''))',
    'CHECK (state = ''pending'' OR state = ''unknown'' OR state = ''sent'' OR state = ''dead'' OR state = ''dismissed'')')
 WHERE type = 'table' AND name = 'outbox';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''open'', ''confirmed'', ''dismissed''))',
    'CHECK (state = ''open'' OR state = ''confirmed'' OR state = ''dismissed'')')
 WHERE type = 'table' AND name = 'proposal';
PRAGMA writable_schema = RESET;
