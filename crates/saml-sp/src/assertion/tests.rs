//! Instants.

use super::{parse_time, write_time};
use time::macros::datetime;

#[test]
fn instants_are_utc_with_z() {
    let good = [
        (
            "2016-07-25T23:20:14.859Z",
            datetime!(2016-07-25 23:20:14.859 UTC),
        ),
        ("2026-01-31T00:00:00Z", datetime!(2026-01-31 0:00 UTC)),
        (
            "2024-02-29T23:59:59.9999999999999Z",
            datetime!(2024-02-29 23:59:59.999_999_999 UTC),
        ),
        (
            "0001-01-01T00:00:00.1Z",
            datetime!(0001-01-01 0:00:00.1 UTC),
        ),
        ("9999-12-31T23:59:59Z", datetime!(9999-12-31 23:59:59 UTC)),
    ];
    for (text, instant) in good {
        assert_eq!(parse_time(text), Some(instant), "{text}");
    }
}

#[test]
fn other_forms_are_refused() {
    let bad = [
        "",
        "Z",
        "T",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-01-31T12:00:00+00:00",
        "2026-01-31T12:00:00+14:01",
        "2026-01-31t12:00:00Z",
        "2026-01-31T12:00:00z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T23:59:60Z",
        "2026-01-31T12:60:00Z",
        "2026-02-30T12:00:00Z",
        "2025-02-29T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-00-01T12:00:00Z",
        "0000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "2026-1-31T12:00:00Z",
        " 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00Z ",
        "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00Z",
        "２０26-01-31T12:00:00Z",
        "2026-01-31T12:00:00.1.2Z",
        "2026-01-31T+2:00:00Z",
        "2026-01-31T12:00:00.0000000000000000000000000000001Z",
        "2026-01-31T12:00:00,5Z",
    ];
    for text in bad {
        assert_eq!(parse_time(text), None, "{text:?}");
    }
}

#[test]
fn writing_and_reading_agree() {
    let instant = datetime!(2026-11-24 05:48:39.007 UTC);
    assert_eq!(write_time(instant), "2026-11-24T05:48:39.007Z");
    assert_eq!(parse_time(&write_time(instant)), Some(instant));
}
