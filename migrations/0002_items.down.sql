DROP TABLE item_version;
DROP TABLE item;
