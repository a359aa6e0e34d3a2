//! Names and the dense numbers that stand for them.

use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::Arc;

/// Numbers handed out to names in the order in which they come; a number is never given again.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
    /// Sixteen bytes of a SHA-256 of each name, by number.
    digests: Vec<u128>,
    /// All numbers in the byte order of their names, up to the newest that was asked for.
    order: Vec<u32>,
}

impl Names {
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        let name: Arc<str> = name.into();
        self.digests.push(digest(&name));
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn digest(&self, number: u32) -> u128 {
        self.digests[number as usize]
    }

    /// The names that `is_there`, in byte order, and for each number its place among them;
    /// `u32::MAX` for those that are not.
    pub(super) fn places(&mut self, is_there: impl Fn(u32) -> bool) -> Places {
        let known = self.order.len() as u32;
        self.order.extend(known..self.names.len() as u32);
        // Sorting what is sorted but for a tail costs one pass.
        let names = &self.names;
        self.order
            .sort_by(|a, b| names[*a as usize].cmp(&names[*b as usize]));
        let mut places = Places {
            numbers: Vec::new(),
            names: Vec::new(),
            place: vec![u32::MAX; self.names.len()],
        };
        for number in self.order.iter().copied().filter(|n| is_there(*n)) {
            places.place[number as usize] = places.names.len() as u32;
            places.names.push(self.names[number as usize].to_string());
            places.numbers.push(number);
        }
        places
    }
}

/// Some of the names, in byte order.
pub(super) struct Places {
    /// The numbers that were handed out, by place.
    pub(super) numbers: Vec<u32>,
    pub(super) names: Vec<String>,
    /// The place of each number that was handed out.
    pub(super) place: Vec<u32>,
}

fn digest(name: &str) -> u128 {
    let digest: [u8; 32] = Sha256::digest(name).into();
    let (half, _) = digest
        .split_first_chunk()
        .expect("BUG: 32 bytes hold 16 bytes");
    u128::from_le_bytes(*half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_come_later_stand_in_byte_order_too() {
        let mut names = Names::default();
        let numbers: Vec<u32> = ["m", "z", "b"].map(|name| names.number(name)).to_vec();
        assert_eq!(numbers, [0, 1, 2]);
        assert_eq!(names.places(|_| true).names, ["b", "m", "z"]);
        assert_eq!(names.number("a"), 3);
        assert_eq!(names.number("z"), 1);
        let places = names.places(|number| number != 0);
        assert_eq!(places.names, ["a", "b", "z"]);
        assert_eq!(places.numbers, [3, 2, 1]);
        assert_eq!(places.place, [u32::MAX, 2, 1, 0]);
    }
}
