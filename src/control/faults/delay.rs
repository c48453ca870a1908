//! How long a request or its answer waits, in real time.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::unit;
use crate::control::rules::Fault;
use crate::entropy::Entropy;
use crate::model::misspelled;

/// Longer ones are refused: whoever wants no answer at all says `NO_RESPONSE`.
const LONGEST: Duration = Duration::from_secs(3600);

const HINT: &str = r#"give a time such as "300ms", {"uniform":{"lower":"100ms","upper":"2s"}} or {"lognormal":{"median":"80ms","sigma":0.4,"max":"5s"}}"#;

/// A delay, drawn for each request.
#[derive(Debug, Clone, PartialEq)]
pub enum Delay {
    /// Always the same.
    Fixed(Duration),
    /// Each from `lower` to `upper` alike.
    Uniform {
        /// The shortest.
        lower: Duration,
        /// The longest.
        upper: Duration,
    },
    /// Half of them under the median, with a long tail, as latencies have it.
    Lognormal {
        /// The median.
        median: Duration,
        /// The standard deviation of the logarithm.
        sigma: f64,
        /// Longer ones are cut to this.
        max: Option<Duration>,
    },
}

impl Delay {
    /// Reads what a rule gives.
    pub(super) fn read(value: &Value) -> Result<Self, Fault> {
        match value {
            Value::String(text) => Ok(Self::Fixed(time("delay", text)?)),
            Value::Object(members) if members.len() == 1 => {
                if let Some(uniform) = members.get("uniform") {
                    return Self::uniform(uniform);
                }
                if let Some(lognormal) = members.get("lognormal") {
                    return Self::lognormal(lognormal);
                }
                Err(Fault::of("delay", HINT))
            }
            _ => Err(Fault::of("delay", HINT)),
        }
    }

    fn uniform(value: &Value) -> Result<Self, Fault> {
        let members = members("delay.uniform", value, &["lower", "upper"])?;
        let lower = required_time(members, "delay.uniform", "lower")?;
        let upper = required_time(members, "delay.uniform", "upper")?;
        if lower > upper {
            let text = "it is longer than upper; give the shorter time here";
            return Err(Fault::of("delay.uniform.lower", text));
        }
        Ok(Self::Uniform { lower, upper })
    }

    fn lognormal(value: &Value) -> Result<Self, Fault> {
        const WHERE: &str = "delay.lognormal";
        let members = members(WHERE, value, &["median", "sigma", "max"])?;
        let median = required_time(members, WHERE, "median")?;
        let sigma = members.get("sigma").and_then(Value::as_f64);
        let sigma = sigma.filter(|sigma| (0.0..=10.0).contains(sigma));
        let wrong = || Fault::of("delay.lognormal.sigma", "give a number from 0 to 10");
        let max = match members.get("max") {
            None | Some(Value::Null) => None,
            Some(_) => Some(required_time(members, WHERE, "max")?),
        };
        if max.is_some_and(|max| max < median) {
            let text = "it is shorter than median, so that half of the delays or more were cut to it; give \
                        a longer time, or a delay that is always the same";
            return Err(Fault::of("delay.lognormal.max", text));
        }
        Ok(Self::Lognormal {
            median,
            sigma: sigma.ok_or_else(wrong)?,
            max,
        })
    }

    pub(super) fn view(&self) -> Value {
        let time = |time: &Duration| humantime::format_duration(*time).to_string();
        match self {
            Self::Fixed(fixed) => time(fixed).into(),
            Self::Uniform { lower, upper } => {
                json!({"uniform": {"lower": time(lower), "upper": time(upper)}})
            }
            Self::Lognormal { median, sigma, max } => {
                let mut shown = json!({"median": time(median), "sigma": sigma});
                if let Some(max) = max {
                    shown["max"] = time(max).into();
                }
                json!({ "lognormal": shown })
            }
        }
    }

    /// The delay of one request.
    pub(super) fn drawn(&self, entropy: &Entropy) -> Duration {
        match self {
            Self::Fixed(fixed) => *fixed,
            Self::Uniform { lower, upper } => {
                *lower + upper.saturating_sub(*lower).mul_f64(unit(entropy))
            }
            Self::Lognormal { median, sigma, max } => {
                // Box and Muller's transform; 1 - u, for there is no logarithm of 0.
                let radius = (-2.0 * (1.0 - unit(entropy)).ln()).sqrt();
                let normal = radius * (std::f64::consts::TAU * unit(entropy)).cos();
                let seconds = median.as_secs_f64() * (sigma * normal).exp();
                let longest = max.unwrap_or(LONGEST);
                Duration::from_secs_f64(seconds.min(longest.as_secs_f64()))
            }
        }
    }
}

/// The members of an object that has no others.
pub(super) fn members<'v>(
    place: &str,
    value: &'v Value,
    known: &[&'static str],
) -> Result<&'v Map<String, Value>, Fault> {
    let Value::Object(members) = value else {
        let text = format!("must be an object of {}", known.join(", "));
        return Err(Fault::of(place, text));
    };
    match members.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(members),
        Some(name) => {
            let hint = misspelled::hint(name, known.iter().copied());
            let text = format!("unknown member; {hint}");
            Err(Fault::of(&format!("{place}.{name}"), text))
        }
    }
}

fn required_time(members: &Map<String, Value>, place: &str, name: &str) -> Result<Duration, Fault> {
    let place = format!("{place}.{name}");
    match members.get(name).and_then(Value::as_str) {
        Some(text) => time(&place, text),
        None => Err(Fault::of(&place, "give a time such as 300ms")),
    }
}

/// A time such as `300ms`.
pub(super) fn time(place: &str, text: &str) -> Result<Duration, Fault> {
    let wrong = |why: &str| Fault::of(place, format!("{text:?}: {why}"));
    let time = humantime::parse_duration(text);
    let time = time.map_err(|_| wrong("give a time such as 300ms or 2s"))?;
    if time > LONGEST {
        return Err(wrong("one hour is the longest"));
    }
    Ok(time)
}
