-- people
-- An address that opens once, at which a person sets a password: for who comes new, or has forgotten it.
create table people_link (
  token_hash blob    primary key,
  person     integer not null references people_person on delete cascade,
  made_at    integer not null,
  ends_at    integer not null
) strict, without rowid;
create index people_link_by_person on people_link (person);

-- When the account is to be erased; nothing while it is to stay.
alter table people_person add column leaves_at integer;
-- When it was erased. The row stays, since what the person said does.
alter table people_person add column erased_at integer;
create index people_person_leaving on people_person (leaves_at) where leaves_at is not null and erased_at is null;

-- Whoever set the office up owns it.
update people_person set role = 2 where id = (select min(id) from people_person where role = 1);
