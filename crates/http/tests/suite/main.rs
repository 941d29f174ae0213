//! The HTTP interface, through a running server, on both databases.

mod cities;
mod documentation;
mod media;
