-- usage
-- How much the office was used: for each hour since 1970 (UTC) what was counted, and what was the most at once.
create table usage_hour (
  hour integer not null,
  measure integer not null,
  amount integer not null,
  primary key (hour, measure)
) strict, without rowid;
