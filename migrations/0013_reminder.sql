-- calendar
-- When to remind the owner of a calendar of an item next: one row, and one more (`is_snoozed`) where what rang was put off.
-- `starts_at` is the instant at which the instance begins, also where that is what the owner's wall clock shows.
create table calendar_reminder (
  id         integer primary key autoincrement,
  item       integer not null references calendar_item on delete cascade,
  person     integer not null references people_person on delete cascade,
  is_snoozed integer not null,
  due_at     integer not null,
  instance   text    not null,
  starts_at  integer not null
) strict;
create unique index calendar_reminder_of_item on calendar_reminder (item, person, is_snoozed);
create index calendar_reminder_by_due on calendar_reminder (due_at);
create index calendar_reminder_by_person on calendar_reminder (person);

-- What rang and was not put away yet.
create table calendar_rung (
  id        integer primary key autoincrement,
  person    integer not null references people_person on delete cascade,
  item      integer not null references calendar_item on delete cascade,
  instance  text    not null,
  starts_at integer not null,
  rung_at   integer not null,
  is_late   integer not null
) strict;
create unique index calendar_rung_of_item on calendar_rung (item, instance, person);
create index calendar_rung_by_person on calendar_rung (person);
create index calendar_rung_by_age on calendar_rung (rung_at);

-- By which ways a person is reminded, where it is not by page and push.
create table calendar_way (
  person  integer primary key references people_person on delete cascade,
  by_page integer not null,
  by_push integer not null,
  by_mail integer not null,
  by_chat integer not null
) strict;

-- Invitations that wait for an answer.
create index calendar_item_unanswered on calendar_item (calendar, starts_at) where answer = 0;

-- Cards of events that lie in conversations: whoever is there is told when the event changes.
create table calendar_card (
  item         integer not null references calendar_item on delete cascade,
  conversation integer not null,
  message      integer not null,
  primary key (item, message)
) strict, without rowid;
