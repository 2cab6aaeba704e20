-- mail
-- Since when a message lies in Junk or Trash; nothing for one that lies elsewhere. What lay there before counts from now.
alter table mail_item add column binned_at integer;
update mail_item set binned_at = unixepoch() * 1000
  where folder in (select id from mail_folder where role in (4, 5));
create index mail_item_binned on mail_item (binned_at) where binned_at is not null;
