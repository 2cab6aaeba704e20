-- chat
-- In whose name a message was said, where it is not its sayer's own: the office's, or a hook's.
alter table chat_message add column speaks_as text not null default '';

-- Doors that programs speak through into a room. The window counts what was said in it.
create table chat_hook (
  id           integer primary key autoincrement,
  conversation integer not null references chat_conversation on delete cascade,
  name         text    not null,
  secret_hash  blob    not null unique,
  made_by      integer references people_person on delete set null,
  made_at      integer not null,
  used_at      integer,
  window_at    integer not null default 0,
  window_count integer not null default 0
) strict;
create unique index chat_hook_by_name on chat_hook (conversation, name);
