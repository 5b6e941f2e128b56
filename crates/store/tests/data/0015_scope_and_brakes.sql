UPDATE link SET issue_left = true WHERE issue_id IS NOT NULL;
UPDATE item SET left_asked = 1, round_asked = 1, round_began_at = now();
UPDATE pair SET gone_at = now();
UPDATE item SET deletes_until = now();
