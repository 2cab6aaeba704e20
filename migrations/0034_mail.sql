-- mail
-- Bytes of all messages that one person has, however often others have them too. Kept by the file itself.
create table mail_usage (
  owner integer primary key references people_person on delete cascade,
  bytes integer not null
) strict;
insert into mail_usage (owner, bytes)
  select i.owner, sum(m.size) from mail_item i join mail_message m on m.id = i.message group by i.owner;

create trigger mail_item_comes after insert on mail_item begin
  insert into mail_usage (owner, bytes) values (new.owner, (select size from mail_message where id = new.message))
    on conflict (owner) do update set bytes = bytes + excluded.bytes;
end;
create trigger mail_item_goes after delete on mail_item begin
  update mail_usage set bytes = bytes - (select size from mail_message where id = old.message) where owner = old.owner;
end;
create trigger mail_message_grows after update of size on mail_message when new.size <> old.size begin
  update mail_usage set bytes = bytes + (new.size - old.size) *
      (select count(*) from mail_item i where i.message = new.id and i.owner = mail_usage.owner)
   where owner in (select owner from mail_item where message = new.id);
end;
