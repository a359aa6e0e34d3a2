//! How far the evidence of a catalog reaches: which items have enough of it for a list.
//!
//! An item has a *partner* where at least as many baskets hold both as the catalog asks for, and
//! the partner may be served beside it. An item with as many partners as a list needs has enough;
//! one with fewer is thin, and its list is filled openly. People's overrides play no part in it.

use super::snapshot::Snapshot;
use crate::catalog::types::SameCategory;

/// Thin items that are named.
const NAMED: usize = 5;

/// How many partners an item has, in steps; each reaches to just below the next.
pub const STEPS: [u32; 6] = [0, 1, 3, 10, 30, 100];

/// Some items, and how many of them have enough evidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// Items that may be served.
    pub items: u64,
    /// Those with as many partners as a list needs.
    pub enough: u64,
    /// Those without any partner.
    pub none: u64,
}

impl Reach {
    /// Items with some partners and too few.
    pub fn thin(&self) -> u64 {
        self.items - self.enough - self.none
    }

    fn add(&mut self, partners: u32, needed: u32) {
        self.items += 1;
        self.enough += u64::from(partners >= needed);
        self.none += u64::from(partners == 0 && needed > 0);
    }
}

/// An item that people choose and that has too few partners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thin {
    pub item_id: String,
    pub title: String,
    pub baskets: u32,
    pub partners: u32,
}

/// The evidence of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub version: String,
    pub all: Reach,
    /// By primary category, in the order of their names; those without one last.
    pub categories: Vec<(Option<String>, Reach)>,
    /// How many items have so many partners, by [`STEPS`].
    pub steps: [u64; STEPS.len()],
    /// The most chosen of the items that are thin or have no partner at all.
    pub thin: Vec<Thin>,
}

impl Evidence {
    pub(super) fn count(snapshot: &Snapshot) -> Self {
        let partners = partners(snapshot);
        let needed = snapshot.catalog.least_rows;
        let mut all = Reach::default();
        let mut categories = vec![Reach::default(); snapshot.categories.len() + 1];
        let mut steps = [0; STEPS.len()];
        for (partners, facts) in partners.iter().zip(&snapshot.facts) {
            if !facts.available {
                continue;
            }
            all.add(*partners, needed);
            let category = facts
                .category
                .map_or(snapshot.categories.len(), |c| c as usize);
            categories[category].add(*partners, needed);
            steps[STEPS.partition_point(|from| from <= partners) - 1] += 1;
        }
        let names = snapshot.categories.iter().cloned().map(Some);
        let categories = names.chain([None]).zip(categories);
        Self {
            version: snapshot.version(),
            all,
            categories: categories.filter(|(_, reach)| reach.items > 0).collect(),
            steps,
            thin: thin(snapshot, &partners, needed),
        }
    }
}

/// How many partners each item has.
fn partners(snapshot: &Snapshot) -> Vec<u32> {
    let facts = &snapshot.facts;
    let least = snapshot.catalog.least_together;
    let rule = snapshot.catalog.same_category;
    let mut partners = vec![0; facts.len()];
    for (a, b, together) in snapshot.pairs().iter() {
        let (one, other) = (facts[a as usize], facts[b as usize]);
        let alike = one.category.is_some() && one.category == other.category;
        let fits = match rule {
            SameCategory::Any => true,
            SameCategory::Only => alike,
            SameCategory::Exclude => !alike,
        };
        if together >= least && fits {
            partners[a as usize] += u32::from(other.available);
            partners[b as usize] += u32::from(one.available);
        }
    }
    partners
}

fn thin(snapshot: &Snapshot, partners: &[u32], needed: u32) -> Vec<Thin> {
    let is_thin = |item: &&u32| {
        let item = **item as usize;
        snapshot.facts[item].available && partners[item] < needed
    };
    let most = snapshot.most_chosen.iter().filter(is_thin).take(NAMED);
    most.map(|&item| {
        let about = &snapshot.items[item as usize];
        Thin {
            item_id: about.id.clone(),
            title: about.title.clone(),
            baskets: snapshot.baskets.total(item),
            partners: partners[item as usize],
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::index::Index;
    use crate::index::snapshot::Scratch;
    use crate::lists::tests::seed;
    use crate::models::live::rank_alone;

    /// Four baskets: a, b, c and d stand together twice; e once with a; z alone.
    async fn shop(db: &PgPool) -> Index {
        seed::catalog(db, "shop", "basket").await;
        let rows = [
            ("1", "a"),
            ("1", "b"),
            ("1", "c"),
            ("1", "d"),
            ("2", "a"),
            ("2", "b"),
            ("2", "c"),
            ("2", "d"),
            ("3", "a"),
            ("3", "e"),
            ("4", "z"),
        ];
        let batch = seed::batch(db, "shop", &rows).await;
        for item in ["a", "b", "c", "d"] {
            seed::category(db, batch, item, if item == "d" { "y" } else { "x" }).await;
        }
        seed::show(db, "shop", batch).await;
        let index = Index::new(db.clone());
        index.refresh().await.unwrap();
        index
    }

    #[sqlx::test]
    async fn an_item_has_as_many_partners_as_the_model_can_rank(db: PgPool) {
        let index = shop(&db).await;
        let snapshot = index.current("shop").unwrap();
        let mut scratch = Scratch::default();
        for (item, partners) in (0..).zip(partners(&snapshot)) {
            let ranked = rank_alone(&snapshot, item, &mut scratch).count();
            assert_eq!(partners as usize, ranked, "{item}");
        }
        let evidence = snapshot.evidence();
        let all = evidence.all;
        assert_eq!((all.items, all.enough, all.thin(), all.none), (6, 4, 0, 2));
        assert_eq!(evidence.steps, [2, 0, 4, 0, 0, 0]);
        let named: Vec<_> = evidence
            .thin
            .iter()
            .map(|item| item.item_id.as_str())
            .collect();
        assert_eq!(named, ["e", "z"]);
        let categories: Vec<_> = evidence
            .categories
            .iter()
            .map(|(name, reach)| (name.as_deref(), reach.items, reach.enough))
            .collect();
        assert_eq!(
            categories,
            [(Some("x"), 3, 3), (Some("y"), 1, 1), (None, 2, 0)]
        );
    }

    #[sqlx::test]
    async fn filters_count_and_the_version_before_is_at_hand(db: PgPool) {
        let index = shop(&db).await;
        let before = index.current("shop").unwrap().evidence();
        sqlx::query("update item_record set available = false where item_id = 'b'")
            .execute(&db)
            .await
            .unwrap();
        sqlx::query("update catalog set same_category = 'only', least_rows = 1, last_change = 2")
            .execute(&db)
            .await
            .unwrap();
        index.refresh().await.unwrap();
        let snapshot = index.current("shop").unwrap();
        // Nobody waits for the count of a version that has just come.
        assert_eq!(snapshot.known_evidence(), Some(before.clone()));
        let evidence = snapshot.evidence();
        assert_ne!(evidence.version, before.version);
        // Of the four a and c alone have one another: b is gone, d is of another category.
        let all = evidence.all;
        assert_eq!((all.items, all.enough, all.none), (5, 2, 3));
        assert_eq!(snapshot.newest_evidence().await, evidence);
    }
}
