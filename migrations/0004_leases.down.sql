DROP TABLE effect;
DROP TABLE lease;
