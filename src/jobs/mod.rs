//! Work that somebody waits for: a preview over a whole catalog, a deletion.
//!
//! What is done in the blink of an eye is answered at once. What takes longer goes on in the
//! background while its page shows how far it has come and offers to cancel it. A job is found again
//! by its key, which says what it is about, so that a page that is asked for again finds the answer
//! under the same address, with and without scripting.
//!
//! A job lives in the server that was asked, and changes nothing before it has ended: one that is
//! cancelled, or whose server is killed, leaves everything as it was, and is simply begun again.
//! Work that must outlive its server is none of this: imports keep themselves in the database. Start
//! reading at `work`.

pub mod api;
#[cfg(feature = "ssr")]
pub mod http;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod meter;
#[cfg(feature = "ssr")]
pub mod paths;
pub mod progress;
#[cfg(feature = "ssr")]
pub mod view;
#[cfg(feature = "ssr")]
pub mod work;
