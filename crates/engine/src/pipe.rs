//! A file on its way from one side to the other: counted and hashed as it passes, piece by piece, and
//! held back at its end until all of it is known to be right.

use std::fmt::Write as _;
use std::future::ready;
use std::pin::Pin;

use bytes::Bytes;
use futures::stream::{BoxStream, try_unfold};
use futures::{Stream, StreamExt, TryStreamExt};
use lockstep_model::snapshot::File;
use lockstep_model::{Code, Fault};
use md5::{Digest, Md5};
use tokio::sync::oneshot;

/// What the end of a file waits for.
pub(crate) type Seal = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send>>;

/// Tells how the passing ended.
pub(crate) struct Receipt(oneshot::Receiver<Result<String, Fault>>);

impl Receipt {
    /// The hash of a file that passed whole, or why it did not; `None` where its end was not asked for.
    pub(crate) fn read(mut self) -> Option<Result<String, Fault>> {
        self.0.try_recv().ok()
    }
}

/// A file that passes.
struct Passing {
    source: BoxStream<'static, Result<Bytes, Fault>>,
    expected: File,
    left: u64,
    digest: Md5,
    seal: Seal,
    told: Option<oneshot::Sender<Result<String, Fault>>>,
}

/// The bytes of `source` as they pass. Their end is given only if they are as many as the file has,
/// if they are those that its side announced, and once `seal` agrees; otherwise it is a fault, so that
/// whoever receives them sees no whole file.
pub(crate) fn pipe(
    source: impl Stream<Item = Result<Bytes, Fault>> + Send + 'static,
    file: &File,
    seal: Seal,
) -> (BoxStream<'static, Result<Bytes, Fault>>, Receipt) {
    let (told, receipt) = oneshot::channel();
    let passing = Passing {
        source: source.boxed(),
        expected: file.clone(),
        left: file.size,
        digest: Md5::new(),
        seal,
        told: Some(told),
    };
    (try_unfold(passing, Passing::next).boxed(), Receipt(receipt))
}

/// The hash of a file that nobody receives.
pub(crate) async fn digest(
    source: impl Stream<Item = Result<Bytes, Fault>> + Send + 'static,
    file: &File,
) -> Result<String, Fault> {
    let (bytes, receipt) = pipe(source, file, Box::pin(ready(Ok(()))));
    bytes.try_for_each(|_| ready(Ok(()))).await?;
    receipt.read().unwrap_or_else(|| Err(changed(file, "it has no end")))
}

impl Passing {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Fault> {
        match self.step().await {
            Ok(piece) => Ok(piece.map(|piece| (piece, self))),
            Err(fault) => {
                self.tell(Err(fault.clone()));
                Err(fault)
            }
        }
    }

    async fn step(&mut self) -> Result<Option<Bytes>, Fault> {
        if let Some(piece) = self.source.next().await.transpose()? {
            let size = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            let left = self.left.checked_sub(size);
            self.left = left.ok_or_else(|| changed(&self.expected, "more bytes came"))?;
            self.digest.update(&piece);
            return Ok(Some(piece));
        }
        if self.left > 0 {
            return Err(changed(&self.expected, &format!("{} bytes are missing", self.left)));
        }
        let hash = hex(&std::mem::take(&mut self.digest).finalize());
        if self.expected.hash.as_ref().is_some_and(|announced| *announced != hash) {
            return Err(changed(&self.expected, "its checksum is another one"));
        }
        self.seal.as_mut().await?;
        self.tell(Ok(hash));
        Ok(None)
    }

    fn tell(&mut self, outcome: Result<String, Fault>) {
        if let Some(told) = self.told.take() {
            // Who asked may be gone: then nobody needs to know.
            let _ = told.send(outcome);
        }
    }
}

fn changed(file: &File, why: &str) -> Fault {
    Fault::new(Code::FileChanged, format!("{}: {why}", file.name))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use futures::stream;

    use super::*;

    const ABC: &str = "900150983cd24fb0d6963f7d28e17f72";

    fn file(size: u64, hash: Option<&str>) -> File {
        File {
            id: "10001".to_owned(),
            name: "abc.txt".to_owned(),
            size,
            created: DateTime::UNIX_EPOCH,
            hash: hash.map(str::to_owned),
            copies: None,
        }
    }

    fn source(pieces: &[&'static str]) -> impl Stream<Item = Result<Bytes, Fault>> + use<> {
        let pieces: Vec<_> =
            pieces.iter().map(|piece| Ok(Bytes::from_static(piece.as_bytes()))).collect();
        stream::iter(pieces)
    }

    #[tokio::test]
    async fn what_passes_whole_is_hashed() {
        for announced in [None, Some(ABC)] {
            let hash = digest(source(&["a", "", "bc"]), &file(3, announced)).await;
            assert_eq!(hash.as_deref(), Ok(ABC));
        }
    }

    // F-306
    #[tokio::test]
    async fn what_does_not_pass_whole_has_no_end() {
        let lost = Fault::new(Code::LeaseLost, "");
        let table = [
            (vec!["ab"], file(3, None), Ok(()), Code::FileChanged),
            (vec!["abc", "d"], file(3, None), Ok(()), Code::FileChanged),
            (vec!["abd"], file(3, Some(ABC)), Ok(()), Code::FileChanged),
            (vec!["abc"], file(3, Some(ABC)), Err(lost), Code::LeaseLost),
        ];
        for (pieces, file, seal, code) in table {
            let (bytes, receipt) = pipe(source(&pieces), &file, Box::pin(ready(seal)));
            let passed: Result<Vec<Bytes>, Fault> = bytes.try_collect().await;
            assert_eq!(passed.map_err(|fault| fault.code), Err(code), "{pieces:?}");
            let told = receipt.read().map(|told| told.map_err(|fault| fault.code));
            assert_eq!(told, Some(Err(code)), "{pieces:?}");
        }
    }

    #[tokio::test]
    async fn who_stops_asking_is_told_nothing() {
        let (bytes, receipt) = pipe(source(&["a", "bc"]), &file(3, None), Box::pin(ready(Ok(()))));
        drop(bytes);
        assert!(receipt.read().is_none());
    }
}
