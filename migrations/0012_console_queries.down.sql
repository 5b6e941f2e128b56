DROP INDEX audit_by_item, audit_by_correlation, audit_of_people, audit_by_code, audit_refused, audit_noted,
    audit_of_rare_steps, dead_letter_by_code;
