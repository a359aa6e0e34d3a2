//! Numbers and dates as people read them. Pure; formats at the last moment, on the way to a page.

use chrono::{DateTime, TimeDelta, Utc};

/// A whole number with thousands separated: `1,046`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many times: two significant digits below ten (`3.4`, `0.52`), whole above (`12`, `1,046`).
pub fn times(number: f64) -> String {
    if !number.is_finite() {
        return "–".to_owned();
    }
    if number >= 9.95 {
        return count(number.round() as u64);
    }
    significant(number, 2)
}

/// A number of a given number of significant digits, without an exponent.
pub fn significant(number: f64, digits: i32) -> String {
    if number == 0.0 || !number.is_finite() {
        return if number == 0.0 { "0" } else { "–" }.to_owned();
    }
    let magnitude = number.abs().log10().floor() as i32;
    // Rounding may carry into the next magnitude: 9.99 has two digits as 10.
    let scale = 10_f64.powi(digits - 1 - magnitude);
    let rounded = (number * scale).round() / scale;
    let magnitude = rounded.abs().log10().floor() as i32;
    let decimals = usize::try_from(digits - 1 - magnitude).unwrap_or(0);
    format!("{rounded:.decimals$}")
}

/// A share as a percentage: `22 %`, `0.4 %`.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent == 0.0 || percent >= 9.95 {
        format!("{percent:.0} %")
    } else {
        format!("{} %", significant(percent, 2))
    }
}

/// A measure of a table: three decimals, or an exponent where that would show nothing.
pub fn measure(number: f64) -> String {
    if number != 0.0 && number.abs() < 0.001 {
        format!("{number:.1e}")
    } else if number.abs() >= 1000.0 {
        let sign = if number < 0.0 { "−" } else { "" };
        format!("{sign}{}", count(number.abs().round() as u64))
    } else {
        format!("{number:.3}")
    }
}

/// A p-value from its logarithm: `0.03`, `1e-12`, `1e-3000`.
pub fn p_value(log10_p: f64) -> String {
    if log10_p >= -3.0 {
        significant(10_f64.powf(log10_p), 2)
    } else {
        format!("1e{:.0}", log10_p.ceil())
    }
}

/// A day and minute in UTC: `2026-03-01 14:05 UTC`.
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// A day: `2026-03-01`.
pub fn day(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d").to_string()
}

/// How long something is or was, in its largest unit: `3 hours`, `12 days`.
pub fn length(duration: TimeDelta) -> String {
    let seconds = duration.num_seconds().max(0).unsigned_abs();
    match seconds {
        0..60 => "less than a minute".to_owned(),
        60..3_600 => counted(seconds / 60, "minute", "minutes"),
        3_600..172_800 => counted(seconds / 3_600, "hour", "hours"),
        172_800..63_072_000 => counted(seconds / 86_400, "day", "days"),
        _ => counted(seconds / 31_557_600, "year", "years"),
    }
}

/// The word for one or several: `1 basket`, `2 baskets`.
pub fn counted(number: u64, one: &str, several: &str) -> String {
    format!(
        "{} {}",
        count(number),
        if number == 1 { one } else { several }
    )
}

/// So many bytes: `640 bytes`, `3.4 MB`, `12 GB`.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if number < 1_000 {
        return counted(number, "byte", "bytes");
    }
    let mut figure = number as f64;
    let mut unit = "";
    for next in UNITS {
        figure /= 1_000.0;
        unit = next;
        if figure < 999.5 {
            break;
        }
    }
    format!("{} {unit}", times(figure))
}

/// About how long: `12 s`, `3 min`, `2 h`.
pub fn duration(seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    match seconds {
        0..90 => format!("{seconds} s"),
        90..5_400 => format!("{} min", (seconds + 30) / 60),
        _ => format!("{} h", (seconds + 1_800) / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let rows = [
            (count(0), "0"),
            (count(999), "999"),
            (count(1046), "1,046"),
            (count(1_234_567), "1,234,567"),
            (times(3.44), "3.4"),
            (times(0.523), "0.52"),
            (times(9.96), "10"),
            (times(1046.4), "1,046"),
            (times(f64::NAN), "–"),
            (bytes(1), "1 byte"),
            (bytes(999), "999 bytes"),
            (bytes(3_440_000), "3.4 MB"),
            (bytes(1 << 30), "1.1 GB"),
            (duration(89.4), "89 s"),
            (duration(100.0), "2 min"),
            (duration(7_300.0), "2 h"),
            (significant(9.99, 2), "10"),
            (significant(0.0999, 2), "0.10"),
            (percent(0.2208), "22 %"),
            (percent(0.0042), "0.42 %"),
            (percent(0.0), "0 %"),
            (measure(0.1234), "0.123"),
            (measure(0.00012), "1.2e-4"),
            (measure(-1234.0), "−1,234"),
            (p_value(-1.5), "0.032"),
            (p_value(-3000.2), "1e-3000"),
            (length(TimeDelta::seconds(-5)), "less than a minute"),
            (length(TimeDelta::seconds(60)), "1 minute"),
            (length(TimeDelta::hours(47)), "47 hours"),
            (length(TimeDelta::days(2)), "2 days"),
            (length(TimeDelta::days(9_999)), "27 years"),
            (counted(1, "basket", "baskets"), "1 basket"),
            (counted(2, "basket", "baskets"), "2 baskets"),
        ];
        for (text, expected) in rows {
            assert_eq!(text, expected);
        }
    }
}
