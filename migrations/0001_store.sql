-- store
create table store_migration (
  number     integer primary key,
  name       text    not null,
  hash       blob    not null,
  applied_at integer not null
) strict;

-- Bytes kept once. `bytes` stands last so that reading the rest never touches it.
create table store_blob (
  id          integer primary key,
  hash        blob    not null unique,
  size        integer not null,
  is_packed   integer not null,
  is_whole    integer not null,
  kept_at     integer not null,
  bytes       blob
) strict;

create index store_blob_unfinished on store_blob (kept_at) where is_whole = 0;

create table store_blob_part (
  blob  integer not null references store_blob on delete cascade,
  part  integer not null,
  bytes blob    not null,
  primary key (blob, part)
) strict;

-- One rising number per person: what mail programs, live pages and sync ask for.
create table store_owner (
  owner    integer primary key,
  revision integer not null
) strict;

create table store_change (
  owner    integer not null,
  revision integer not null,
  kind     integer not null,
  place    integer not null,
  thing    integer not null,
  made_at  integer not null,
  primary key (owner, revision)
) strict, without rowid;

create table store_job (
  id         integer primary key autoincrement,
  body       text    not null,
  due_at     integer not null,
  tries      integer not null default 0,
  last_error text
) strict;
create index store_job_by_due on store_job (due_at);
