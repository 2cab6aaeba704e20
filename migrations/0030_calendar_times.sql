-- calendar
-- A time carries all that decides who is shown it and whether it is taken, so that counting it asks for nothing else: whether
-- it is its owner's alone, and what the owner answers (-1: nobody else invites). A task has no times: its row says when it is due.
alter table calendar_occurrence add column is_private integer not null default 0;
delete from calendar_occurrence where item in (select i.id from calendar_item i where i.kind = 1);
update calendar_occurrence set
  is_private = (select i.is_private from calendar_item i where i.id = calendar_occurrence.item),
  answer = ifnull(answer, (select i.answer from calendar_item i where i.id = calendar_occurrence.item));

-- Full text of what events and tasks say. `place` holds a word for the calendar: one for what all its readers may read, another
-- for what is private. What is not indexed yet stands in `calendar_index_due`.
create virtual table calendar_index using fts5 (
  words, place, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
insert into calendar_index (calendar_index, rank) values ('automerge', 16);
create trigger calendar_index_forgets after delete on calendar_item begin
  delete from calendar_index where rowid = old.id;
end;
create table calendar_index_due (
  item integer primary key references calendar_item on delete cascade
) strict;
insert into calendar_index_due (item) select id from calendar_item;

-- The newest answer of each guest to an event, or to one instance of it: of two that overtake each other on their way, the one
-- that was written later counts.
create table calendar_reply (
  item     integer not null references calendar_item on delete cascade,
  guest    text    not null,
  instance text    not null,
  sequence integer not null,
  stamp    integer not null,
  primary key (item, guest, instance)
) strict, without rowid;

-- Where the clocks of people outside hang, as their own invitations said it last.
create table calendar_guest_zone (
  address text    primary key,
  zone    text    not null,
  seen_at integer not null
) strict, without rowid;
create index calendar_guest_zone_by_age on calendar_guest_zone (seen_at);
