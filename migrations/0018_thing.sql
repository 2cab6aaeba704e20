-- people
-- Addresses that are a room's or a thing's: mail for them is taken and reaches nobody's mailbox, and nobody else can have
-- them.
create table people_thing (
  address text primary key
) strict, without rowid;
