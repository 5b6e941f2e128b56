//! The content of a file: in memory while it is small, on disk from then on, read and written piece by piece.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use bytes::Bytes;
use futures::stream;
use md5::{Digest as _, Md5};

/// A larger file is kept on disk.
const IN_MEMORY_MAX: usize = 256 * 1024;

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;

/// A file's content, its size and its checksum.
#[derive(Clone, Debug)]
pub struct Blob {
    place: Place,
    size: u64,
    md5: String,
}

#[derive(Clone, Debug)]
enum Place {
    Memory(Bytes),
    Disk(Arc<File>),
}

impl Blob {
    /// A content that is at hand.
    ///
    /// # Errors
    /// The disk takes no more.
    pub fn of(bytes: &[u8]) -> io::Result<Self> {
        let mut draft = Draft::default();
        draft.write(bytes)?;
        draft.finish()
    }

    /// So many bytes that look like chance and are always the same.
    ///
    /// # Errors
    /// The disk takes no more.
    pub fn made_up(size: u64) -> io::Result<Self> {
        let mut draft = Draft::default();
        let mut piece = noise(size);
        for number in 0..size.div_ceil(PIECE as u64) {
            // No two pieces are alike, so that one that is lost or doubled shows.
            piece[..8].copy_from_slice(&number.to_le_bytes());
            let left = usize::try_from(size - draft.size()).unwrap_or(PIECE);
            draft.write(&piece[..left.min(PIECE)])?;
        }
        draft.finish()
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The lower-case hexadecimal MD5 of its bytes.
    pub fn md5(&self) -> &str {
        &self.md5
    }

    /// The bytes as a body that is read as it is sent.
    pub fn body(&self) -> Body {
        match &self.place {
            Place::Memory(bytes) => Body::from(bytes.clone()),
            Place::Disk(file) => Body::from_stream(stream::try_unfold(
                (file.clone(), 0_u64),
                |(file, at)| async move {
                    let mut piece = vec![0; PIECE];
                    let read = file.read_at(&mut piece, at)?;
                    piece.truncate(read);
                    let next =
                        (!piece.is_empty()).then(|| (Bytes::from(piece), (file, at + read as u64)));
                    Ok::<_, io::Error>(next)
                },
            )),
        }
    }
}

/// A content that is being written.
#[derive(Default)]
pub struct Draft {
    memory: Vec<u8>,
    disk: Option<File>,
    digest: Md5,
    size: u64,
}

impl Draft {
    /// Adds some bytes.
    ///
    /// # Errors
    /// The disk takes no more.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.size += bytes.len() as u64;
        if let Some(disk) = &mut self.disk {
            return disk.write_all(bytes);
        }
        self.memory.extend_from_slice(bytes);
        if self.memory.len() > IN_MEMORY_MAX {
            let mut disk = nameless()?;
            disk.write_all(&std::mem::take(&mut self.memory))?;
            self.disk = Some(disk);
        }
        Ok(())
    }

    /// How many bytes it has so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The content is whole.
    ///
    /// # Errors
    /// The disk takes no more.
    pub fn finish(self) -> io::Result<Blob> {
        let place = match self.disk {
            Some(mut disk) => {
                disk.flush()?;
                Place::Disk(Arc::new(disk))
            }
            None => Place::Memory(self.memory.into()),
        };
        let md5 = self.digest.finalize().iter().fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        Ok(Blob { place, size: self.size, md5 })
    }
}

/// A piece of bytes without a pattern that a compressor could use.
fn noise(seed: u64) -> Vec<u8> {
    let mut word = seed ^ 0x9e37_79b9_7f4a_7c15;
    let mut piece = Vec::with_capacity(PIECE);
    while piece.len() < PIECE {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        piece.extend(word.to_le_bytes());
    }
    piece
}

/// A file that is gone with its last handle.
fn nameless() -> io::Result<File> {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    let name = format!("lockstep-simulator-{}-{number}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn small_or_large_what_is_written_is_read() {
        for size in [0, 5, IN_MEMORY_MAX, IN_MEMORY_MAX + 1, 3 * PIECE * 10 + 7] {
            let bytes: Vec<u8> = (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let blob = Blob::of(&bytes).unwrap();
            assert_eq!(blob.size(), size as u64);
            assert_eq!(to_bytes(blob.body(), usize::MAX).await.unwrap(), bytes);
            assert_eq!(to_bytes(blob.body(), usize::MAX).await.unwrap(), bytes, "again");
        }
    }

    #[test]
    fn checksums_agree_with_the_standard() {
        assert_eq!(Blob::of(b"").unwrap().md5(), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(Blob::of(b"abc").unwrap().md5(), "900150983cd24fb0d6963f7d28e17f72");
    }

    #[tokio::test]
    async fn made_up_files_are_always_the_same() {
        let (one, two) = (Blob::made_up(100_000).unwrap(), Blob::made_up(100_000).unwrap());
        assert_eq!((one.size(), one.md5()), (100_000, two.md5()));
        assert_ne!(one.md5(), Blob::made_up(100_001).unwrap().md5());
    }
}
