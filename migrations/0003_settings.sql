-- settings
create table settings_value (
  key   text primary key,
  value text not null
) strict, without rowid;

create table settings_file (
  key        text    primary key,
  blob       integer not null references store_blob,
  media_type text    not null
) strict;
create index settings_file_by_blob on settings_file (blob);
