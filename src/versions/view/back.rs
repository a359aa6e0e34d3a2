//! What rolling a surface back comes to, said before it is done.

use crate::lists::types::EVERYWHERE;
use crate::versions::types::{Service, Stage, Version};

/// What rolling a surface back comes to: the version that answers then; absent where there is
/// nothing to go back to. `services` are all of them, the newest first.
pub(super) fn before<'a>(
    services: &'a [Service],
    versions: &[Version],
    surface: &str,
) -> Option<Before<'a>> {
    let mut of = services.iter().filter(|service| service.surface == surface);
    let now = of.clone().find(|service| service.until.is_none())?;
    let is_retired = |number: i32| {
        let mut versions = versions.iter();
        versions.any(|version| version.number == number && version.stage == Stage::Retired)
    };
    let earlier = of.find(|earlier| {
        earlier.until == Some(now.from)
            && earlier.version != now.version
            && !is_retired(earlier.version)
    });
    match earlier {
        Some(earlier) => Some(Before::Version(earlier)),
        None if surface == EVERYWHERE => None,
        None => {
            let mut all = services.iter();
            let rest = all.find(|of| of.surface == EVERYWHERE && of.until.is_none())?;
            Some(Before::Everywhere(rest))
        }
    }
}

/// See [`before`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Before<'a> {
    /// It answered on this surface before.
    Version(&'a Service),
    /// It answers everywhere else.
    Everywhere(&'a Service),
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::lists::types::{BASKET, ITEM, USER};
    use crate::models::recipe::Recipe;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn service(surface: &str, version: i32, from: i64, until: Option<i64>) -> Service {
        Service {
            surface: surface.to_owned(),
            version,
            name: "neighbours",
            from: at(from),
            until: until.map(at),
            by: None,
            reason: String::new(),
        }
    }

    fn version(number: i32, stage: Stage) -> Version {
        Version {
            number,
            name: "damped cosine",
            recipe: Recipe::Live,
            stage,
            note: String::new(),
            owner: None,
            trained_at: at(0),
            trained_by: None,
            training: None,
            surfaces: Vec::new(),
            evaluation: None,
            version_id: 0,
            owner_key: None,
        }
    }

    /// The number that a surface would be rolled back to, and whether it answers everywhere else.
    fn back(services: &[Service], versions: &[Version], surface: &str) -> Option<(i32, bool)> {
        before(services, versions, surface).map(|before| match before {
            Before::Version(service) => (service.version, false),
            Before::Everywhere(service) => (service.version, true),
        })
    }

    #[test]
    fn a_surface_goes_back_to_what_answered_on_it_just_before() {
        let services = [
            service(USER, 3, 20, None),
            service(USER, 2, 10, Some(20)),
            service(ITEM, 2, 5, None),
            service(EVERYWHERE, 1, 0, None),
        ];
        assert_eq!(back(&services, &[], USER), Some((2, false)));
        assert_eq!(back(&services, &[], ITEM), Some((1, true)));
        assert_eq!(back(&services, &[], EVERYWHERE), None);
        assert_eq!(back(&services, &[], BASKET), None);
        let retired = [version(2, Stage::Retired)];
        assert_eq!(back(&services, &retired, USER), Some((1, true)));
    }
}
