DROP TABLE media_names;
