DROP TABLE file_pair;
