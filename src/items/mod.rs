//! Items: one item, and all that is known about it.
//!
//! What goes with it, where it is recommended, how often it was chosen lately, what people changed
//! about it. The page reads what other slices keep and writes nothing; figures come from the same
//! snapshot and the same calls as the table's and the lists'. Start reading at `page`.

pub mod http;
pub mod page;
pub mod paths;
pub mod store;
mod trend;
mod view;
