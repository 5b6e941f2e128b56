//! What HTML attributes say about how text looks.

use super::shape::Mark;

/// The marks that a `style` attribute asks for.
pub(super) fn marks(style: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (name, value) in declarations(style) {
        match name.as_str() {
            "color" => marks.extend(colour(&value).map(Mark::Colour)),
            "font-weight" if is_bold(&value) => marks.push(Mark::Strong),
            "font-style" if value == "italic" || value == "oblique" => marks.push(Mark::Em),
            "text-decoration" | "text-decoration-line" => {
                if value.contains("underline") {
                    marks.push(Mark::Underline);
                }
                if value.contains("line-through") {
                    marks.push(Mark::Strike);
                }
            }
            _ => {}
        }
    }
    marks
}

/// Whether a `style` attribute takes back what `<b>` and `<strong>` say, as pasted text does.
pub(super) fn is_thin(style: &str) -> bool {
    let weight = declarations(style).find(|(name, _)| name == "font-weight");
    weight.is_some_and(|(_, value)| !is_bold(&value) && value != "inherit")
}

fn declarations(style: &str) -> impl Iterator<Item = (String, String)> + '_ {
    let pairs = style.split(';').filter_map(|declaration| declaration.split_once(':'));
    pairs.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase()))
}

fn is_bold(weight: &str) -> bool {
    weight.starts_with("bold") || weight.parse().is_ok_and(|weight: u16| weight >= 600)
}

/// A colour as `#rrggbb`, from `#rgb`, `#rrggbb`, `rgb(r, g, b)` or one of the sixteen old names.
pub(super) fn colour(value: &str) -> Option<String> {
    let value = value.trim().to_ascii_lowercase();
    if let Some(digits) = value.strip_prefix('#') {
        let hex = digits.chars().all(|c| c.is_ascii_hexdigit());
        return match digits.len() {
            3 if hex => {
                Some(format!("#{}", digits.chars().flat_map(|c| [c, c]).collect::<String>()))
            }
            6 if hex => Some(value),
            _ => None,
        };
    }
    if let Some(parts) = value.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
        let parts: Vec<u8> = parts.split(',').filter_map(|part| part.trim().parse().ok()).collect();
        let [red, green, blue] = parts.as_slice() else {
            return None;
        };
        return Some(format!("#{red:02x}{green:02x}{blue:02x}"));
    }
    let named = NAMES.iter().find(|(name, _)| *name == value);
    named.map(|(_, colour)| (*colour).to_owned())
}

const NAMES: [(&str, &str); 16] = [
    ("black", "#000000"),
    ("silver", "#c0c0c0"),
    ("gray", "#808080"),
    ("white", "#ffffff"),
    ("maroon", "#800000"),
    ("red", "#ff0000"),
    ("purple", "#800080"),
    ("fuchsia", "#ff00ff"),
    ("green", "#008000"),
    ("lime", "#00ff00"),
    ("olive", "#808000"),
    ("yellow", "#ffff00"),
    ("navy", "#000080"),
    ("blue", "#0000ff"),
    ("teal", "#008080"),
    ("aqua", "#00ffff"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_in_every_form_that_editors_write() {
        for (written, read) in [
            ("#F00", Some("#ff0000")),
            ("#00ff7F", Some("#00ff7f")),
            ("rgb(230, 0, 9)", Some("#e60009")),
            ("Navy", Some("#000080")),
            ("rgb(1,2)", None),
            ("rgb(300,0,0)", None),
            ("#ggg", None),
            ("#ab", None),
            ("inherit", None),
        ] {
            assert_eq!(colour(written).as_deref(), read, "{written}");
        }
    }

    #[test]
    fn styles_say_what_tags_say() {
        let style = "Color: red; font-weight:700; font-style:italic;text-decoration: underline line-through; x";
        let read = marks(style);
        let all = [
            Mark::Colour("#ff0000".to_owned()),
            Mark::Strong,
            Mark::Em,
            Mark::Underline,
            Mark::Strike,
        ];
        assert_eq!(read, all);
        assert!(marks("font-weight: 400; background-color: red").is_empty());
        assert!(is_thin("font-weight:normal") && !is_thin("font-weight:bold") && !is_thin(""));
    }
}
