//! Where people sign in and out.

use crate::ui::url::Url;

pub const SIGN_IN: &str = "/sign-in";
pub const SIGN_OUT: &str = "/sign-out";
pub const THEME: &str = "/theme";

/// The one-time link, below the address of the server.
pub fn link(token: &str) -> String {
    Url::new(SIGN_IN).with("token", token).build()
}

/// The sign-in page, which leads back to where somebody wanted to go.
pub fn sign_in_for(path: &str) -> String {
    Url::new(SIGN_IN).with("next", path).build()
}
