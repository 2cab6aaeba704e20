//! Deeds that need two domain modules, or a module and the network.

pub mod announce;
pub mod answer;
pub mod arrive;
pub mod brand;
pub mod command;
pub mod courier;
pub mod depart;
pub mod export;
pub mod fetcher;
pub mod filter;
pub mod indexing;
pub mod jobs;
pub mod legal;
pub mod manners;
pub mod nudge;
pub mod office;
pub mod outside;
pub mod picture;
pub mod presence;
pub mod push;
pub mod read;
pub mod resolver;
pub mod send;
pub mod setup;
pub mod signin;
pub mod upkeep;
