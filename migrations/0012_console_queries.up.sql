-- What the trail is asked for by pages. An ordinary row, a step that was done by itself, is in the
-- first and the second only; the others hold what is rare.
CREATE INDEX IF NOT EXISTS audit_by_item ON audit (item, at DESC, id DESC) WHERE item IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_by_correlation ON audit USING hash (correlation);
CREATE INDEX IF NOT EXISTS audit_of_people ON audit (at DESC, id DESC) WHERE actor IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_by_code ON audit (code, at DESC, id DESC) WHERE code IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_refused ON audit (at DESC, id DESC) WHERE outcome = 'refused';
CREATE INDEX IF NOT EXISTS audit_noted ON audit (at DESC, id DESC) WHERE outcome = 'noted';
CREATE INDEX IF NOT EXISTS audit_of_rare_steps ON audit (step, at DESC, id DESC)
    WHERE step NOT IN ('create_issue', 'edit_issue', 'update_record', 'transition_issue', 'copy_comment', 'copy_file');

-- Dead letters by their cause.
CREATE INDEX IF NOT EXISTS dead_letter_by_code ON dead_letter (code, id DESC) WHERE state = 'waiting';
