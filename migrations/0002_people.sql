-- people
create table people_domain (
  name       text    primary key,
  is_primary integer not null
) strict, without rowid;

create table people_person (
  id          integer primary key autoincrement,
  name        text    not null unique,
  full_name   text    not null,
  role        integer not null,
  password    text    not null,
  is_disabled integer not null default 0,
  made_at     integer not null
) strict;

create table people_group (
  id   integer primary key autoincrement,
  name text    not null unique
) strict;

create table people_member (
  in_group integer not null references people_group on delete cascade,
  person   integer not null references people_person on delete cascade,
  primary key (in_group, person)
) strict, without rowid;
create index people_member_by_person on people_member (person);

-- Every address that takes mail: a person's own, an alias, or a group's. Kept in lower case without tags.
create table people_address (
  address    text    primary key,
  person     integer references people_person on delete cascade,
  in_group   integer references people_group on delete cascade,
  is_primary integer not null,
  check ((person is null) <> (in_group is null))
) strict, without rowid;
create index people_address_by_person on people_address (person) where person is not null;
create index people_address_by_group on people_address (in_group) where in_group is not null;

create table people_session (
  id         integer primary key autoincrement,
  token_hash blob    not null unique,
  person     integer not null references people_person on delete cascade,
  csrf       text    not null,
  device     text    not null,
  address    text    not null,
  made_at    integer not null,
  seen_at    integer not null,
  ends_at    integer not null
) strict;
create index people_session_by_person on people_session (person);
