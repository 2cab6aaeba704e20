-- hours
-- A person who has said when they work. `holidays` is the calendar whose whole days are free; `is_shown` whether colleagues
-- see somebody outside these hours as away.
create table hours_choice (
  person   integer primary key references people_person on delete cascade,
  holidays integer,
  is_shown integer not null
) strict;

-- One span of work: minutes of a day of the week, Monday being 0.
create table hours_spell (
  person  integer not null references people_person on delete cascade,
  weekday integer not null,
  starts  integer not null,
  ends    integer not null,
  primary key (person, weekday, starts)
) strict, without rowid;

-- Out of office, until further notice where the end is null. `inside` and `outside` are what is answered to mail of
-- colleagues and of others; empty for no answer.
create table hours_away (
  person   integer primary key references people_person on delete cascade,
  from_at  integer not null,
  until_at integer,
  inside   text    not null,
  outside  text    not null
) strict;
create index hours_away_by_end on hours_away (until_at);

-- Who was answered when, so that nobody is answered twice in a week.
create table hours_answered (
  person      integer not null references people_person on delete cascade,
  sender      text    not null,
  answered_at integer not null,
  primary key (person, sender)
) strict, without rowid;
create index hours_answered_by_age on hours_answered (answered_at);
