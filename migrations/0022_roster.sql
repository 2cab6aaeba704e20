-- roster
-- A person's own groups of colleagues, in their own order. Nobody else knows of them.
create table roster_group (
  id       integer primary key,
  owner    integer not null references people_person on delete cascade,
  name     text    not null,
  name_key text    not null,
  place    integer not null
) strict;
create unique index roster_group_by_name on roster_group (owner, name_key);

create table roster_member (
  in_group integer not null references roster_group on delete cascade,
  person   integer not null references people_person on delete cascade,
  primary key (in_group, person)
) strict, without rowid;
create index roster_member_by_person on roster_member (person);
