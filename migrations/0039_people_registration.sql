-- people
-- Accounts that strangers have asked for, until an administrator lets them in or turns them away. What was typed as a
-- password is kept as its hash alone.
create table people_registration (
  id        integer primary key autoincrement,
  name      text    not null,
  full_name text    not null,
  password  text    not null,
  words     text    not null,
  origin    text    not null,
  asked_at  integer not null
) strict;
create index people_registration_by_origin on people_registration (origin);
