//! What items say for one another: a sparse matrix of weights.
//!
//! A score is the sum of the weights of what somebody chose, so that each choice's part in it is
//! exact. Weights are kept in 32 bits and summed in 64, in the order of the choices, so that the
//! parts sum to the score to the last bit.

/// By chosen item, what it says for others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weights {
    /// Where each item's weights begin, and at the end where the last one's stop.
    starts: Vec<usize>,
    /// Other items, rising, with their weights.
    entries: Vec<(u32, f32)>,
}

impl Weights {
    /// From the weights of each item; other items rising, each once.
    pub fn from_rows(rows: impl IntoIterator<Item = Vec<(u32, f32)>>) -> Self {
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for row in rows {
            entries.extend_from_slice(&row);
            starts.push(entries.len());
        }
        Self { starts, entries }
    }

    /// From what is said for each item: for each one the chosen items, with their weights.
    pub fn from_columns(columns: &[Vec<(u32, f32)>]) -> Self {
        let mut starts = vec![0; columns.len() + 1];
        for (chosen, _) in columns.iter().flatten() {
            starts[*chosen as usize + 1] += 1;
        }
        for item in 0..columns.len() {
            starts[item + 1] += starts[item];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); starts[columns.len()]];
        for (item, column) in (0..).zip(columns) {
            for &(chosen, weight) in column {
                entries[next[chosen as usize]] = (item, weight);
                next[chosen as usize] += 1;
            }
        }
        Self { starts, entries }
    }

    /// Number of items.
    pub fn items(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of weights.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What a chosen item says for others, rising.
    pub fn of(&self, chosen: u32) -> &[(u32, f32)] {
        let chosen = chosen as usize;
        &self.entries[self.starts[chosen]..self.starts[chosen + 1]]
    }

    /// What a chosen item says for one other; 0 where nothing.
    pub fn get(&self, chosen: u32, item: u32) -> f32 {
        let row = self.of(chosen);
        let found = row.binary_search_by_key(&item, |(other, _)| *other);
        found.map_or(0.0, |at| row[at].1)
    }

    /// Adds what chosen items say, each so many times, to the scores of all items.
    pub fn add_to(&self, scores: &mut [f64], chosen: impl IntoIterator<Item = (u32, f64)>) {
        for (chosen, times) in chosen {
            for &(item, weight) in self.of(chosen) {
                scores[item as usize] += times * f64::from(weight);
            }
        }
    }
}
