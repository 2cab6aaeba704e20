-- calendar
-- What everybody in a group may do with a calendar, as long as they are in it: 1 see when it is busy, 2 read, 3 write,
-- 4 write in its owner's name.
create table calendar_group_share (
  calendar integer not null references calendar_calendar on delete cascade,
  in_group integer not null references people_group on delete cascade,
  rights   integer not null,
  primary key (calendar, in_group)
) strict, without rowid;
create index calendar_group_share_by_group on calendar_group_share (in_group);

-- How one person likes new events: `reminder` in minutes before the start (null: none), `duration` in minutes;
-- `week_start` is the first day of a week, 0 Monday to 6 Sunday.
create table calendar_preference (
  person     integer primary key references people_person on delete cascade,
  reminder   integer,
  duration   integer not null,
  week_start integer not null
) strict;
