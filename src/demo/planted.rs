//! What is hidden in the orders for somebody to find, and what only looks like it.

/// Whoever takes the first often takes the second in the same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planted {
    pub anchor: &'static str,
    pub partner: &'static str,
    /// Of a thousand orders that come to hold the anchor, how many are given the partner.
    pub per_mille: u32,
}

const fn planted(anchor: &'static str, partner: &'static str, per_mille: u32) -> Planted {
    Planted {
        anchor,
        partner,
        per_mille,
    }
}

/// The associations to be found: within a category first, then across categories.
pub const PLANTED: [Planted; 26] = [
    planted("two-person-dome-tent", "tent-footprint-two-person", 400),
    planted("gas-stove-with-windshield", "gas-cartridge-230-g", 550),
    planted("leather-hiking-boots", "boot-wax", 450),
    planted("inner-tube-28-inch", "tyre-levers", 350),
    planted("ski-wax", "waxing-iron", 350),
    planted("pour-over-dripper", "filter-papers-no-4", 500),
    planted("cordless-drill", "drill-bit-set", 450),
    planted("utility-knife", "spare-blades", 500),
    planted("wooden-train-set", "extension-train-tracks", 400),
    planted("watercolour-box", "watercolour-pad", 500),
    planted("pasta-machine", "pasta-drying-rack", 500),
    planted("preserving-jars-six", "jar-labels", 450),
    planted("mandoline", "cut-resistant-glove", 450),
    planted("proofing-basket", "the-patient-loaf", 300),
    planted("bean-seeds-climbing", "the-bean-calendar", 300),
    planted("bird-feeder", "birds-at-the-window", 350),
    planted("darning-mushroom", "mending-is-easy", 350),
    planted("cat-scratching-post", "a-cat-of-ones-own", 300),
    planted("chopping-board-beech", "linseed-oil", 300),
    planted("backpack-55-litres", "dry-bag-20-litres", 350),
    planted("waxed-dog-coat", "headlamp-rechargeable", 350),
    planted("hot-water-bottle", "rooibos-with-orange", 300),
    planted("raised-bed-kit", "spirit-level", 350),
    planted("cool-box-25-litres", "folding-camp-chair", 350),
    planted("thermal-flask", "assam-leaf-tea", 350),
    planted("stoneware-teapot", "heather-honey", 350),
];

/// Pairs of much chosen items. They stand in many orders together because each stands in many,
/// not because of one another: a table by counts raises them, a measure against chance does not.
pub const POPULAR: [(&str, &str); 4] = [
    ("coffee-beans-house-roast", "merino-hiking-socks"),
    ("bread-flour-stone-ground", "bike-light-set"),
    ("beeswax-candles", "two-person-dome-tent"),
    ("linen-tea-towels", "tape-measure-5-m"),
];

/// Pairs of which people want either: much alike and chosen by the same people, so that whoever
/// looks at people or at categories takes them for partners, and hardly ever in one order.
pub const EITHER: [(&str, &str); 5] = [
    ("two-person-dome-tent", "four-person-tunnel-tent"),
    ("leather-hiking-boots", "trail-running-shoes"),
    ("pour-over-dripper", "stovetop-espresso-pot"),
    ("training-treats", "dental-chews"),
    ("potting-soil-40-litres", "lavender-in-a-pot"),
];

/// New items of which one order holds both, by coincidence. Chance would give so few that the
/// lift is in the hundreds; one order is no evidence.
pub const COINCIDENT: [(&str, &str); 2] = [
    ("snuffle-mat", "mountain-oolong"),
    ("frame-bag-small", "wool-seat-pad"),
];

/// Pairs that have nothing but a season in common.
///
/// They are no decoys: no measure on the table of the whole year can tell them from partners,
/// because in that table they do stand together more often than chance. Only a table of their
/// season shows that there is nothing between them, which is what its filter by time is for.
pub const SEASONAL: [(&str, &str); 2] = [
    ("paper-star-lantern", "wooden-sledge"),
    ("star-biscuit-cutters", "hand-warmers"),
];

/// The weeks of the year, from 0, in which the pairs of [`SEASONAL`] are mostly chosen.
pub const SEASON: std::ops::RangeInclusive<u32> = 47..=50;
