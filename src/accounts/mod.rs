//! Who may use Tandem: accounts with roles, one-time sign-in links, sessions and API tokens.
//!
//! Every page, server function and API call takes an [`types::Actor`] first; the database knows
//! secrets only as hashes. There are no passwords yet: somebody with the command line makes a
//! sign-in link, and each link works once. Start reading at `types`.

#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod identify;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod paths;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod token;
pub mod types;
