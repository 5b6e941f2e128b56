//! The catalogue: every error that Lockstep reports has one permanent code, and the code says what
//! class it is, what it means and what an administrator can do about it. The one table of its kind.

#[macro_use]
mod entry;

use serde::{Deserialize, Serialize};

pub use entry::Entry;

use crate::fault::Class;

catalogue! {
    // Salesforce
    SfSessionExpired "LS-SF-001" Unauthorized "Salesforce refused a fresh session"
        "A new access token was refused as expired or invalid."
        "Check that the external client app's Run As user is active and may use the API, then test the connection again.";
    SfWrongHost "LS-SF-002" Unauthorized "This host does not serve client credentials"
        "The login URL is login.salesforce.com, test.salesforce.com or a set-up host; the client-credentials flow works on My Domain only."
        "Use the org's My Domain as login URL: https://<name>.my.salesforce.com (Setup, My Domain).";
    SfNoRunAsUser "LS-SF-003" Unauthorized "No client credentials user enabled"
        "The external client app has no Run As user, or the client-credentials flow is off."
        "In the app's policies enable the client credentials flow and choose a Run As user.";
    SfUnknownClient "LS-SF-004" Unauthorized "Salesforce does not know this client id"
        "The consumer key is wrong, belongs to another org, or the app is not active everywhere yet."
        "Copy the consumer key again; a new app can take some minutes to become known.";
    SfWrongSecret "LS-SF-005" Unauthorized "Salesforce refused the client secret"
        "The consumer secret does not belong to this consumer key."
        "Copy the consumer secret again, or rotate it in the app's settings, and save the connection.";
    SfScopeRefused "LS-SF-006" Unauthorized "Scope parameter not supported, or too many scopes requested"
        "The token endpoint refused the scopes that the app asks for."
        "Give the external client app one scope, \"Manage user data via APIs (api)\", and retry.";
    SfNotApproved "LS-SF-007" Unauthorized "The Run As user may not use this app"
        "The app admits pre-authorised users only and the Run As user is not one of them."
        "Assign the app's permission set or profile to the Run As user.";
    SfApiDisabled "LS-SF-008" Unauthorized "The REST API is not enabled"
        "The org's edition has no API, or the Run As user lacks API Enabled."
        "Give the Run As user the permission API Enabled; check that the edition includes the API.";
    SfOtherOrg "LS-SF-009" Unauthorized "The login now leads to another org"
        "The org id differs from the one that this connection was made with, as after a sandbox refresh."
        "Make a new connection for the new org; links of the old one are kept.";
    SfAuth "LS-SF-010" Unauthorized "Salesforce refused the login"
        "The token endpoint refused the credentials for a reason of its own."
        "Read the reason, mend the external client app's settings, and test the connection again.";
    SfDailyLimit "LS-SF-020" Throttled "The org's daily API limit is spent"
        "Salesforce answers REQUEST_LIMIT_EXCEEDED for all callers of the org until the 24-hour window moves."
        "Nothing is lost: work goes on when calls are free again. Lower the sweep rate or buy calls if it recurs.";
    SfConcurrent "LS-SF-021" Throttled "Too many long Salesforce requests at once"
        "The org has its limit of requests that run for 20 seconds or more."
        "Nothing is lost: Lockstep waits and retries. Look for slow triggers and flows if it recurs.";
    SfRowLocked "LS-SF-030" Transient "The record is locked by another transaction"
        "Another writer holds the row or its parent (UNABLE_TO_LOCK_ROW)."
        "Lockstep retries by itself. If it persists, look for a job that updates the same parent.";
    SfUnavailable "LS-SF-031" Transient "Salesforce did not answer properly"
        "A server error, a time-out, a broken connection or a maintenance page."
        "Lockstep retries by itself. See status.salesforce.com if it persists.";
    SfChangedMeanwhile "LS-SF-032" Transient "The record changed while it was being written"
        "Somebody saved the record after it was read, so nothing was written."
        "Lockstep reads both sides again and plans anew; nothing to do.";
    SfRecordGone "LS-SF-040" Rejected "The record is deleted or not visible"
        "The record does not exist, is in the recycle bin, or the Run As user may not see it."
        "Restore or share the record, or unlink the issue.";
    SfNoAccess "LS-SF-041" Rejected "The Run As user may not do this"
        "Salesforce refused for lack of rights on the record, the object or a related one."
        "Give the Run As user read and edit rights on the object and its fields.";
    SfUnknownField "LS-SF-042" Rejected "Salesforce does not know a mapped field"
        "The field was deleted or renamed, or field-level security hides it from the Run As user."
        "Make the field visible to the Run As user, or change the mapping.";
    SfReadOnlyField "LS-SF-043" Rejected "A mapped Salesforce field cannot be written"
        "It is a formula, a roll-up, an audit field, or read-only for the Run As user."
        "Let Salesforce own this mapping, or give the Run As user edit access to the field.";
    SfRequiredField "LS-SF-044" Rejected "Salesforce requires a field that is empty"
        "A required field of the record would be emptied or is missing."
        "Fill the field, or map a Jira field that is always filled.";
    SfTooLong "LS-SF-045" Rejected "The value is too long for the Salesforce field"
        "The text has more characters than the field holds."
        "Shorten the text in Jira, or map a longer field.";
    SfPicklist "LS-SF-046" Rejected "The value is not in the Salesforce picklist"
        "The picklist is restricted and does not offer this value (for this record type)."
        "Add the value to the picklist or choose another one in Jira.";
    SfValidation "LS-SF-047" Rejected "A Salesforce validation rule refused the change"
        "A rule that the org's administrators wrote refused the record as it would be."
        "Read the rule's own message; change the value, or the rule.";
    SfAutomation "LS-SF-048" Rejected "Salesforce automation failed"
        "A trigger or flow of the org failed while the record was saved."
        "Show the message to whoever maintains the trigger or flow.";
    SfDuplicate "LS-SF-049" Rejected "Salesforce found a duplicate"
        "A unique field or a duplicate rule refused the record."
        "Resolve the duplicate in Salesforce or relax the rule for the Run As user.";
    SfBadValue "LS-SF-050" Rejected "Salesforce refused a value"
        "The value has a form that the field does not accept."
        "Read the message and correct the value in Jira.";
    SfStorage "LS-SF-051" Rejected "The org's storage is full"
        "Salesforce refuses new data (STORAGE_LIMIT_EXCEEDED)."
        "Free or buy storage, then retry.";
    SfConverted "LS-SF-052" Rejected "The lead was converted"
        "A converted lead is read-only; what changes in Jira no longer reaches it."
        "Link the issue with the contact or opportunity that the lead became, and take this link apart.";
    SfMerged "LS-SF-053" Rejected "The record was merged into another one"
        "Salesforce kept the other record, and that one has a link of its own."
        "Close one of the two issues as a duplicate, and take this link apart.";
    SfConvertedStays "LS-SF-054" Rejected "The lead was converted, and its link could not follow"
        "The item follows conversions, but nothing that the lead became can take the issue."
        "Apply an item of that object with the same connections, project and issue type, or unlink its record; then refresh the link.";
    SfRefused "LS-SF-059" Rejected "Salesforce refused the request"
        "Salesforce gave a code that the catalogue does not list."
        "Read the message; if it is not the data's fault, report it with this code.";
    SfBadRequest "LS-SF-060" Broken "Lockstep sent Salesforce a request it cannot read"
        "A malformed query, id or body: a defect of Lockstep, or a configuration that slipped through."
        "Report it with the correlation id; replay the dead letter after an upgrade.";
    SfBadAnswer "LS-SF-061" Transient "Salesforce answered something that is not its API"
        "HTML or another content type where JSON was expected: maintenance, a proxy or a wrong host."
        "Check the login URL and any proxy between; Lockstep retries by itself.";
    // Jira
    JiraUnauthorized "LS-JR-001" Unauthorized "Jira refused the credentials"
        "The e-mail address or API token is wrong, expired or revoked."
        "Make a new API token for the integration user and save it in the connection.";
    JiraScope "LS-JR-002" Unauthorized "The token lacks a scope"
        "Jira answers that the token's scopes do not cover this operation."
        "Add the scope to the app or token and authorise it again; a new scope needs a new token.";
    JiraAnonymous "LS-JR-003" Unauthorized "Jira treats Lockstep as anonymous"
        "The credentials were dropped and the request was served without a user."
        "Check e-mail address and API token of the connection.";
    JiraThrottled "LS-JR-020" Throttled "Jira asks for fewer calls"
        "One of Jira's rate limits is reached; it says how long to wait."
        "Nothing is lost: Lockstep waits. If it recurs, look for other apps that share the limit.";
    JiraUnavailable "LS-JR-030" Transient "Jira did not answer properly"
        "A server error, a time-out or a broken connection."
        "Lockstep retries by itself. See status.atlassian.com if it persists.";
    JiraConflict "LS-JR-031" Transient "The issue changed while it was being written"
        "Jira reports a conflicting update."
        "Lockstep reads both sides again and plans anew; nothing to do.";
    JiraIssueGone "LS-JR-040" Rejected "The issue is deleted or not visible"
        "Jira answers alike for an issue that does not exist and one that the user may not see."
        "Restore the issue or give the integration user Browse projects, or unlink the record.";
    JiraNoPermission "LS-JR-041" Rejected "The integration user may not do this in Jira"
        "A Jira permission is missing; more scopes cannot help."
        "Give the integration user the project role that may do this.";
    JiraFieldNotOnScreen "LS-JR-042" Rejected "The Jira field cannot be set"
        "It is not on the screen of this issue type, or unknown."
        "Add the field to the issue type's create and edit screens, or change the mapping.";
    JiraRequiredField "LS-JR-043" Rejected "Jira requires a field that is empty"
        "The create screen or a validator of the workflow requires it."
        "Map a Salesforce field that is always filled, or give the Jira field a default.";
    JiraTooLong "LS-JR-044" Rejected "The value is too long for the Jira field"
        "The text has more characters than the field holds."
        "Shorten the text in Salesforce, or map a longer field.";
    JiraOption "LS-JR-045" Rejected "The value is not an option of the Jira field"
        "The field does not offer this option (in this project)."
        "Add the option to the Jira field or choose another value in Salesforce.";
    JiraValue "LS-JR-046" Rejected "Jira refused a value"
        "The value has a form that the field does not accept."
        "Read the message and correct the value in Salesforce.";
    JiraLimit "LS-JR-047" Rejected "The issue is full"
        "A limit per issue is reached: comments, attachments, links."
        "Start a new issue, or clear what the issue no longer needs.";
    JiraConfiguration "LS-JR-048" Rejected "Jira's configuration refuses the change"
        "Jira answers that the project's or workflow's configuration does not permit it."
        "Read the message and show it to the project's administrator.";
    JiraNotFound "LS-JR-049" Rejected "Jira does not find the project or issue type"
        "It does not exist, or the integration user may not see it."
        "Check the item's project key and issue type, and give the integration user Browse projects.";
    IssueMoved "LS-JR-050" Rejected "The issue has left the item's project"
        "It was moved, so it has another key. The link goes on by the issue's id, and sweeps ask for it by that."
        "Nothing to do if that is meant; else move it back, or link the record with another issue.";
    JiraJql "LS-JR-051" Rejected "Jira does not understand the item's JQL"
        "A field, a function or the grammar of `auto_create.from_jira.jql` is wrong."
        "Try the JQL in Jira's issue search, without ORDER BY, and apply the item again.";
    JiraRefused "LS-JR-059" Rejected "Jira refused the request"
        "Jira gave a reason that the catalogue does not list."
        "Read the message; if it is not the data's fault, report it with this code.";
    JiraBadRequest "LS-JR-060" Broken "Lockstep sent Jira a request it cannot read"
        "A removed operation or a malformed request: a defect of Lockstep."
        "Report it with the correlation id; replay the dead letter after an upgrade.";
    JiraBadAnswer "LS-JR-061" Transient "Jira answered something that is not its API"
        "HTML or another content type where JSON was expected: a login page, a proxy or a wrong host."
        "Check the site address and any proxy between; Lockstep retries by itself.";
    // Conversions and decisions
    ConvertType "LS-MD-001" Rejected "The value does not fit the other side's type"
        "The value cannot be written as the type of the field on the other side."
        "Correct the value, or map fields of types that convert.";
    ConvertTooLong "LS-MD-002" Rejected "The value is too long for the other side"
        "The text has more characters than the other side's field holds. It was not cut."
        "Shorten the text, or map a longer field.";
    ConvertOption "LS-MD-003" Rejected "The other side does not offer this option"
        "No option of the other side's field has this name."
        "Add the option on the other side, or choose another value.";
    ConvertDigits "LS-MD-004" Rejected "The number does not fit the other side's field"
        "It has more digits than the field's precision allows."
        "Correct the number, or widen the field.";
    ConvertLabel "LS-MD-005" Rejected "A label cannot hold blanks"
        "Jira labels are words without blanks."
        "Use a value without blanks, or map a multi-select field.";
    FieldUnwritable "LS-MD-006" Rejected "The field on the other side cannot be written"
        "By its metadata the field is read-only, or of a type that Lockstep only shows."
        "Let the other side own this mapping, or map another field.";
    FieldMissing "LS-MD-007" Rejected "A mapped field is no longer there"
        "One side's metadata does not list the field any more."
        "Make the field visible to the integration user, or change the mapping.";
    OwnedByOtherSide "LS-MD-008" Rejected "Changed on the side that does not own it"
        "The mapping's owner is the other side, so this change does not flow."
        "Change it on the owning side, or let both sides own the mapping.";
    FieldOffScreen "LS-MD-009" Rejected "The field is not on the issue's edit screen"
        "When the item was applied, the edit screen of the issue type did not have this field."
        "Put the field on the edit screen and apply the item again, or map another field.";
    ConvertScale "LS-MD-010" Rejected "The number has more digits after the point than fit"
        "Salesforce would round the number, and the mapping does not allow that."
        "Set `round: true` in the mapping, or map a field with more digits after the point.";
    ConvertUnmapped "LS-MD-011" Rejected "The value is in no pair of the mapping's value map"
        "The map leaves values alone that it does not name."
        "Add the value to the mapping's `values.map`, or say in `values.otherwise` what becomes of others.";
    ConvertTemplate "LS-MD-012" Rejected "The template cannot be filled"
        "A field that it names is not shown, or what it makes of the fields is no text."
        "Read the reason and correct the mapping's `template`.";
    ConvertShortened "LS-MD-013" Rejected "A text was shortened"
        "It is longer than the other side's field, and the mapping allows to shorten it: it ends with an ellipsis."
        "Nothing to do; read the whole text on the side where it was written, or map a longer field.";
    ConvertUser "LS-MD-014" Rejected "Nobody on the other side is known to be this person"
        "Neither the item's `users` nor an e-mail address that both sides show tells who it is; the other side is left alone."
        "Add the person to the item's `users`, and apply the item again where somebody is new.";
    StatusNoMatch "LS-MD-020" Rejected "No status on the other side belongs with this one"
        "Neither the item's status map, nor the name, nor open or closed finds a partner."
        "Add the pair to the item's status map.";
    StatusNoTransition "LS-MD-021" Rejected "The workflow does not lead there from here"
        "No transition, nor several in a row, leads from the issue's status to one that belongs there; nothing was forced."
        "Add the transition to the workflow, give the integration user the right to it, or change the status map.";
    StatusScreen "LS-MD-022" Rejected "The transition asks for a field"
        "The transition's screen requires a field that the item does not fill."
        "Set `status.resolution` or `status.fields` in the item, map a field to it, or take it off the transition's screen.";
    RuleUnknown "LS-MD-023" Rejected "The rule cannot be judged"
        "Salesforce does not show a field that the rule's condition needs, so the issue was left where it is."
        "Let the Run As user see the field, or change the rule.";
    RuleSkipped "LS-MD-024" Rejected "Auto-create skipped the record"
        "The record does not meet the rule's condition, and issues are created only for those that do."
        "Nothing to do if that is meant; set `rule.create_when_not_met: true` to create issues for all.";
    ConflictHeld "LS-MD-025" Rejected "Both sides changed it, and a person decides"
        "The mapping's policy is `hold`: neither side is written until somebody decides, or both agree."
        "`lockstep conflict resolve LINK FIELD --take salesforce` (or `jira`), or make both sides agree.";
    CommentCut "LS-MD-030" Rejected "A comment was shortened"
        "The comment has more than the other side takes; the copy ends with a note that says so."
        "Read the whole comment on the side where it was written, or set `comments.long: split`.";
    CommentBrake "LS-MD-031" Rejected "Too many comments are gone at once"
        "So many comments of one link are deleted on one side that it may be a mistake; their copies were left alone."
        "Bring them back; if they were meant to go, `lockstep item let-deletes NAME` lets them through for an hour.";
    CommentLocked "LS-MD-032" Rejected "The copy of a comment may not be changed"
        "The integration user lacks the right to change or delete its own comment on that side."
        "Give it Modify All on Case (Salesforce), Edit and Delete Own Comments (Jira), or ignore edits and deletes.";
    CommentItemBrake "LS-MD-033" Rejected "Too many comments of the item are gone at once"
        "Within an hour so many comments of the item's links were deleted that it may be a mistake; the copies that are left stay."
        "Bring them back; if they were meant to go, `lockstep item let-deletes NAME` lets them through for an hour.";
    MatchAmbiguous "LS-MD-040" Rejected "Several issues hold the record's key"
        "The item recognises existing issues by a key, and more than one issue holds this one."
        "Make the key unique in Jira, or link the right issue by hand; then no issue is created.";
    FileTooBig "LS-MD-050" Rejected "A file is too big to be copied"
        "It is larger than the ceiling of the item."
        "Raise `files.max_mb` in the item, or hand the file over by other means.";
    FileEmpty "LS-MD-051" Rejected "A file without bytes is not copied"
        "Salesforce takes no file of zero bytes."
        "Look at the file where it stands: its upload may have failed.";
    FileGone "LS-MD-052" Rejected "A file is no longer there"
        "It was deleted, or hidden from the integration user, after it was listed."
        "Nothing to do if it was deleted; otherwise give the integration user access to it.";
    FileChanged "LS-MD-053" Rejected "A file is not what its side announced"
        "Its bytes have another size or checksum than it shows; the copy was broken off before it was made."
        "Look at the file where it stands; a refresh of the link offers it once more.";
    // Our own house
    HostRefused "LS-LS-001" Broken "The host is not on the allow-list"
        "Lockstep only talks to the vendors' hosts (and to loopback where that was allowed)."
        "Correct the connection's address. For simulators set LOCKSTEP_ALLOW_LOOPBACK=true.";
    PoisonJob "LS-LS-002" Broken "A job cannot be read"
        "The message in the queue is not a job of this version."
        "Discard it, or replay it after an upgrade.";
    Panicked "LS-LS-003" Broken "A job made the worker panic"
        "A defect of Lockstep."
        "Report it with the correlation id; replay the dead letter after an upgrade.";
    LadderSpent "LS-LS-004" Broken "Given up after many attempts"
        "The fault did not pass while the retry ladder lasted."
        "Mend the cause that the letter names, then replay it.";
    StoreUnavailable "LS-LS-010" Transient "Postgres did not answer"
        "The database is away, restarting or overloaded."
        "Lockstep retries by itself; check the database if it persists.";
    StoreInconsistent "LS-LS-011" Broken "The database holds something unexpected"
        "A row that cannot be read, or a change that touched another number of rows than it must."
        "Check that all processes run the same version and `lockstep migrate` has run; report it otherwise.";
    BrokerUnavailable "LS-LS-012" Transient "RabbitMQ did not confirm"
        "The broker is away, blocked or without a majority."
        "Lockstep retries by itself; check the broker if it persists.";
    SecretUnreadable "LS-LS-013" Unauthorized "A stored secret cannot be opened"
        "The key that sealed it is not among the configured keys."
        "Start Lockstep with the key that sealed it, or save the connection's secret again.";
    LeaseLost "LS-LS-014" Transient "Another worker has taken over this link"
        "The lease ran out before the work was done; nothing was committed."
        "Nothing to do: the other worker finishes it.";
    ConnectionPaused "LS-LS-015" Transient "The connection is paused"
        "It was paused by a person or for a credential that must be mended."
        "Mend the credential, then `lockstep connect test NAME` resumes it.";
    EffectUnsettled "LS-LS-016" Transient "Not yet known whether a write arrived"
        "The answer to a write was lost; the other side is asked before anything is tried again."
        "Nothing to do: Lockstep looks before it repeats.";
    NotLinked "LS-LS-017" Rejected "There is no such link, item or record"
        "The job names something that was deleted meanwhile."
        "Nothing to do.";
    LinkTaken "LS-LS-018" Rejected "Record or issue is linked already"
        "Under one item a record has one issue, and an issue has one record."
        "Use the link that is there, or unlink it first: in the panel of its issue, in the console, or with `lockstep link remove`.";
    OutOfScope "LS-LS-019" Rejected "Record or issue is outside the item's scope"
        "An item links records of its object with issues of its project and issue type."
        "Choose a record and an issue of the item's scope, or link them under another item.";
    LinkAutoManaged "LS-LS-020" Rejected "An auto-managed link cannot be removed by hand"
        "The item's auto-create made it and would make it again."
        "Delete the record or the issue, or change the item; then the link can be removed.";
    NotInStep "LS-LS-021" Rejected "The link is not kept in step now"
        "Its item is paused or only displays, or record and issue were taken apart: nothing is written."
        "Resume the item, or link the two again, and ask again.";
    // Who signs in, and who opens the panel
    PanelToken "LS-ID-001" Rejected "The panel's invocation token was refused"
        "It is no token, or none of the keys that Forge publishes signed it."
        "Reload the issue. If it persists, check that no proxy changes the Authorization header of the panel's calls.";
    PanelExpired "LS-ID-002" Rejected "The panel's invocation token has expired"
        "It holds for less than a minute, and this machine's clock says that it is over or has not begun."
        "Reload the issue. If everybody meets it, set this machine's clock.";
    PanelOtherApp "LS-ID-003" Rejected "The panel belongs to another app"
        "The token was made for an app other than the one that this console serves."
        "Set LOCKSTEP_FORGE_APP to the app id in the manifest that was deployed.";
    PanelContext "LS-ID-004" Rejected "The panel does not say what it shows"
        "The token names no issue, no person or no site, or it comes from another module than the issue panel."
        "Deploy the manifest of this version again and open the panel on an issue.";
    IssuerKeys "LS-ID-010" Transient "The keys of an issuer cannot be read"
        "A token can only be checked with the keys that its issuer publishes, and their address does not answer."
        "Check that this machine reaches the address over https; what was read before is used for a day.";
    OidcProvider "LS-ID-020" Transient "The identity provider does not answer properly"
        "Its discovery document or token endpoint is away, unreadable, or names another issuer than the one configured."
        "Open LOCKSTEP_OIDC_ISSUER followed by /.well-known/openid-configuration: its `issuer` must read as configured.";
    OidcBegun "LS-ID-021" Rejected "The sign-in was not begun here, or took too long"
        "The state that came back belongs to no sign-in of the last ten minutes in this browser."
        "Begin again from the console's sign-in page.";
    OidcDenied "LS-ID-022" Rejected "The identity provider did not sign the person in"
        "It sent the browser back with a reason of its own instead of a code."
        "Read the reason; whoever runs the identity provider can give the person access to this application.";
    OidcClient "LS-ID-023" Rejected "The identity provider does not know this console"
        "It refused the client id and secret, or the address to return to."
        "Check LOCKSTEP_OIDC_CLIENT_ID and its secret, and register the console's address with the path /login/oidc/callback.";
    OidcCode "LS-ID-024" Rejected "The identity provider refused the code"
        "A code is good once and for a short time; it was used, ran out, or belongs to another sign-in."
        "Begin again from the console's sign-in page.";
    OidcToken "LS-ID-025" Rejected "The identity token was refused"
        "It is signed by nobody known, for somebody else, for another sign-in, or at another time."
        "Begin again. If everybody meets it, check this machine's clock and LOCKSTEP_OIDC_ISSUER and LOCKSTEP_OIDC_CLIENT_ID.";
    OidcNoRole "LS-ID-026" Rejected "The person has no role here"
        "None of the groups that the identity provider tells leads to a role."
        "Add the person to a group that LOCKSTEP_OIDC_ROLES names, or name one of the person's groups there.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    // F-333
    #[test]
    fn ids_are_unique_and_lead_back() {
        let ids: BTreeSet<_> = Code::ALL.iter().map(|code| code.id()).collect();
        assert_eq!(ids.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(Code::from_id(code.id()), Some(*code));
            let json = serde_json::to_value(code).expect("json");
            assert_eq!(json, code.id());
        }
    }

    // F-204
    #[test]
    fn complaint_38_every_row_says_what_to_do() {
        for code in Code::ALL {
            let entry = code.entry();
            assert!(entry.remedy.ends_with('.') && entry.meaning.ends_with('.'), "{}", entry.id);
        }
    }
}
