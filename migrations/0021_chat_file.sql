-- chat
-- A picture made small, and how long a sound is.
alter table chat_file add column preview integer references store_blob;
alter table chat_file add column seconds integer not null default 0;
create index chat_file_by_preview on chat_file (preview) where preview is not null;
