-- calendar
-- A room or a thing: what it is (0 a room, 1 a car, 2 a device, 3 anything else), its address, and who may book it: everybody
-- (0) or one group (1). Its name and hue are its calendar's. `zone` is where its whole days are.
create table calendar_resource (
  calendar   integer primary key references calendar_calendar on delete cascade,
  kind       integer not null,
  seats      integer not null,
  place      text    not null,
  notes      text    not null,
  address    text    not null unique,
  who_may    integer not null,
  in_group   integer references people_group on delete set null,
  takes_mail integer not null,
  zone       text    not null
) strict;

-- Which event of a person holds a room, and the copy of it in the room's calendar. Where the event goes, whatever took it
-- away, the room is free.
create table calendar_hold (
  room integer not null references calendar_calendar on delete cascade,
  item integer not null references calendar_item on delete cascade,
  copy integer not null unique references calendar_item on delete cascade,
  primary key (room, item)
) strict, without rowid;
create index calendar_hold_by_item on calendar_hold (item);
create trigger calendar_hold_frees after delete on calendar_hold
begin
  delete from calendar_item where id = old.copy;
end;

-- Addresses at which anybody who knows the secret may read: a calendar (0 when it is busy, 1 what it holds), or, with no
-- calendar, when a person is busy. Of the secret only its SHA-256 is kept.
create table calendar_feed (
  id          integer primary key autoincrement,
  person      integer not null references people_person on delete cascade,
  calendar    integer references calendar_calendar on delete cascade,
  level       integer not null,
  name        text    not null,
  secret_hash blob    not null unique,
  made_at     integer not null,
  used_at     integer
) strict;
create index calendar_feed_by_person on calendar_feed (person);
create index calendar_feed_by_calendar on calendar_feed (calendar) where calendar is not null;

-- Where strangers book a person's time. Lengths are minutes, with commas between; questions one a line.
create table calendar_desk (
  id         integer primary key autoincrement,
  person     integer not null unique references people_person on delete cascade,
  name       text    not null unique,
  is_open    integer not null,
  title      text    not null,
  intro      text    not null,
  place      text    not null,
  lengths    text    not null,
  days_ahead integer not null,
  notice     integer not null,
  buffer     integer not null,
  questions  text    not null,
  made_at    integer not null
) strict;

-- A stranger who books: first held (0), then come to stay (1), or gone (2).
create table calendar_visit (
  id          integer primary key autoincrement,
  desk        integer not null references calendar_desk on delete cascade,
  secret_hash blob    not null unique,
  name        text    not null,
  address     text    not null,
  answers     text    not null,
  zone        text    not null,
  starts_at   integer not null,
  ends_at     integer not null,
  state       integer not null,
  until_at    integer not null,
  uid         text    not null,
  sequence    integer not null default 0,
  made_at     integer not null
) strict;
create index calendar_visit_by_desk on calendar_visit (desk, ends_at);
create index calendar_visit_by_address on calendar_visit (address, made_at);
create index calendar_visit_by_uid on calendar_visit (uid);

-- Where a calendar is read from, and how that went.
create table calendar_source (
  calendar   integer primary key references calendar_calendar on delete cascade,
  url        text    not null,
  minutes    integer not null,
  next_at    integer not null,
  etag       text    not null default '',
  modified   text    not null default '',
  fetched_at integer,
  fails      integer not null default 0,
  trouble    text    not null default '',
  items      integer not null default 0
) strict;
create index calendar_source_by_next on calendar_source (next_at);

-- Whose holidays a calendar holds, and up to which year.
create table calendar_region (
  calendar integer primary key references calendar_calendar on delete cascade,
  region   text    not null,
  upto     integer not null
) strict;
create index calendar_region_by_year on calendar_region (upto);

-- For whoever asks whether anything has changed.
create index calendar_item_by_revision on calendar_item (calendar, revision);
