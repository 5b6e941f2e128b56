DROP TABLE connection_usage;
DROP TABLE measure;
