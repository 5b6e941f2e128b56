//! Attachments: their bytes down and up, piece by piece.

use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use lockstep_http::{
    Answer, Call, HeaderName, HeaderValue, Method, Opened, Peer, Upload, Url, header,
};
use lockstep_model::{Code, Fault};
use serde::Deserialize;

use crate::client::{JiraClient, Request};
use crate::errors::{self, About};
use crate::wire::Id;

/// Without it Jira takes an upload for a forgery.
const NO_CHECK: HeaderName = HeaderName::from_static("x-atlassian-token");

impl JiraClient {
    /// The bytes of an attachment (`getAttachmentContent`): at most `size` of them. Where Jira sends
    /// us to its media host although we ask it not to, we go there once, without our credentials.
    pub async fn download(
        &self,
        id: &str,
        size: u64,
    ) -> Result<impl Stream<Item = Result<Bytes, Fault>> + Send + use<>, Fault> {
        let request = self
            .get("attachment.content", &["attachment", "content", id])
            .about_file()
            .query("redirect", "false");
        let mut opened = self.open(raw(self.call(&request)?), size).await?;
        if let Opened::Refused(answer) = &opened
            && answer.status.is_redirection()
        {
            let elsewhere = elsewhere(&request, answer)?;
            let call = Call::new(Peer::Jira, "attachment.media", Method::GET, elsewhere);
            opened = self.open(raw(call), size).await?;
        }
        match opened {
            Opened::Stream(file) => {
                errors::not_anonymous(file.header(errors::LOGIN_REASON))?;
                Ok(file.pieces().map_err(|error| errors::of_transport(&error)))
            }
            Opened::Refused(answer) => Err(errors::of_answer(About::File, &answer)),
        }
    }

    /// Attaches a file of exactly `size` bytes to an issue (`addAttachment`) and gives its id. Never
    /// repeated by itself: after a lost answer look at the issue's attachments.
    pub async fn attach(
        &self,
        issue: &str,
        (filename, size): (&str, u64),
        bytes: impl Stream<Item = Result<Bytes, Fault>> + Send + 'static,
    ) -> Result<String, Fault> {
        #[derive(Deserialize)]
        struct Added {
            id: Id,
        }
        let request = self.post("attachment.add", &["issue", issue, "attachments"]).about_issue();
        let call = self.call(&request)?.header(NO_CHECK, HeaderValue::from_static("no-check"));
        let upload = Upload { entity: None, part: "file", filename: filename.to_owned(), size };
        let answer = errors::judge(About::Issue, self.http().upload(call, upload, bytes).await)?;
        let added: Vec<Added> = errors::decode("attachment.add", &answer)?;
        let first = added.into_iter().next();
        Ok(first.ok_or_else(|| errors::bad_answer("an upload was answered with no file"))?.id.0)
    }

    /// The largest attachment that the site takes, in bytes (`getAttachmentMeta`); none where
    /// attachments are switched off.
    pub async fn attachment_limit(&self) -> Result<Option<u64>, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Meta {
            enabled: bool,
            #[serde(default)]
            upload_limit: u64,
        }
        let meta: Meta = self.json(self.get("attachment.meta", &["attachment", "meta"])).await?;
        Ok(meta.enabled.then_some(meta.upload_limit))
    }

    async fn open(&self, call: Call, size: u64) -> Result<Opened, Fault> {
        self.http().open(call, size).await.map_err(|error| errors::of_transport(&error))
    }
}

/// The call, for bytes as they are.
fn raw(call: Call) -> Call {
    call.header(header::ACCEPT, HeaderValue::from_static("*/*"))
        .header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"))
}

/// Where an answer sends us: an address that holds a token, so it is not quoted.
fn elsewhere(request: &Request, answer: &Answer) -> Result<Url, Fault> {
    let location = answer.header(header::LOCATION.as_str());
    let url = location.and_then(|location| request.url().join(location).ok());
    url.ok_or_else(|| Fault::new(Code::JiraBadAnswer, "a redirect that leads nowhere"))
}
