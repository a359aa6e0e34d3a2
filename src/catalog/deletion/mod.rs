//! Deleting a catalog for good: its rows and everything that people said of them, in one commit.
//!
//! It is the one thing here that can't be taken back, so it asks for the id to be typed. The audit
//! trail stays and names it; tokens for it alone are revoked. An import that is running is not cut
//! off: the deletion is refused until it has ended. A large catalog takes a while, in which it can be
//! cancelled: until the commit nothing is gone, also where a server is killed. Start reading at
//! `store`.

pub mod job;
pub mod page;
pub mod paths;
pub mod store;
#[cfg(test)]
mod tests;
