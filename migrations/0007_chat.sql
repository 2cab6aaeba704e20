-- chat
-- A conversation of two (0), of some (1), a public (2) or a private room (3). `last` is the number of its newest
-- message, `first` of the oldest still kept: what lies between is dense, so nothing is ever counted.
create table chat_conversation (
  id          integer primary key autoincrement,
  kind        integer not null,
  name        text    not null default '',
  name_key    text    unique,
  topic       text    not null default '',
  low         integer references people_person on delete cascade,
  high        integer references people_person on delete cascade,
  made_by     integer references people_person on delete set null,
  made_at     integer not null,
  first       integer not null default 1,
  last        integer not null default 0,
  last_at     integer not null,
  is_archived integer not null default 0,
  says        integer not null default 0,
  slow        integer not null default 0,
  keeps_days  integer not null default 0
) strict;
create unique index chat_conversation_direct on chat_conversation (low, high) where low is not null;

-- Who is in it. `read` is the last message read, `since` the last one that came before the person may look,
-- `hidden` the last one when the person put it away (-1: not put away), `told` the last one told of by mail.
create table chat_member (
  conversation integer not null references chat_conversation on delete cascade,
  person       integer not null references people_person on delete cascade,
  role         integer not null,
  level        integer not null,
  read         integer not null,
  delivered    integer not null,
  since        integer not null default 0,
  hidden       integer not null default -1,
  told         integer not null default 0,
  is_favourite integer not null default 0,
  muted_until  integer not null default 0,
  said_at      integer not null default 0,
  joined_at    integer not null,
  primary key (conversation, person)
) strict, without rowid;
create index chat_member_by_person on chat_member (person, conversation);

create table chat_ban (
  conversation integer not null references chat_conversation on delete cascade,
  person       integer not null references people_person on delete cascade,
  banned_by    integer,
  banned_at    integer not null,
  primary key (conversation, person)
) strict, without rowid;

-- `number` counts within its conversation. `thread` is the message that a reply hangs under. `pings` are the people
-- spoken to, by number, parted by blanks.
create table chat_message (
  id            integer primary key autoincrement,
  conversation  integer not null references chat_conversation on delete cascade,
  number        integer not null,
  revision      integer not null,
  said_by       integer references people_person on delete set null,
  kind          integer not null,
  said_at       integer not null,
  edited_at     integer,
  answers       integer,
  thread        integer,
  replies       integer not null default 0,
  last_reply_at integer,
  client_id     text,
  pings         text    not null default '',
  pings_all     integer not null default 0,
  is_deleted    integer not null default 0,
  is_pinned     integer not null default 0,
  has_reactions integer not null default 0,
  has_files     integer not null default 0,
  text          text    not null
) strict;
create index chat_message_by_number on chat_message (conversation, number, thread);
create unique index chat_message_by_client on chat_message (said_by, client_id) where client_id is not null;
create index chat_message_by_thread on chat_message (thread, number) where thread is not null;
create index chat_message_to_all on chat_message (conversation, number) where pings_all = 1;

-- Whom a message speaks to, to count what is unread of it.
create table chat_ping (
  person       integer not null references people_person on delete cascade,
  conversation integer not null references chat_conversation on delete cascade,
  number       integer not null,
  primary key (person, conversation, number)
) strict, without rowid;
create index chat_ping_by_number on chat_ping (conversation, number);

create table chat_reaction (
  message integer not null references chat_message on delete cascade,
  emoji   text    not null,
  person  integer not null references people_person on delete cascade,
  made_at integer not null,
  primary key (message, emoji, person)
) strict, without rowid;

create table chat_pin (
  conversation integer not null references chat_conversation on delete cascade,
  number       integer not null,
  pinned_by    integer,
  pinned_at    integer not null,
  primary key (conversation, number)
) strict, without rowid;

create table chat_star (
  person       integer not null references people_person on delete cascade,
  conversation integer not null references chat_conversation on delete cascade,
  number       integer not null,
  starred_at   integer not null,
  primary key (person, conversation, number)
) strict, without rowid;
create index chat_star_by_number on chat_star (conversation, number);

-- `message` is null until the message is said.
create table chat_file (
  id           integer primary key autoincrement,
  conversation integer not null references chat_conversation on delete cascade,
  message      integer,
  added_by     integer references people_person on delete set null,
  blob         integer not null references store_blob,
  name         text    not null,
  media_type   text    not null,
  size         integer not null,
  width        integer not null,
  height       integer not null,
  added_at     integer not null
) strict;
create index chat_file_by_message on chat_file (message) where message is not null;
create index chat_file_by_conversation on chat_file (conversation, id);
create index chat_file_by_blob on chat_file (blob);
create index chat_file_unsaid on chat_file (added_at) where message is null;

create table chat_draft (
  person       integer not null references people_person on delete cascade,
  conversation integer not null references chat_conversation on delete cascade,
  text         text    not null,
  saved_at     integer not null,
  primary key (person, conversation)
) strict, without rowid;

create table chat_choice (
  message  integer not null references chat_message on delete cascade,
  position integer not null,
  text     text    not null,
  primary key (message, position)
) strict, without rowid;

create table chat_vote (
  message  integer not null references chat_message on delete cascade,
  person   integer not null references people_person on delete cascade,
  position integer not null,
  primary key (message, person)
) strict, without rowid;

-- What those who keep order did, and how it was before. Never changed.
create table chat_log (
  id           integer primary key autoincrement,
  conversation integer not null,
  made_at      integer not null,
  made_by      integer not null,
  act          integer not null,
  whom         integer,
  message      integer,
  before       text    not null
) strict;
create index chat_log_by_conversation on chat_log (conversation, id);
create trigger chat_log_stays before update on chat_log begin
  select raise(abort, 'the log of moderation is never changed');
end;

-- `place` holds a word for the conversation, for the sayer, and for what is in it.
create virtual table chat_index using fts5 (
  text, files, place, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
insert into chat_index (chat_index, rank) values ('automerge', 8);
-- The last message in `chat_index`; what came after is looked through by the search itself.
create table chat_index_state (
  one  integer primary key check (one = 1),
  upto integer not null
) strict;
insert into chat_index_state (one, upto) values (1, 0);
