-- trace
-- A message on its way through the office. What is in nobody's folder and in no queue any more tells nothing of itself.
create table trace_passage (
  id         integer primary key autoincrement,
  at         integer not null,
  -- What the office calls it: in its Received field, in the reply to who brought it, and in the log.
  name       text    not null,
  message_id text    not null,
  sender     text    not null,
  subject    text    not null,
  size       integer not null,
  door       text    not null,
  origin     text    not null,
  person     integer references people_person on delete set null,
  -- The number it waits under to leave, also when it has left.
  departure  integer
) strict;
create index trace_passage_by_name on trace_passage (name);
create index trace_passage_by_message_id on trace_passage (message_id) where message_id <> '';
create index trace_passage_by_departure on trace_passage (departure) where departure is not null;
create index trace_passage_by_person on trace_passage (person) where person is not null;

-- What became of it: on the whole, or for one address.
create table trace_step (
  passage integer not null references trace_passage on delete cascade,
  number  integer not null,
  at      integer not null,
  kind    integer not null,
  address text    not null,
  words   text    not null,
  person  integer references people_person on delete set null,
  item    integer,
  primary key (passage, number)
) strict, without rowid;
create index trace_step_by_address on trace_step (address, passage) where address <> '';
create index trace_step_by_item on trace_step (item) where item is not null;
create index trace_step_by_person on trace_step (person) where person is not null;
