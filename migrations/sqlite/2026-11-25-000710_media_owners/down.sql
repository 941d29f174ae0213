DROP TABLE media_claims;
DROP INDEX media_city_id;
ALTER TABLE media DROP COLUMN city_id;
