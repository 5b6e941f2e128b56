INSERT INTO file_pair (link, salesforce, jira, origin, name, size, hash, noted)
    SELECT min(id), '068xx0000000001AAA', '30001', 'jira', 'trace.log', 3,
        '900150983cd24fb0d6963f7d28e17f72', true FROM link;
INSERT INTO file_pair (link, salesforce, origin, name, size, hash, noted)
    SELECT min(id), '068xx0000000002AAA', 'salesforce', 'copy of trace.log', 3,
        '900150983cd24fb0d6963f7d28e17f72', true FROM link;
