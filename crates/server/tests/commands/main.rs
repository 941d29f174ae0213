//! Runs the real binary, with an environment of its own, and looks at what it says.

mod configuration;
mod harness;
