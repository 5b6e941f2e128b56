-- Items that somebody is writing in the console: what was typed is kept until it is applied or thrown away.
CREATE TABLE item_draft (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account      bigint NOT NULL CONSTRAINT item_draft_of_account REFERENCES account (id) ON DELETE CASCADE,
    -- The item that is changed, and its version when that began; none of a new item.
    item         bigint REFERENCES item (id) ON DELETE CASCADE,
    base_version integer,
    -- The document that it began from, and what was typed since.
    base         jsonb NOT NULL,
    typed        jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX item_draft_by_account ON item_draft (account, updated_at);
CREATE INDEX item_draft_by_item ON item_draft (item);
