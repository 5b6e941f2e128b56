//! Reads `multipart/form-data`, as far as attachments need it.

use bytes::Bytes;

/// A part with its headers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) filename: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) bytes: Bytes,
}

/// The boundary in a `Content-Type`.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let rest = content_type.strip_prefix("multipart/form-data")?;
    let value = parameter(rest, "boundary")?;
    (!value.is_empty()).then_some(value)
}

/// The parts of a body; none when it is malformed.
pub(super) fn parts(body: &Bytes, boundary: &str) -> Option<Vec<Part>> {
    let delimiter = format!("--{boundary}");
    let mut at = find(body, delimiter.as_bytes(), 0)? + delimiter.len();
    let mut parts = Vec::new();
    loop {
        if body[at..].starts_with(b"--") {
            return Some(parts);
        }
        at += body[at..].starts_with(b"\r\n").then_some(2)?;
        let next = find(body, format!("\r\n{delimiter}").as_bytes(), at)?;
        parts.push(part(&body.slice(at..next))?);
        at = next + 2 + delimiter.len();
    }
}

fn part(raw: &Bytes) -> Option<Part> {
    let end = find(raw, b"\r\n\r\n", 0)?;
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let header = |wanted: &str| {
        head.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
        })
    };
    let disposition = header("Content-Disposition")?;
    Some(Part {
        name: parameter(&disposition, "name")?,
        filename: parameter(&disposition, "filename"),
        content_type: header("Content-Type"),
        bytes: raw.slice(end + 4..),
    })
}

fn parameter(text: &str, wanted: &str) -> Option<String> {
    text.split(';').find_map(|piece| {
        let (name, value) = piece.trim().split_once('=')?;
        (name == wanted).then(|| value.trim_matches('"').to_owned())
    })
}

fn find(haystack: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let rest = haystack.get(from..)?;
    rest.windows(needle.len()).position(|window| window == needle).map(|at| at + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read() {
        let body = Bytes::from_static(
            b"--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\
              Content-Type: text/plain\r\n\r\nhello\r\n--xx--\r\n",
        );
        let parts = parts(&body, "xx").unwrap();
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].filename.as_deref(), Some("a.txt"));
        assert_eq!(parts[0].bytes, "hello");
        assert_eq!(boundary("multipart/form-data; boundary=xx").as_deref(), Some("xx"));
    }

    #[test]
    fn a_cut_body_is_malformed() {
        assert_eq!(parts(&Bytes::from_static(b"--xx\r\nContent-Disposition: x"), "xx"), None);
    }
}
