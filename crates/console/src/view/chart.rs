//! Charts: lines or bars over equal steps of time, drawn as SVG on the server, with the same in a
//! sentence and as a table.

use std::fmt;

use askama::filters::{HtmlSafe, escape};

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 6.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 22.0;

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Something that is counted.
    Count,
    /// A time, in seconds.
    Seconds,
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Whole.
    Line,
    /// Dashed, beside the first.
    SecondLine,
    /// As bars of what went wrong.
    BadBars,
    /// In the table alone.
    TableOnly,
}

/// One value for each step; none where nothing was measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) form: Form,
    pub(crate) values: Vec<Option<f64>>,
}

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chart {
    /// Unique on its page.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    /// What it shows, in a sentence.
    pub(crate) summary: String,
    pub(crate) unit: Unit,
    /// What each step is called, such as `14:00`.
    pub(crate) steps: Vec<String>,
    /// In which time zone they are called so.
    pub(crate) zone: &'static str,
    pub(crate) series: Vec<Series>,
}

/// The drawing of a chart.
pub(crate) struct Drawing<'a>(&'a Chart);

impl Form {
    /// The class of its entry in the legend.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Line => "key",
            Self::SecondLine => "key second",
            Self::BadBars => "key bars bad",
            Self::TableOnly => "hidden",
        }
    }
}

impl Unit {
    /// A value as people read it.
    pub(crate) fn say(self, value: f64) -> String {
        match self {
            Self::Count => format!("{value:.0}"),
            Self::Seconds if value < 1.0 => format!("{:.0} ms", value * 1000.0),
            Self::Seconds if value < 10.0 => format!("{value:.1} s"),
            Self::Seconds if value < 120.0 => format!("{value:.0} s"),
            Self::Seconds if value < 7200.0 => format!("{:.0} min", value / 60.0),
            Self::Seconds => format!("{:.0} h", value / 3600.0),
        }
    }
}

impl Chart {
    /// Whether nothing was measured.
    pub(crate) fn is_empty(&self) -> bool {
        self.series.iter().all(|series| series.values.iter().all(Option::is_none))
    }

    /// For templates.
    pub(crate) fn drawing(&self) -> Drawing<'_> {
        Drawing(self)
    }

    /// The same as a table, the latest first: each step with the values of all series.
    pub(crate) fn rows(&self) -> Vec<(&str, Vec<String>)> {
        let row = |at: usize| -> Vec<String> {
            let values = self.series.iter().map(|series| series.values.get(at).copied().flatten());
            values.map(|value| value.map_or("–".to_owned(), |value| self.unit.say(value))).collect()
        };
        let steps = self.steps.iter().enumerate().rev();
        steps.map(|(at, step)| (step.as_str(), row(at))).collect()
    }

    /// The end of the scale: the next round number above every value.
    fn top(&self) -> f64 {
        let drawn = self.series.iter().filter(|series| series.form != Form::TableOnly);
        let values = drawn.flat_map(|series| series.values.iter().flatten());
        round_up(values.copied().fold(0.0, f64::max), self.unit)
    }
}

/// 1, 2 or 5 with as many noughts as it takes; of what is counted, nothing below 2.
fn round_up(value: f64, unit: Unit) -> f64 {
    let least = match unit {
        Unit::Count => 2.0,
        Unit::Seconds => 0.01,
    };
    let mut step = least / 2.0;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            let top: f64 = step * factor;
            if !top.is_finite() {
                return f64::MAX;
            }
            if top >= value.max(least) {
                return top;
            }
        }
        step *= 10.0;
    }
}

fn float(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

/// Where things stand.
struct Scale {
    /// Width of one step.
    step: f64,
    top: f64,
}

impl Scale {
    fn of(chart: &Chart) -> Self {
        let width = WIDTH - LEFT - RIGHT;
        Self { step: width / float(chart.steps.len().max(1)), top: chart.top() }
    }

    /// The middle of a step.
    fn x(&self, at: usize) -> f64 {
        LEFT + self.step * (float(at) + 0.5)
    }

    fn y(&self, value: f64) -> f64 {
        let height = HEIGHT - TOP - BOTTOM;
        TOP + height * (1.0 - (value / self.top).clamp(0.0, 1.0))
    }
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (chart, scale) = (self.0, Scale::of(self.0));
        let (id, title) = (chart.id, said(&chart.title));
        write!(
            f,
            r#"<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{id}-title {id}-desc">"#
        )?;
        let summary = said(&chart.summary);
        write!(
            f,
            r#"<title id="{id}-title">{title}</title><desc id="{id}-desc">{summary}</desc>"#
        )?;
        frame(f, chart, &scale)?;
        for series in &chart.series {
            match series.form {
                Form::BadBars => bars(f, series, &scale, "bar bad")?,
                Form::Line => lines(f, series, &scale, "line")?,
                Form::SecondLine => lines(f, series, &scale, "line two")?,
                Form::TableOnly => {}
            }
        }
        f.write_str("</svg>")
    }
}

impl HtmlSafe for Drawing<'_> {}

/// Escaped: titles may hold what people have written.
fn said(text: &str) -> String {
    escape(text, askama::filters::Html).map(|safe| safe.to_string()).unwrap_or_default()
}

/// The grid, and what its lines and the first, middle and last step are called.
fn frame(f: &mut fmt::Formatter<'_>, chart: &Chart, scale: &Scale) -> fmt::Result {
    for share in [0.0, 0.5, 1.0] {
        let value = scale.top * share;
        let y = scale.y(value);
        let right = WIDTH - RIGHT;
        write!(f, r#"<line class="grid" x1="{LEFT}" y1="{y:.1}" x2="{right}" y2="{y:.1}"/>"#)?;
        let (x, y, text) = (LEFT - 5.0, y + 4.0, chart.unit.say(value));
        write!(f, r#"<text x="{x}" y="{y:.1}" text-anchor="end">{text}</text>"#)?;
    }
    let last = chart.steps.len().saturating_sub(1);
    for (at, anchor) in [(0, "start"), (last / 2, "middle"), (last, "end")] {
        let Some(step) = chart.steps.get(at) else {
            continue;
        };
        let (x, y) = (scale.x(at), HEIGHT - 6.0);
        write!(f, r#"<text x="{x:.1}" y="{y}" text-anchor="{anchor}">{}</text>"#, said(step))?;
    }
    Ok(())
}

fn bars(f: &mut fmt::Formatter<'_>, series: &Series, scale: &Scale, class: &str) -> fmt::Result {
    let width = (scale.step * 0.7).max(1.0);
    for (at, value) in series.values.iter().enumerate() {
        let Some(value) = value.filter(|value| *value > 0.0) else {
            continue;
        };
        let (x, y, base) = (scale.x(at) - width / 2.0, scale.y(value), scale.y(0.0));
        // What is there is seen, however small beside the others.
        let height = (base - y).max(1.0);
        let y = base - height;
        write!(
            f,
            r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}"/>"#
        )?;
    }
    Ok(())
}

/// A line for each run of values: where nothing was measured, nothing is drawn.
fn lines(f: &mut fmt::Formatter<'_>, series: &Series, scale: &Scale, class: &str) -> fmt::Result {
    let points: Vec<(usize, Option<f64>)> = series.values.iter().copied().enumerate().collect();
    for run in points.split(|(_, value)| value.is_none()) {
        let at =
            |(at, value): &(usize, Option<f64>)| (scale.x(*at), scale.y(value.unwrap_or_default()));
        match run {
            [] => {}
            [alone] => {
                let (x, y) = at(alone);
                let (from, to) = (x - 2.0, x + 2.0);
                write!(f, r#"<path class="{class}" d="M{from:.1} {y:.1}L{to:.1} {y:.1}"/>"#)?;
            }
            run => {
                let way: Vec<String> =
                    run.iter().map(at).map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
                write!(f, r#"<path class="{class}" d="M{}"/>"#, way.join("L"))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(unit: Unit, form: Form, values: Vec<Option<f64>>) -> Chart {
        let steps = (0..values.len()).map(|hour| format!("{hour:02}:00")).collect();
        let series = vec![Series { name: "to Jira".to_owned(), form, values }];
        Chart {
            id: "c",
            title: "Calls <b>".to_owned(),
            summary: "3 \"calls\"".to_owned(),
            unit,
            steps,
            zone: "UTC",
            series,
        }
    }

    #[test]
    fn a_drawing_is_named_and_described_and_what_people_wrote_is_escaped() {
        let drawn = chart(Unit::Count, Form::BadBars, vec![Some(3.0), None]).drawing().to_string();
        assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>"), "{drawn}");
        assert!(drawn.contains(r#"role="img" aria-labelledby="c-title c-desc""#));
        assert!(drawn.contains(r#"<title id="c-title">Calls &#60;b&#62;</title>"#), "{drawn}");
        assert!(drawn.contains("3 &#34;calls&#34;"));
        assert!(!drawn.contains("style="), "the policy forbids it");
        assert_eq!(
            drawn.matches("<rect").count(),
            1,
            "nothing is drawn where nothing was measured"
        );
    }

    #[test]
    fn a_line_has_gaps_and_a_lonely_value_is_seen() {
        let values = vec![Some(1.0), Some(2.0), None, Some(1.5), None];
        let drawn = chart(Unit::Seconds, Form::Line, values).drawing().to_string();
        assert_eq!(drawn.matches("<path").count(), 2, "{drawn}");
        let none = chart(Unit::Seconds, Form::Line, vec![None, None]);
        assert!(none.is_empty());
        assert!(!none.drawing().to_string().contains("<path"));
        let no_steps = chart(Unit::Seconds, Form::Line, Vec::new());
        assert!(!no_steps.drawing().to_string().contains("NaN"));
    }

    #[test]
    fn the_scale_ends_with_a_round_number_and_values_stay_below_it() {
        for (value, top) in [(0.0, 2.0), (1.0, 2.0), (3.0, 5.0), (10.0, 10.0), (4_100.0, 5_000.0)] {
            assert!((round_up(value, Unit::Count) - top).abs() < 1e-6, "{value}");
        }
        assert!((round_up(0.07, Unit::Seconds) - 0.1).abs() < 1e-9);
        assert!(round_up(f64::INFINITY, Unit::Count).is_finite());
        let drawn = chart(Unit::Count, Form::BadBars, vec![Some(1.0), Some(100.0)]);
        let scale = Scale::of(&drawn);
        assert!((scale.y(100.0) - TOP).abs() < 0.01 && scale.y(0.0) > scale.y(50.0));
    }

    #[test]
    fn the_table_says_the_same_with_the_latest_first() {
        let chart = chart(Unit::Seconds, Form::Line, vec![Some(0.25), None, Some(90.0)]);
        let rows = chart.rows();
        assert_eq!(rows[0], ("02:00", vec!["90 s".to_owned()]));
        assert_eq!(rows[1].1, ["–"]);
        assert_eq!(rows[2].1, ["250 ms"]);
        assert_eq!(
            (Unit::Seconds.say(600.0), Unit::Seconds.say(7200.0)),
            ("10 min".to_owned(), "2 h".to_owned())
        );
        assert_eq!(
            (Unit::Count.say(12.0), Unit::Seconds.say(2.34)),
            ("12".to_owned(), "2.3 s".to_owned())
        );
    }
}
