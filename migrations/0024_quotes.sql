-- quote
-- A symbol and the last number that was told of it. Decimals are text, compared by the program alone. `day` is the day
-- that open, high, low and volume are of; `last_high` and `last_low` are those of the day before. `turns_at` is when the price
-- looks different by itself: it grows stale, or the market opens or closes. `alert_up` and `alert_down` are the nearest
-- prices at which an alert has to be looked at, `alert_bits` says which kinds there are that follow more than the price.
create table quote_symbol (
  id           integer primary key,
  code         text    not null unique,
  name         text    not null,
  currency     text    not null,
  market       text    not null,
  made_at      integer not null,
  is_kept      integer not null,
  history_at   integer,
  feed         integer,
  source       text    not null,
  licence      text    not null,
  delay        integer not null,
  is_simulated integer not null,
  every        integer not null,
  price        text,
  at           integer,
  received_at  integer,
  closes_at    integer,
  opens_at     integer,
  turns_at     integer,
  day          integer not null,
  open         text,
  high         text,
  low          text,
  last_high    text,
  last_low     text,
  previous     text,
  volume       text,
  year_high    text,
  year_high_at integer,
  year_low     text,
  year_low_at  integer,
  held         text,
  held_at      integer,
  held_since   integer,
  alert_up     text,
  alert_down   text,
  alert_bits   integer not null
) strict;
create index quote_symbol_by_turn on quote_symbol (turns_at) where turns_at is not null;
create index quote_symbol_kept on quote_symbol (is_kept) where is_kept = 1;

-- The words of a symbol's name, in lower case: what search begins with.
create table quote_word (
  word   text    not null,
  symbol integer not null references quote_symbol on delete cascade,
  primary key (word, symbol)
) strict, without rowid;
create index quote_word_by_symbol on quote_word (symbol);

-- What a number did in a minute, and on a day, by UTC. `at` is its begin.
create table quote_minute (
  symbol integer not null references quote_symbol on delete cascade,
  at     integer not null,
  open   text    not null,
  high   text    not null,
  low    text    not null,
  close  text    not null,
  volume text,
  primary key (symbol, at)
) strict, without rowid;

create table quote_day (
  symbol integer not null references quote_symbol on delete cascade,
  at     integer not null,
  open   text    not null,
  high   text    not null,
  low    text    not null,
  close  text    not null,
  volume text,
  primary key (symbol, at)
) strict, without rowid;

-- A named list of symbols: a person's own, or the company's, which has no owner.
create table quote_list (
  id       integer primary key,
  owner    integer references people_person on delete cascade,
  name     text    not null,
  name_key text    not null,
  place    integer not null
) strict;
create unique index quote_list_by_name on quote_list (ifnull(owner, 0), name_key);
create index quote_list_by_owner on quote_list (owner, place);

create table quote_listed (
  list   integer not null references quote_list on delete cascade,
  symbol integer not null references quote_symbol on delete cascade,
  place  integer not null,
  primary key (list, symbol)
) strict, without rowid;
create index quote_listed_by_symbol on quote_listed (symbol);

-- What a person wants to be told of. `state` is 0 where it waits for its crossing, 1 where the price has to come back first,
-- 2 where it has been told once and is done. `side` is the way it was crossed: 1 upwards, -1 downwards.
create table quote_alert (
  id         integer primary key autoincrement,
  owner      integer not null references people_person on delete cascade,
  symbol     integer not null references quote_symbol on delete cascade,
  kind       integer not null,
  value      text,
  margin     text,
  is_repeat  integer not null,
  by_chat    integer not null,
  by_mail    integer not null,
  by_push    integer not null,
  state      integer not null,
  side       integer not null,
  made_at    integer not null,
  crossed_at integer
) strict;
create index quote_alert_by_owner on quote_alert (owner);
create index quote_alert_by_symbol on quote_alert (symbol, state);

-- An alert's crossing, as it was. Told once: whoever tells it sets `told_at` in the same transaction.
create table quote_crossing (
  id           integer primary key autoincrement,
  alert        integer not null references quote_alert on delete cascade,
  owner        integer not null references people_person on delete cascade,
  words        text    not null,
  price        text,
  at           integer,
  source       text    not null,
  is_simulated integer not null,
  crossed_at   integer not null,
  told_at      integer
) strict;
create index quote_crossing_by_alert on quote_crossing (alert);
create index quote_crossing_by_owner on quote_crossing (owner);
create index quote_crossing_by_age on quote_crossing (crossed_at);

-- What a person has of a symbol. `day` is the day it was bought, as days since 1970-01-01.
create table quote_holding (
  id       integer primary key,
  owner    integer not null references people_person on delete cascade,
  symbol   integer not null references quote_symbol on delete cascade,
  amount   text    not null,
  cost     text    not null,
  currency text    not null,
  day      integer,
  note     text    not null
) strict;
create index quote_holding_by_owner on quote_holding (owner);
create index quote_holding_by_symbol on quote_holding (symbol);
