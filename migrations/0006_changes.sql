-- store
-- One rising number for the whole office. Whose things changed: a person's (positive), a conversation's (negative) or
-- everybody's (zero). Numbers go on above those that things already bear.
create table store_change_new (
  revision integer primary key,
  owner    integer not null,
  kind     integer not null,
  place    integer not null,
  thing    integer not null,
  made_at  integer not null
) strict;
insert into store_change_new (revision, owner, kind, place, thing, made_at)
  select max(revision), 0, 0, 0, 0, 0 from store_owner having count(*) > 0;
drop table store_change;
drop table store_owner;
alter table store_change_new rename to store_change;
create index store_change_by_owner on store_change (owner, revision);
