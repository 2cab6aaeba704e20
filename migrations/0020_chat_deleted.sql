-- chat
-- How a message was before it was taken back, for as long as that can be undone; its files, reactions and marks lie
-- where they lay until then, and are not shown.
create table chat_deleted (
  message    integer primary key references chat_message on delete cascade,
  deleted_by integer not null,
  deleted_at integer not null,
  answers    integer,
  pings      text    not null,
  pings_all  integer not null,
  text       text    not null
) strict;
create index chat_deleted_by_time on chat_deleted (deleted_at);
