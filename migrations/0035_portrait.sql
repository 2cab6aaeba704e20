-- people
-- A person's picture: its bytes, and the beginning of their hash, by which browsers ask for it; none and empty for none.
alter table people_person add column portrait integer references store_blob;
alter table people_person add column portrait_mark text not null default '';
create index people_person_by_portrait on people_person (portrait) where portrait is not null;
create index people_person_by_portrait_mark on people_person (portrait_mark) where portrait_mark <> '';
