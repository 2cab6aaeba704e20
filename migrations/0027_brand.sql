-- settings: what is known of a picture without reading it
alter table settings_file add column width integer not null default 0;
alter table settings_file add column height integer not null default 0;
alter table settings_file add column shade text not null default 'mixed';
alter table settings_file add column set_at integer not null default 0;
