//! The table that a run prints, and the numbers behind it.

use std::fmt;

use serde_json::{Value, json};

/// What a row is held against.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
    /// Reported, not judged.
    None,
}

/// One measurement.
pub(crate) struct Row {
    pub(crate) name: String,
    /// In words, with unit.
    pub(crate) measured: String,
    /// What it is compared with, in words.
    pub(crate) ceiling: String,
    /// What the target judges: mostly measured by ceiling.
    pub(crate) judged: f64,
    /// Unit of what is judged; empty for a ratio.
    pub(crate) unit: &'static str,
    pub(crate) target: Target,
}

impl Row {
    /// A value on its own.
    pub(crate) fn plain(name: &str, judged: f64, unit: &'static str, target: Target) -> Self {
        let (name, ceiling) = (name.to_owned(), "–".to_owned());
        Self {
            name,
            measured: format!("{} {unit}", number(judged)),
            ceiling,
            judged,
            unit,
            target,
        }
    }

    /// Two rates, of which the ratio is judged. The ratio is given, for it is the median of those of the
    /// rounds, not the ratio of the medians.
    pub(crate) fn ratio(
        name: &str,
        measured: String,
        ceiling: String,
        ratio: f64,
        target: Target,
    ) -> Self {
        Self {
            name: name.to_owned(),
            measured,
            ceiling,
            judged: ratio,
            unit: "",
            target,
        }
    }

    fn verdict(&self) -> &'static str {
        let met = match self.target {
            Target::AtLeast(bound) => self.judged >= bound,
            Target::AtMost(bound) => self.judged <= bound,
            Target::None => return "–",
        };
        if met { "met" } else { "**missed**" }
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name, "measured": self.measured, "ceiling": self.ceiling,
            "judged": self.judged, "unit": self.unit, "target": self.target.to_string(),
            "verdict": self.verdict().replace('*', ""),
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(bound) => write!(f, "≥ {}", number(*bound)),
            Self::AtMost(bound) => write!(f, "≤ {}", number(*bound)),
            Self::None => f.write_str("–"),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratio = if self.unit.is_empty() {
            number(self.judged)
        } else {
            "–".to_owned()
        };
        let target = match self.target {
            Target::None => "–".to_owned(),
            target => format!("{target} {}", self.unit).trim_end().to_owned(),
        };
        let Self {
            name,
            measured,
            ceiling,
            ..
        } = self;
        write!(
            f,
            "| {name} | {measured} | {ceiling} | {ratio} | {target} | {} |",
            self.verdict()
        )
    }
}

/// The whole run as a Markdown table.
pub(crate) fn markdown(rows: &[Row]) -> String {
    let mut text = String::from(
        "| What | Measured | Ceiling or comparison | Ratio | Target | Verdict |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in rows {
        text.push_str(&row.to_string());
        text.push('\n');
    }
    text
}

/// The whole run as JSON.
pub(crate) fn json(rows: &[Row]) -> Value {
    rows.iter().map(Row::json).collect()
}

/// Three digits that count, or all of a large number.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The middle of some values; 0 of none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    percentile(&mut values, 50)
}

/// The value that so many of a hundred stay within.
pub(crate) fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get(last * percent / 100).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_judged_by_its_target() {
        let cases = [
            (Target::AtLeast(0.75), 0.75, "met"),
            (Target::AtLeast(0.75), 0.74, "**missed**"),
            (Target::AtMost(5.0), 5.0, "met"),
            (Target::AtMost(5.0), 5.1, "**missed**"),
            (Target::None, 1.0, "–"),
        ];
        for (target, judged, expected) in cases {
            assert_eq!(
                Row::plain("", judged, "", target).verdict(),
                expected,
                "{target} {judged}"
            );
        }
    }

    #[test]
    fn percentiles_take_a_value_that_was_measured() {
        let mut values = [3.0, 1.0, 2.0];
        assert_eq!(percentile(&mut values, 50), 2.0);
        assert_eq!(percentile(&mut values, 99), 2.0);
        assert_eq!(percentile(&mut values, 100), 3.0);
        assert_eq!(median(Vec::new()), 0.0);
    }
}
