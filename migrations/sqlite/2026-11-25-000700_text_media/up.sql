-- Which uploaded files the texts of components show, so that they count as used. The name is the one
-- that the text says; media_id is NULL while there is no such file.
CREATE TABLE text_media (
    component_id INTEGER NOT NULL REFERENCES components (id) ON DELETE CASCADE,
    type_id      INTEGER NOT NULL CHECK (type_id IN (1, 2)),
    filename     TEXT    NOT NULL CHECK (filename <> ''),
    media_id     INTEGER REFERENCES media (id),
    PRIMARY KEY (component_id, type_id, filename)
);
CREATE INDEX text_media_media_id ON text_media (media_id);
CREATE INDEX text_media_unknown ON text_media (filename) WHERE media_id IS NULL;

-- Whether the text of the component has been looked through. What is there already, and what servers of
-- an older version add, is looked through at the next start.
ALTER TABLE components ADD COLUMN text_indexed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX components_text_not_indexed ON components (id) WHERE type_id = 1 AND NOT text_indexed;
