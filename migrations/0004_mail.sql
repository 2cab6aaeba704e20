-- mail
create table mail_folder (
  id       integer primary key autoincrement,
  owner    integer not null references people_person on delete cascade,
  role     integer not null,
  name     text    not null,
  next_uid integer not null default 1,
  total    integer not null default 0,
  unread   integer not null default 0,
  unique (owner, role, name)
) strict;

-- A message as it was sent; shared by everybody who has it. `blob` is null while it is a draft.
create table mail_message (
  id           integer primary key autoincrement,
  blob         integer references store_blob,
  from_name    text    not null,
  from_address text    not null,
  to_line      text    not null,
  subject      text    not null,
  preview      text    not null,
  sent_at      integer not null,
  size         integer not null,
  has_files    integer not null,
  is_inside    integer not null
) strict;
create index mail_message_by_blob on mail_message (blob) where blob is not null;

-- One person's copy. `key` is a hash of the Message-ID; `thread` is the id of the thread's first item.
create table mail_item (
  id           integer primary key autoincrement,
  owner        integer not null references people_person on delete cascade,
  message      integer not null references mail_message,
  folder       integer not null references mail_folder,
  thread       integer not null,
  key          integer not null,
  uid          integer not null,
  at           integer not null,
  revision     integer not null,
  is_seen      integer not null,
  is_starred   integer not null default 0,
  is_answered  integer not null default 0,
  is_forwarded integer not null default 0,
  is_draft     integer not null default 0
) strict;
create index mail_item_by_thread on mail_item (thread, folder, at);
create index mail_item_by_key on mail_item (owner, key, thread);
create index mail_item_by_message on mail_item (message);
create index mail_item_by_folder on mail_item (folder, uid);
create index mail_item_draft on mail_item (owner) where is_draft = 1;

-- What a list shows: a thread as far as it lies in one folder.
create table mail_row (
  id         integer primary key,
  folder     integer not null references mail_folder,
  thread     integer not null,
  at         integer not null,
  owner      integer not null,
  item       integer not null,
  revision   integer not null,
  count      integer not null,
  unread     integer not null,
  is_starred integer not null,
  has_files  integer not null,
  is_draft   integer not null,
  people     text    not null,
  subject    text    not null,
  preview    text    not null
) strict;
create index mail_row_by_time on mail_row (folder, at desc, thread);
create unique index mail_row_by_thread on mail_row (thread, folder);
create index mail_row_starred on mail_row (owner, at desc) where is_starred = 1;

create table mail_draft (
  item        integer primary key references mail_item on delete cascade,
  to_text     text    not null,
  cc_text     text    not null,
  bcc_text    text    not null,
  subject     text    not null,
  body        text    not null,
  answer_kind integer not null,
  answers     integer,
  version     integer not null,
  saved_at    integer not null
) strict;

create table mail_draft_file (
  draft      integer not null references mail_draft on delete cascade,
  position   integer not null,
  blob       integer not null references store_blob,
  name       text    not null,
  media_type text    not null,
  size       integer not null,
  primary key (draft, position)
) strict;
create index mail_draft_file_by_blob on mail_draft_file (blob);

create table mail_undo (
  id       integer primary key autoincrement,
  owner    integer not null references people_person on delete cascade,
  made_at  integer not null,
  sentence text    not null,
  body     text    not null
) strict;
create index mail_undo_by_owner on mail_undo (owner, made_at);

-- Senders whose pictures one person has asked to see always.
create table mail_trusted (
  owner   integer not null references people_person on delete cascade,
  address text    not null,
  primary key (owner, address)
) strict, without rowid;

-- Whom one person writes with, for completion.
create table mail_correspondent (
  owner   integer not null references people_person on delete cascade,
  address text    not null,
  name    text    not null,
  last_at integer not null,
  primary key (owner, address)
) strict, without rowid;

create virtual table mail_index using fts5 (
  subject, sender, recipients, body, files, owners,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
-- Segments are merged later than usual: filling the index costs less, and asking it hardly more.
insert into mail_index (mail_index, rank) values ('automerge', 16);
-- The last message in `mail_index`; what came after is looked through by the search itself.
create table mail_index_state (
  one  integer primary key check (one = 1),
  upto integer not null
) strict;
insert into mail_index_state (one, upto) values (1, 0);
