//! The whole appliance, tried through its doors.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod acme;
#[cfg(test)]
mod addresses;
#[cfg(test)]
mod audited;
#[cfg(test)]
mod backups;
#[cfg(test)]
mod brand;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod calendar_forms;
#[cfg(test)]
mod calendar_share;
#[cfg(test)]
mod calendar_views;
#[cfg(test)]
mod calendar_work;
#[cfg(test)]
mod chat;
#[cfg(test)]
mod chat_admin;
#[cfg(test)]
mod chat_input;
#[cfg(test)]
mod chat_own;
#[cfg(test)]
mod chat_privacy;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod company;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod deadlines;
#[cfg(test)]
mod domains;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod factor;
#[cfg(test)]
mod far;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod feed_server;
#[cfg(test)]
mod feeds;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod health;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod http;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod live;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod office;
#[cfg(test)]
mod office_log;
#[cfg(test)]
mod package;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod presence;
#[cfg(test)]
mod process;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod program;
#[cfg(test)]
mod push;
#[cfg(test)]
mod quotes;
#[cfg(test)]
mod quotes_pages;
#[cfg(test)]
mod quotes_walk;
#[cfg(test)]
mod registration;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod smtp_dialogues;
#[cfg(test)]
mod smtp_play;
#[cfg(test)]
mod trace;
#[cfg(test)]
mod upgrade;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod web_safety;
#[cfg(test)]
mod wizard;
