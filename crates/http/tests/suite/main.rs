//! The HTTP interface, through a running server, on both databases.

mod audit;
mod auth;
mod bad_input;
mod bundles;
mod cities;
mod competitions;
mod connections;
mod contract;
mod documentation;
mod headers;
mod live;
mod media;
mod misc;
mod names;
mod operations;
mod policy;
mod presentations;
mod privacy;
mod receiving;
mod results;
mod secrets;
mod users;
mod versions;
mod views;
