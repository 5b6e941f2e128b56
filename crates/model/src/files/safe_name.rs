//! Names of files.

/// Longest name that both sides take, in characters.
const NAME_MAX: usize = 200;

/// A name that both sides take: without what ends a name or a header, and not too long. What stands
/// behind the last point is kept.
pub fn safe_name(name: &str) -> String {
    let plain: String = name
        .trim()
        .chars()
        .map(|c| if c.is_control() || matches!(c, '"' | '/' | '\\') { '_' } else { c })
        .collect();
    let length = plain.chars().count();
    if plain.is_empty() || length <= NAME_MAX {
        return if plain.is_empty() { "file".to_owned() } else { plain };
    }
    let (stem, extension) = match plain.rsplit_once('.') {
        Some((stem, extension)) if extension.chars().count() < 20 => {
            (stem, format!(".{extension}"))
        }
        _ => (plain.as_str(), String::new()),
    };
    let room = NAME_MAX - extension.chars().count();
    format!("{}{extension}", stem.chars().take(room).collect::<String>())
}
