//! The values of cells: ids, texts, numbers, times, truths. What can't be read says why.
//!
//! Nothing is corrected but white space: a wrong value is somebody's to mend, not to be guessed.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::interactions::types::MAX_ID_BYTES;

/// The longest title, category or address, in bytes.
const MAX_TEXT_BYTES: usize = 2_000;

/// Times without a zone, read as UTC. The last two are month first, as UCI's spreadsheets have it.
const ZONELESS: [&str; 4] = [
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
];

/// Reads an id; an empty cell is none.
pub(super) fn id(cell: &str) -> Result<Option<String>, String> {
    let id = cell.trim();
    if id.is_empty() {
        return Ok(None);
    }
    if id.len() > MAX_ID_BYTES {
        return Err(format!(
            "the id has {} bytes; at most {MAX_ID_BYTES} are taken",
            id.len()
        ));
    }
    if id.chars().any(char::is_control) {
        return Err("the id holds a control character (NUL, tab or line break)".to_owned());
    }
    Ok(Some(id.to_owned()))
}

/// Reads a text for people; white space of any kind becomes one space, an empty cell is none.
pub(super) fn text(cell: &str) -> Result<Option<String>, String> {
    if cell.contains('\0') {
        return Err("the text holds a NUL character".to_owned());
    }
    if cell.len() > MAX_TEXT_BYTES {
        return Err(format!(
            "the text has {} bytes; at most {MAX_TEXT_BYTES} are taken",
            cell.len()
        ));
    }
    let words: Vec<&str> = cell.split_whitespace().collect();
    Ok((!words.is_empty()).then(|| words.join(" ")))
}

/// Reads a finite number; an empty cell is none.
pub(super) fn number(cell: &str) -> Result<Option<f64>, String> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    match cell.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        Ok(_) => Err("the number is not finite".to_owned()),
        Err(_) => Err("this is not a number (write 3.5, with a point)".to_owned()),
    }
}

/// Reads a truth; an empty cell is none.
pub(super) fn truth(cell: &str) -> Result<Option<bool>, String> {
    match cell.trim().to_lowercase().as_str() {
        "" => Ok(None),
        "true" | "t" | "yes" | "y" | "1" => Ok(Some(true)),
        "false" | "f" | "no" | "n" | "0" => Ok(Some(false)),
        _ => Err("this is neither true nor false".to_owned()),
    }
}

/// Reads a time that is not more than a day after `now`; an empty cell is none.
///
/// RFC 3339 or Unix seconds, also with a fraction. A date or time without a zone is read as UTC.
pub(super) fn time(cell: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, String> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    let time = parse_time(cell).ok_or("this is no time (write RFC 3339 or Unix seconds)")?;
    if time.year() < 1 {
        return Err("the time is before the year 1".to_owned());
    }
    if time > now + TimeDelta::days(1) {
        let milliseconds = cell.len() >= 12 && cell.bytes().all(|byte| byte.is_ascii_digit());
        return Err(if milliseconds {
            "the time is in the future: Unix time is wanted in seconds, not milliseconds".to_owned()
        } else {
            "the time is in the future".to_owned()
        });
    }
    Ok(Some(time))
}

fn parse_time(cell: &str) -> Option<DateTime<Utc>> {
    if let Ok(seconds) = cell.parse::<i64>() {
        return DateTime::from_timestamp(seconds, 0);
    }
    let utc = format!("{cell}Z");
    for spelling in [utc.as_str(), cell] {
        if let Ok(time) = DateTime::parse_from_rfc3339(spelling) {
            return Some(time.to_utc());
        }
    }
    if let Ok(date) = NaiveDate::parse_from_str(cell, "%Y-%m-%d") {
        return Some(date.and_time(chrono::NaiveTime::MIN).and_utc());
    }
    let zoneless = ZONELESS
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(cell, form).ok());
    if let Some(time) = zoneless {
        return Some(time.and_utc());
    }
    let seconds = cell
        .parse::<f64>()
        .ok()
        .filter(|seconds| seconds.abs() < 1e12)?;
    DateTime::from_timestamp_micros((seconds * 1e6).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a test's own time")
    }

    #[test]
    fn times_are_read_in_every_spelling_that_is_promised() {
        let now = at("2026-01-01T00:00:00Z");
        for (cell, expected) in [
            ("964982703", "2000-07-30T18:45:03Z"),
            ("964982703.5", "2000-07-30T18:45:03.5Z"),
            ("2000-07-30T18:45:03Z", "2000-07-30T18:45:03Z"),
            ("2000-07-30T20:45:03+02:00", "2000-07-30T18:45:03Z"),
            ("2000-07-30 18:45:03", "2000-07-30T18:45:03Z"),
            ("2010-12-01 08:26", "2010-12-01T08:26:00Z"),
            ("12/1/2010 8:26", "2010-12-01T08:26:00Z"),
            (" 2010-12-01 ", "2010-12-01T00:00:00Z"),
            ("-1", "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(time(cell, now), Ok(Some(at(expected))), "{cell}");
        }
        assert_eq!(time("", now), Ok(None));
    }

    #[test]
    fn a_time_a_day_ahead_is_taken_and_a_later_one_is_not() {
        let now = at("2026-01-01T00:00:00Z");
        assert!(time("2026-01-02T00:00:00Z", now).is_ok());
        assert!(time("2026-01-02T00:00:01Z", now).is_err());
        let milliseconds = time("1767225600000", now).expect_err("far ahead");
        assert!(milliseconds.contains("milliseconds"), "{milliseconds}");
    }

    #[test]
    fn what_is_no_time_is_said_so() {
        let now = at("2026-01-01T00:00:00Z");
        for cell in [
            "yesterday",
            "2000-13-01",
            "9223372036854775807",
            "-99999999999999",
            "NaN",
        ] {
            assert!(time(cell, now).is_err(), "{cell}");
        }
    }
}
