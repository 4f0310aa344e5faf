//! Things and filters made up by a fixed sequence.

use scim_core::resource::{Attributes, Name, Resource, Value};

/// A fixed sequence of numbers that look random.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }
}

const TEXTS: &[&str] = &[
    "",
    "a",
    "A",
    "ab",
    "B",
    "É",
    "e\u{301}",
    "Σ",
    "ß",
    "%",
    "_",
    "a'b",
    "😀",
    " a",
    "a\u{10ffff}",
    "a\u{10ffff}b",
    "\u{10ffff}",
    "\u{d7ff}",
    "\u{d7ff}a",
    "\u{e000}",
];
const DATES: &[&str] = &[
    "2026-01-01T00:00:00Z",
    "2026-01-01T01:00:00+01:00",
    "2026-01-01T00:00:00.5Z",
    "2025-06-30T12:00:00",
];
const NUMBERS: &[&str] = &["0", "1", "2", "-1", "1.0", "1.5", "-0.5e1"];

pub(super) fn thing(dice: &mut Dice, id: usize) -> Resource {
    let mut out = Attributes::new().with(Name::ID, format!("{id:04}"));
    let mut set = |dice: &mut Dice, name: &str, value: Value| {
        if dice.roll(4) > 0 {
            out.insert(Name::new(name), value);
        }
    };
    for name in ["label", "code", "note"] {
        let text = dice.pick(TEXTS);
        set(dice, name, Value::from(text));
    }
    let flag = dice.roll(2) == 0;
    set(dice, "on", Value::from(flag));
    let date = dice.pick(DATES);
    set(dice, "made", Value::from(date));
    let number = |dice: &mut Dice| i64::try_from(dice.roll(4)).unwrap() - 1;
    let slots = number(dice);
    set(dice, "slots", Value::from(slots));
    let size = f64::from(u32::try_from(dice.roll(8)).unwrap()) / 2.0 - 1.0;
    set(dice, "size", Value::Decimal(size));
    let count = dice.roll(4);
    let tags: Vec<Value> = (0..count).map(|_| Value::Object(tag(dice))).collect();
    out.insert(Name::new("tags"), Value::Array(tags));
    Resource::new(out)
}

fn tag(dice: &mut Dice) -> Attributes {
    let mut out = Attributes::new();
    if dice.roll(5) > 0 {
        out.insert(Name::VALUE, Value::from(dice.pick(TEXTS)));
    }
    if dice.roll(2) > 0 {
        out.insert(
            Name::TYPE,
            Value::from(dice.pick(&["work", "Work", "home"])),
        );
    }
    if dice.roll(3) > 0 {
        out.insert(
            Name::new("weight"),
            Value::Decimal(f64::from(u32::try_from(dice.roll(4)).unwrap())),
        );
    }
    // A tag without anything in it is none.
    out.insert(Name::new("flag"), Value::from(dice.roll(2) == 0));
    out
}

/// The text of a filter; the seldom kinds as often as the usual ones.
pub(super) fn filter(dice: &mut Dice, depth: usize, in_tag: bool) -> String {
    match dice.roll(if depth == 0 { 5 } else { 9 }) {
        0..=4 => comparison(dice, in_tag),
        5 => format!(
            "({} and {})",
            filter(dice, depth - 1, in_tag),
            filter(dice, depth - 1, in_tag)
        ),
        6 => format!(
            "({} or {})",
            filter(dice, depth - 1, in_tag),
            filter(dice, depth - 1, in_tag)
        ),
        7 => format!("not ({})", filter(dice, depth - 1, in_tag)),
        _ if in_tag => comparison(dice, in_tag),
        _ => format!("tags[{}]", filter(dice, depth - 1, true)),
    }
}

fn comparison(dice: &mut Dice, in_tag: bool) -> String {
    let (texts, prefix) = if in_tag {
        (&["value", "type"][..], "")
    } else {
        (
            &[
                "label",
                "code",
                "note",
                "id",
                "tags.value",
                "tags.type",
                "tags",
            ][..],
            "tags.",
        )
    };
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let ordered = ["eq", "ne", "gt", "ge", "lt", "le"];
    match dice.roll(if in_tag { 4 } else { 7 }) {
        0 => format!(
            "{} {} {}",
            dice.pick(texts),
            dice.pick(&["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]),
            quoted(dice.pick(TEXTS))
        ),
        1 => format!(
            "{} {}",
            dice.pick(texts),
            dice.pick(&["pr", "eq null", "ne null"])
        ),
        2 => format!(
            "{prefix}weight {} {}",
            dice.pick(&ordered),
            dice.pick(NUMBERS)
        ),
        3 => format!(
            "{prefix}flag {} {}",
            dice.pick(&["eq", "ne"]),
            dice.pick(&["true", "false"])
        ),
        4 => format!(
            "on {} {}",
            dice.pick(&["eq", "ne"]),
            dice.pick(&["true", "false"])
        ),
        5 => format!("made {} {}", dice.pick(&ordered), quoted(dice.pick(DATES))),
        _ => format!(
            "{} {} {}",
            dice.pick(&["slots", "size"]),
            dice.pick(&ordered),
            dice.pick(NUMBERS)
        ),
    }
}
