-- mail
-- What became of the calendar that came with somebody's copy of a message, when it came: `body` is its reader's own.
create table mail_invitation (
  item integer primary key references mail_item on delete cascade,
  body text not null
) strict;
