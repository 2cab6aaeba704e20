-- quote
-- Who is asked for numbers, in the order of `place`. `key` is told to the provider alone. `fails` counts failures in a row;
-- after some of them nothing is asked until `open_until`. `etag` and `modified` name the version that was read last.
create table quote_feed (
  id           integer primary key autoincrement,
  name         text    not null unique,
  kind         text    not null,
  url          text    not null,
  key          text    not null,
  options      text    not null,
  every        integer not null,
  delay        integer not null,
  licence      text    not null,
  place        integer not null,
  is_on        integer not null,
  allowed_host text    not null,
  fails        integer not null default 0,
  open_until   integer,
  next_at      integer not null default 0,
  tried_at     integer,
  answered_at  integer,
  told         integer not null default 0,
  trouble      text    not null default '',
  cause        text    not null default '',
  etag         text    not null default '',
  modified     text    not null default ''
) strict;

-- What a feed calls a symbol where somebody has said so, and whether it was ever asked for it: `unknown_until` is when it is asked again
-- for what it does not know, `past_at` when its past was asked for last.
create table quote_source (
  feed          integer not null references quote_feed on delete cascade,
  symbol        integer not null references quote_symbol on delete cascade,
  code          text    not null,
  is_listed     integer not null,
  is_asked      integer not null default 0,
  unknown_until integer,
  past_at       integer,
  primary key (feed, symbol)
) strict, without rowid;
create index quote_source_by_symbol on quote_source (symbol);
