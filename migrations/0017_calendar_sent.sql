-- calendar
-- What an act told others by mail, so that taking it back can take that back too: the body is its reader's own.
alter table calendar_undo add column sent text not null default '';
