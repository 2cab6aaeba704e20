-- policy
-- What is allowed: a rule for everybody where `in_group` is null, else for the people of one group.
create table policy_rule (
  id       integer primary key,
  act      text    not null,
  in_group integer references people_group on delete cascade,
  value    text    not null
) strict;
create index policy_rule_by_act on policy_rule (act, in_group);
create unique index policy_rule_of_all on policy_rule (act) where in_group is null;
create unique index policy_rule_of_group on policy_rule (act, in_group) where in_group is not null;
create index policy_rule_by_group on policy_rule (in_group) where in_group is not null;

-- What were settings of the office are rules for everybody.
insert into policy_rule (act, value)
  select key, value from settings_value
   where key in ('presence.visible', 'presence.last_seen', 'push.enabled', 'signin.second_factor', 'chat.days');
delete from settings_value
 where key in ('presence.visible', 'presence.last_seen', 'push.enabled', 'signin.second_factor', 'chat.days');
