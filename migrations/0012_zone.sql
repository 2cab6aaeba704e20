-- people
-- Where a person's clock hangs, by its IANA name; empty until it is known. `is_zone_chosen`: the person said so; otherwise it
-- is what the browser last said.
alter table people_person add column zone text not null default '';
alter table people_person add column is_zone_chosen integer not null default 0;
