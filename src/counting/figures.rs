//! The measures and q-values against figures worked out elsewhere.
//!
//! Each figure stands with the Python call that gave it: `SciPy` 1.17, statsmodels 0.15, and
//! mpmath 1.3 with 60 digits where double precision does not do (`SciPy`'s own G² of a nearly
//! independent table is wrong from the fifth digit on).

#![expect(
    clippy::float_cmp,
    reason = "values that are defined, and not computed, are exact"
)]

use proptest::prelude::*;

use super::{Contingency, Interval, Measure, QValues};

#[track_caller]
fn assert_close(value: f64, expected: f64, tolerance: f64) {
    let error = (value - expected).abs();
    assert!(
        error <= tolerance * expected.abs(),
        "{value} is not {expected}"
    );
}

/// Whole milk and other vegetables in the groceries baskets.
fn milk_and_vegetables() -> Contingency {
    Contingency::new(736, 2_513, 1_903, 9_835)
}

#[test]
fn one_pair_has_the_measures_worked_by_hand() {
    // Of 8 baskets 4 hold a, 4 hold b, 2 hold both: independent to the last basket.
    let independent = Contingency::new(2, 4, 4, 8).measures();
    assert_eq!(independent.support, 0.25);
    assert_eq!(independent.confidence_ab, 0.5);
    assert_eq!(independent.confidence_ba, 0.5);
    assert_eq!(independent.lift, 1.0);
    assert_close(independent.jaccard, 1.0 / 3.0, 1e-15);
    assert_eq!(independent.cosine, 0.5);
    assert_eq!(independent.npmi, 0.0);
    assert_eq!(independent.llr, 0.0);
    assert!(independent.log10_p == 0.0 && independent.log10_p.is_sign_positive());

    // Of 16 baskets 4 hold both items and none only one: NPMI is at its best, and G² is
    // 2·(4·ln 4 + 12·ln 4⁄3).
    let inseparable = Contingency::new(4, 4, 4, 16).measures();
    assert_eq!(
        (inseparable.lift, inseparable.jaccard, inseparable.cosine),
        (4.0, 1.0, 1.0)
    );
    assert_eq!(inseparable.npmi, 1.0);
    let expected = 2.0 * (4.0 * 4_f64.ln() + 12.0 * (4.0_f64 / 3.0).ln());
    assert_close(inseparable.llr, expected, 1e-15);

    // The directions differ only where they should.
    let pair = Contingency::new(3, 4, 12, 40);
    assert_eq!((pair.confidence_ab(), pair.confidence_ba()), (0.75, 0.25));
}

#[test]
fn the_edges_have_their_defined_values() {
    let everywhere = Contingency::new(5, 5, 5, 5);
    assert_eq!(
        (everywhere.npmi(), everywhere.lift(), everywhere.llr()),
        (1.0, 1.0, 0.0)
    );
    assert_eq!(everywhere.p(), 1.0);
    assert_eq!(
        everywhere.lift_interval(),
        Some(Interval {
            low: 1.0,
            high: 1.0
        })
    );

    let never = Contingency::new(0, 30, 40, 200);
    assert_eq!(
        (never.npmi(), never.lift(), never.support()),
        (-1.0, 0.0, 0.0)
    );
    assert_eq!(never.lift_interval(), None);
    assert!(never.llr_signed_root() < 0.0, "rarer than chance");
}

#[test]
fn impossible_tables_are_refused() {
    for (together, a, b, all) in [
        (3, 2, 5, 9),
        (3, 5, 2, 9),
        (0, 5, 5, 9),
        (0, 0, 5, 9),
        (1, 10, 1, 9),
        (0, 1, u64::MAX, 9),
    ] {
        let made = std::panic::catch_unwind(|| Contingency::new(together, a, b, all));
        assert!(made.is_err(), "{together} of {a} and {b} in {all}");
    }
}

#[test]
fn g_squared_and_its_p_equal_scipy() {
    // r = chi2_contingency([[t, a-t], [b-t, n-a-b+t]], lambda_="log-likelihood",
    //     correction=False); r.statistic, r.pvalue, chi2.logsf(r.statistic, 1) / log(10)
    let check = |pair: Contingency, llr, p, log10_p| {
        assert_close(pair.llr(), llr, 1e-12);
        assert_close(pair.p(), p, 1e-10);
        assert_close(pair.log10_p(), log10_p, 1e-12);
    };
    check(
        milk_and_vegetables(),
        200.070_159_553_497_04,
        2.016_143_898_947_040_8e-45,
        -44.695_478_474_067_59,
    );
    let few = Contingency::new(1, 2, 3, 10);
    check(
        few,
        0.447_335_004_957_154_3,
        0.503_603_242_432_926_2,
        -0.297_911_482_364_424_1,
    );
    let never = Contingency::new(0, 30, 40, 200);
    check(
        never,
        14.658_814_265_752_5,
        0.000_128_830_767_185_485_36,
        -3.889_980_406_982_39,
    );
    let always = Contingency::new(5, 5, 7, 60);
    check(
        always,
        26.044_543_726_545_67,
        3.336_303_756_425_961e-7,
        -6.476_734_415_548_061,
    );
}

#[test]
fn g_squared_is_exact_where_double_precision_cancels() {
    // o·log(o·n/(r·c)) over the four cells, twice; log10(erfc(sqrt(g/2))) in mpmath.
    let check = |(together, a, b, all), llr, log10_p| {
        let pair = Contingency::new(together, a, b, all);
        assert_close(pair.llr(), llr, 1e-13);
        assert_close(pair.log10_p(), log10_p, 1e-13);
    };
    check(
        (1_000_001, 10_000_000, 10_000_000, 100_000_000),
        1.234_567_576_081_049_1e-6,
        -0.000_385_189_373_346_219_64,
    );
    check(
        (333_334, 1_000_000, 1_000_000, 3_000_001),
        4.083_332_150_464_581e-6,
        -0.000_700_780_121_862_068_1,
    );
    check(
        (110, 1_000, 1_000, 9_000),
        0.014_098_575_699_176_052,
        -0.043_119_513_451_858_626,
    );
    check(
        (9_999, 10_000, 10_000, 10_001),
        0.000_200_000_000_333_333_35,
        -0.004_928_181_057_684_955,
    );
    check(
        (1_000_000, 1_000_000, 1_000_000, 2_000_000),
        2_772_588.722_239_781,
        -602_063.310_830_783_7,
    );
    check(
        (1, 1 << 40, 1 << 40, (1 << 53) - 1),
        268_468_189.236_963_15,
        -58_297_130.888_591_9,
    );
    check(
        (1, 500_000, 500_000, 1_000_000),
        1_386_237.871_670_381,
        -301_020.898_115_008_85,
    );
}

#[test]
fn npmi_is_exact_near_independence_and_near_certainty() {
    // log(t·n/(a·b)) / log(n/t) in mpmath.
    let check = |together, a, b, all, expected| {
        assert_close(
            Contingency::new(together, a, b, all).npmi(),
            expected,
            1e-14,
        );
    };
    check(736, 2_513, 1_903, 9_835, 0.159_891_156_719_853_1);
    check(
        1_000_001,
        10_000_000,
        10_000_000,
        100_000_000,
        2.171_471_795_309_651_6e-7,
    );
    check(9_999, 10_000, 10_000, 10_001, -0.000_050_000_000_083_333_33);
    check(50_000, 50_001, 50_002, 1_000_000_000, 0.999_993_941_629_178);
    check(1, 1 << 40, 1 << 40, (1 << 53) - 1, -0.509_433_962_264_150_9);
}

#[test]
fn the_confidence_interval_equals_statsmodels() {
    // proportion_confint(k, n, method="wilson"); the last in mpmath, as statsmodels cancels.
    let check = |k, n, low, high| {
        let interval = Contingency::new(k, n, k.max(1), n + 1).confidence_ab_interval();
        assert_close(interval.low, low, 1e-14);
        assert_close(interval.high, high, 1e-14);
    };
    check(736, 2_513, 0.275_411_239_774_413_8, 0.310_975_103_174_745_7);
    check(1, 2, 0.094_531_205_734_230_68, 0.905_468_794_265_769_3);
    check(10, 100, 0.055_229_137_060_675_09, 0.174_365_661_504_913_48);
    check(0, 30, 0.0, 0.113_513_393_173_968_9);
    check(5, 5, 0.565_517_535_216_825_2, 1.0);
    check(
        3,
        1_000_000_000,
        1.020_270_728_876_923_7e-9,
        8.821_188_054_011_642e-9,
    );
}

#[test]
fn the_lift_interval_follows_its_formula() {
    // L = t·n/(a·b); v = 1/t - 1/a - 1/b + (2·L-1)/n; L·exp(∓z·sqrt(v)) in mpmath.
    let pair = milk_and_vegetables();
    assert_close(pair.lift(), 1.513_634_094_824_621, 1e-15);
    let interval = pair.lift_interval().expect("they occur together");
    assert_close(interval.low, 1.440_334_500_465_865_4, 1e-14);
    assert_close(interval.high, 1.590_663_954_987_202, 1e-14);
}

/// The q-values of p-values that one pair each has.
fn once_each(p: impl IntoIterator<Item = f64>) -> QValues {
    QValues::from_log10_p(p.into_iter().map(|p| (p.log10(), 1)))
}

#[test]
fn q_values_equal_statsmodels() {
    // multipletests(p, method="fdr_bh")[1]
    let p: [f64; 8] = [0.01, 0.02, 0.02, 0.03, 0.5, 0.9, 0.001, 0.9];
    let q = [
        0.04,
        0.04,
        0.04,
        0.048,
        0.666_666_666_666_666_6,
        0.9,
        0.008,
        0.9,
    ];
    let table = once_each(p);
    for (p, q) in p.iter().zip(q) {
        assert_close(table.q(p.log10()), q, 1e-14);
    }
    assert_close(table.q(0.6_f64.log10()), 0.9, 1e-14);
    assert_eq!(table.q(0.0), 1.0);
    assert_eq!(QValues::from_log10_p([]).q(-3.0), 1.0);
}

#[test]
fn a_q_value_does_not_underflow_before_it_must() {
    // p is 10⁻³²⁵, which no double holds; among a million pairs q is 10⁻³¹⁹, which one does.
    let table = QValues::from_log10_p([(0.0, 999_999), (-325.0, 1)]);
    assert!(table.q(-325.0) > 0.0);
    assert_eq!(table.q(0.0), 1.0);
}

#[test]
fn a_measure_is_read_by_the_name_of_its_column() {
    for measure in Measure::ALL {
        assert_eq!(Measure::parse(measure.name()), Some(measure));
    }
    assert_eq!(Measure::parse("Lift"), None);
    assert_eq!(Measure::parse(""), None);
    let rare = Contingency::new(0, 30, 40, 200);
    assert_eq!(Measure::Llr.value(&rare), rare.llr());
    assert_eq!(Measure::Llr.rank_key(&rare), rare.llr_signed_root());
    assert_eq!(Measure::Lift.rank_key(&rare), Measure::Lift.value(&rare));
}

/// A table from its four cells.
fn tables() -> impl Strategy<Value = Contingency> {
    let cell = || prop_oneof![0..6_u64, 0..100_000_u64, 0..(1_u64 << 50)];
    (cell(), cell(), cell(), cell())
        .prop_filter("an item in no basket", |(both, a, b, _)| {
            both + a > 0 && both + b > 0
        })
        .prop_map(|(both, a, b, rest)| {
            Contingency::new(both, both + a, both + b, both + a + b + rest)
        })
}

proptest! {
    #[test]
    fn the_order_of_a_pair_changes_no_bit(
        (together, a, b, rest) in (0..50_u64, 0..5_000_u64, 0..5_000_u64, 0..90_000_u64)
    ) {
        let (a, b) = (together + a + 1, together + b + 1);
        let all = a + b + rest;
        let (pair, turned) = (Contingency::new(together, a, b, all), Contingency::new(together, b, a, all));
        for measure in Measure::ALL {
            if !matches!(measure, Measure::ConfidenceAb | Measure::ConfidenceBa) {
                prop_assert_eq!(measure.value(&pair).to_bits(), measure.value(&turned).to_bits());
            }
        }
        prop_assert_eq!(pair.log10_p().to_bits(), turned.log10_p().to_bits());
    }

    #[test]
    fn every_measure_is_within_its_range(pair in tables()) {
        let m = pair.measures();
        for share in [m.support, m.confidence_ab, m.confidence_ba, m.jaccard, m.cosine, pair.p()] {
            prop_assert!((0.0..=1.0).contains(&share), "{share}");
        }
        prop_assert!((-1.0..=1.0).contains(&m.npmi));
        prop_assert!(m.lift >= 0.0 && m.lift.is_finite());
        prop_assert!(m.llr >= 0.0 && m.llr.is_finite());
        prop_assert!(m.log10_p <= 0.0 && m.log10_p.is_finite());
        let Interval { low, high } = pair.confidence_ab_interval();
        prop_assert!(0.0 <= low && low <= m.confidence_ab);
        prop_assert!(m.confidence_ab <= high && high <= 1.0);
        if let Some(Interval { low, high }) = pair.lift_interval() {
            prop_assert!(0.0 <= low && low <= m.lift && m.lift <= high && high.is_finite());
        }
    }

    #[test]
    fn q_values_follow_their_definition(p in prop::collection::vec(0.0..=1.0_f64, 1..50)) {
        // Two decimals make many of them equal.
        let p: Vec<f64> = p.into_iter().map(|p| (p * 100.0).ceil().max(1.0) / 100.0).collect();
        let table = once_each(p.clone());
        for &one in &p {
            let larger = p.iter().filter(|&&other| other >= one);
            let rank = |other: f64| p.iter().filter(|&&least| least <= other).count() as f64;
            let adjusted = larger.map(|&other| other * p.len() as f64 / rank(other));
            assert_close(table.q(one.log10()), adjusted.fold(1.0, f64::min), 1e-13);
        }
    }
}
