//! The live part on real databases, with clients that are handed their messages directly.

mod brokers;
mod bursts;
mod clock;
mod connections;
mod ended;
mod harness;
mod joining;
mod operating;
mod resuming;
mod rights;
mod timers;
mod waiting;
