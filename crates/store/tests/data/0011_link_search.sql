INSERT INTO link_text (link, title, summary, keys, words)
    SELECT id, '00001026', 'Printer on fire', '{SUP-1,OPS-7}', array_to_tsvector('{00001026,1026,printer,on,fire}')
    FROM link WHERE issue_id IS NOT NULL
    ON CONFLICT (link) DO UPDATE SET title = excluded.title, summary = excluded.summary,
        keys = excluded.keys, words = excluded.words;
UPDATE link SET findings = '[{"code": "LS-JR-001", "subject": "status", "detail": "resolution"}]' WHERE issue_id IS NULL;
