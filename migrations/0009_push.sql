-- push
-- One browser that may be woken. It goes with the session it was made in.
create table push_subscription (
  id         integer primary key autoincrement,
  person     integer not null references people_person on delete cascade,
  session    integer not null references people_session on delete cascade,
  endpoint   text    not null unique,
  p256dh     blob    not null,
  auth       blob    not null,
  device     text    not null,
  made_at    integer not null,
  sent_at    integer,
  last_error text    not null default ''
) strict;
create index push_subscription_by_person on push_subscription (person);
create index push_subscription_by_session on push_subscription (session);

-- What wakes a person, and when. Without a row, what everybody begins with.
create table push_choice (
  person       integer primary key references people_person on delete cascade,
  chat         integer not null,
  is_mail      integer not null,
  shows_text   integer not null,
  quiet_from   integer,
  quiet_to     integer,
  zone         text    not null,
  is_mailed    integer not null
) strict;

-- How often a person was woken in the hour that began at `hour_at`.
create table push_count (
  person  integer primary key references people_person on delete cascade,
  hour_at integer not null,
  count   integer not null
) strict;
