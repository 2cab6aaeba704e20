-- audit
-- What those did who run the office. Kept as it was written: the file refuses to change it.
create table audit_entry (
  id      integer primary key autoincrement,
  at      integer not null,
  person  integer,
  who     text    not null,
  origin  text    not null,
  act     text    not null,
  subject text    not null,
  before  text    not null,
  after   text    not null
) strict;
create index audit_entry_by_act on audit_entry (act, id);
create index audit_entry_by_person on audit_entry (person, id);

create trigger audit_entry_stays before update on audit_entry
begin select raise(abort, 'what is written in the audit stays'); end;
create trigger audit_entry_stands before delete on audit_entry
begin select raise(abort, 'what is written in the audit stays'); end;
