-- outbound
create table outbound_message (
  id           integer primary key autoincrement,
  sender       integer not null references people_person on delete cascade,
  blob         integer not null references store_blob,
  reverse_path text    not null,
  item         integer not null,
  queued_at    integer not null,
  gives_up_at  integer not null
) strict;
create index outbound_message_by_blob on outbound_message (blob);
create index outbound_message_by_sender on outbound_message (sender);

create table outbound_recipient (
  message    integer not null references outbound_message on delete cascade,
  address    text    not null,
  domain     text    not null,
  state      integer not null,
  tries      integer not null default 0,
  last_reply text    not null default '',
  changed_at integer not null,
  primary key (message, address)
) strict, without rowid;
