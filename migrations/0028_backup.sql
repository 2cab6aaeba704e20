-- backup
-- Each copy that the office made of itself by the clock or on a click, and whether it was proven to restore.
create table backup_copy (
  id        integer primary key autoincrement,
  began_at  integer not null,
  took      integer not null,
  file      text    not null,
  bytes     integer not null,
  trouble   text    not null,
  proven_at integer,
  is_there  integer not null
) strict;
