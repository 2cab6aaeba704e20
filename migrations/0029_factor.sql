-- people
-- What makes six digits on a person's own device. Nothing is asked for it until it is confirmed.
create table people_factor (
  person       integer primary key references people_person on delete cascade,
  secret       blob    not null,
  made_at      integer not null,
  confirmed_at integer,
  last_step    integer not null default 0
) strict;

-- Words on paper, for who has lost the device; each works once. Their hashes alone.
create table people_recovery (
  person integer not null references people_person on delete cascade,
  hash   blob    not null,
  primary key (person, hash)
) strict, without rowid;

-- A password for one program on one device. Its hash alone.
create table people_app_password (
  id        integer primary key autoincrement,
  person    integer not null references people_person on delete cascade,
  name      text    not null,
  hash      blob    not null unique,
  made_at   integer not null,
  used_at   integer,
  used_from text    not null default ''
) strict;
create index people_app_password_by_person on people_app_password (person);
