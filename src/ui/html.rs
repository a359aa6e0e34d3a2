//! Text for the two elements whose content the library writes as it is: `title` and `textarea`.
//! Everywhere else it escapes text itself, and this would escape it twice.

/// The text with nothing left that could begin a tag.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_left_begins_a_tag_or_an_entity() {
        assert_eq!(escape("</textarea><b>&lt;"), "&lt;/textarea>&lt;b>&amp;lt;");
    }
}
