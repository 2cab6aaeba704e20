-- people
-- How a person has times and dates written; empty: as the office has them.
alter table people_person add column clock text not null default '';
alter table people_person add column dates text not null default '';
