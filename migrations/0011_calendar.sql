-- calendar
-- A calendar: a person's own (0), a group's (1), a room's or a thing's (2), one read from an address (3), public holidays
-- (4). `owner` is whose it is; nobody's is the office's. `open_to` is what everybody in the office may do with it
-- (0 nothing, 1 see when it is busy, 2 read, 3 write).
create table calendar_calendar (
  id         integer primary key autoincrement,
  owner      integer references people_person on delete cascade,
  in_group   integer references people_group on delete cascade,
  kind       integer not null,
  name       text    not null,
  hue        integer not null,
  pattern    integer not null default 0,
  open_to    integer not null,
  is_default integer not null default 0,
  is_counted integer not null default 1,
  items      integer not null default 0,
  made_at    integer not null
) strict;
create index calendar_calendar_by_owner on calendar_calendar (owner);
create index calendar_calendar_by_group on calendar_calendar (in_group) where in_group is not null;
create unique index calendar_calendar_default on calendar_calendar (owner) where is_default = 1;

-- What one person may do with a calendar beyond what everybody may: 1 see when it is busy, 2 read, 3 write, 4 write in its
-- owner's name.
create table calendar_share (
  calendar integer not null references calendar_calendar on delete cascade,
  person   integer not null references people_person on delete cascade,
  rights   integer not null,
  primary key (calendar, person)
) strict, without rowid;
create index calendar_share_by_person on calendar_share (person);

-- How one person likes to see a calendar. `is_shown` 0: listed, but not ticked; hue 0: the calendar's own.
create table calendar_look (
  person   integer not null references people_person on delete cascade,
  calendar integer not null references calendar_calendar on delete cascade,
  is_shown integer not null,
  hue      integer not null,
  pattern  integer not null,
  primary key (person, calendar)
) strict, without rowid;

-- An event (0) or a task (1) with all its instances: what lists and counts need of it. `revision` is the office's when it
-- last changed; `answer` what the calendar's owner answers where somebody else invites (-1: nobody does). Occurrences are
-- kept from `known_from` to `known_until`: the smallest and the largest number where they all are.
create table calendar_item (
  id           integer primary key autoincrement,
  calendar     integer not null references calendar_calendar on delete cascade,
  kind         integer not null,
  uid          text    not null,
  revision     integer not null,
  sequence     integer not null,
  title        text    not null,
  place        text    not null,
  status       integer not null,
  is_busy      integer not null,
  is_private   integer not null,
  is_series    integer not null,
  organizer    text    not null,
  answer       integer not null,
  guests       integer not null,
  starts_at    integer,
  ends_at      integer,
  is_floating  integer not null,
  is_all_day   integer not null,
  done_at      integer,
  percent      integer not null,
  priority     integer not null,
  known_from   integer not null,
  known_until  integer not null,
  made_by      integer references people_person on delete set null,
  made_at      integer not null
) strict;
create unique index calendar_item_by_uid on calendar_item (calendar, uid);
create index calendar_item_of_uid on calendar_item (uid);
create index calendar_item_tasks on calendar_item (calendar, ends_at) where kind = 1;
create index calendar_item_goes_on on calendar_item (calendar, known_until) where known_until < 9223372036854775807;
create index calendar_item_came_before on calendar_item (calendar, known_from) where known_from > -9223372036854775808;
create index calendar_item_to_extend on calendar_item (known_until) where known_until < 9223372036854775807;

-- How many there are stands at the calendar: a file of thousands is brought in without counting at each.
create trigger calendar_item_came after insert on calendar_item begin
  update calendar_calendar set items = items + 1 where id = new.calendar;
end;
create trigger calendar_item_went after delete on calendar_item begin
  update calendar_calendar set items = items - 1 where id = old.calendar;
end;

-- The iCalendar text, with all that only other programs understand.
create table calendar_text (
  item integer primary key references calendar_item on delete cascade,
  text text not null
) strict;

-- The times that events take place. `shape`: 0 an instant, 1 an instant and longer than two days, 2 and 3 the same for what
-- a clock on the reader's wall says. Within a shape, what overlaps a window lies close together by its end. Title, place and
-- answer are null where they are those of the item.
create table calendar_occurrence (
  calendar   integer not null,
  shape      integer not null,
  ends_at    integer not null,
  item       integer not null references calendar_item on delete cascade,
  instance   text    not null,
  starts_at  integer not null,
  is_all_day integer not null,
  status     integer not null,
  is_busy    integer not null,
  title      text,
  place      text,
  answer     integer,
  primary key (calendar, shape, ends_at, item, instance)
) strict, without rowid;
create index calendar_occurrence_by_item on calendar_occurrence (item);

-- What was deleted, for programs that ask what has changed.
create table calendar_gone (
  calendar integer not null references calendar_calendar on delete cascade,
  revision integer not null,
  uid      text    not null,
  primary key (calendar, revision, uid)
) strict, without rowid;

-- When a room or a thing is taken. The file itself refuses to give it twice.
create table calendar_booking (
  calendar  integer not null references calendar_calendar on delete cascade,
  item      integer not null references calendar_item on delete cascade,
  instance  text    not null,
  starts_at integer not null,
  ends_at   integer not null,
  primary key (calendar, item, instance)
) strict, without rowid;
create index calendar_booking_by_end on calendar_booking (calendar, ends_at);
create trigger calendar_booking_once before insert on calendar_booking
when exists (select 1 from calendar_booking b
              where b.calendar = new.calendar and b.ends_at > new.starts_at and b.starts_at < new.ends_at)
begin
  select raise(abort, 'the room is taken at that time');
end;
create trigger calendar_booking_moves_not before update on calendar_booking
begin
  select raise(abort, 'a booking is made anew, not moved');
end;

-- How items were before an act, for a day.
create table calendar_undo (
  id       integer primary key autoincrement,
  person   integer not null references people_person on delete cascade,
  made_at  integer not null,
  sentence text    not null,
  body     text    not null
) strict;
create index calendar_undo_by_age on calendar_undo (made_at);

insert into calendar_calendar (owner, kind, name, hue, open_to, is_default, made_at)
  select id, 0, 'Calendar', 6, 1, 1, made_at from people_person;
