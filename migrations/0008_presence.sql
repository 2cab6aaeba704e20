-- presence
-- What a person has chosen to show, and the note beside it; each until changed where its end is null.
create table presence_choice (
  person     integer primary key references people_person on delete cascade,
  show       integer not null,
  show_until integer,
  note       text    not null,
  note_until integer,
  chosen_at  integer not null
) strict;

-- When a person was last connected, to the minute.
create table presence_seen (
  person  integer primary key references people_person on delete cascade,
  seen_at integer not null
) strict;

-- Who may see a person, where it is not everybody, and after how many minutes without a touch the person is away.
create table presence_privacy (
  person       integer primary key references people_person on delete cascade,
  visible_to   integer not null,
  idle_minutes integer
) strict;

create table presence_hidden (
  person      integer not null references people_person on delete cascade,
  hidden_from integer not null references people_person on delete cascade,
  primary key (person, hidden_from)
) strict, without rowid;
create index presence_hidden_by_watcher on presence_hidden (hidden_from);
