-- filter
-- A person's own rules for what is said to them between two. `sayer` is null for anybody, `words` empty for any text.
create table filter_rule (
  id      integer primary key,
  owner   integer not null references people_person on delete cascade,
  sayer   integer references people_person on delete cascade,
  state   integer not null,
  words   text    not null,
  deed    integer not null,
  to_whom integer references people_person on delete cascade,
  text    text    not null,
  made_at integer not null
) strict;
create index filter_rule_by_owner on filter_rule (owner, id);

-- When somebody was last answered by a rule.
create table filter_answered (
  owner       integer not null references people_person on delete cascade,
  sayer       integer not null references people_person on delete cascade,
  answered_at integer not null,
  primary key (owner, sayer)
) strict, without rowid;
