DROP TABLE connection;
