//! Names operations for the call log and for fault rules.

use axum::http::Method;

/// (method, path below the base, name); `*` stands for one segment.
const OPERATIONS: &[(&str, &str, &str)] = &[
    ("POST", "/rest/api/3/issue", "jira.issue.create"),
    ("POST", "/rest/api/3/issue/bulk", "jira.issue.bulk_create"),
    ("POST", "/rest/api/3/issue/bulkfetch", "jira.issue.bulk_fetch"),
    ("GET", "/rest/api/3/issue/*", "jira.issue.get"),
    ("PUT", "/rest/api/3/issue/*", "jira.issue.edit"),
    ("DELETE", "/rest/api/3/issue/*", "jira.issue.delete"),
    ("GET", "/rest/api/3/issue/*/editmeta", "jira.issue.editmeta"),
    ("GET", "/rest/api/3/issue/createmeta/*/issuetypes", "jira.createmeta.types"),
    ("GET", "/rest/api/3/issue/createmeta/*/issuetypes/*", "jira.createmeta.fields"),
    ("GET", "/rest/api/3/issue/*/transitions", "jira.transitions.get"),
    ("POST", "/rest/api/3/issue/*/transitions", "jira.transitions.do"),
    ("GET", "/rest/api/3/issue/*/changelog", "jira.changelog.get"),
    ("POST", "/rest/api/3/issue/*/changelog/list", "jira.changelog.list"),
    ("POST", "/rest/api/3/changelog/bulkfetch", "jira.changelog.bulk_fetch"),
    ("GET", "/rest/api/3/issue/*/comment", "jira.comment.list"),
    ("POST", "/rest/api/3/issue/*/comment", "jira.comment.add"),
    ("GET", "/rest/api/3/issue/*/comment/*", "jira.comment.get"),
    ("PUT", "/rest/api/3/issue/*/comment/*", "jira.comment.update"),
    ("DELETE", "/rest/api/3/issue/*/comment/*", "jira.comment.delete"),
    ("GET", "/rest/api/3/issue/*/worklog", "jira.worklog.list"),
    ("POST", "/rest/api/3/issue/*/worklog", "jira.worklog.add"),
    ("GET", "/rest/api/3/issue/*/worklog/*", "jira.worklog.get"),
    ("PUT", "/rest/api/3/issue/*/worklog/*", "jira.worklog.update"),
    ("DELETE", "/rest/api/3/issue/*/worklog/*", "jira.worklog.delete"),
    ("GET", "/rest/api/3/comment/*/properties", "jira.comment_property.keys"),
    ("GET", "/rest/api/3/comment/*/properties/*", "jira.comment_property.get"),
    ("PUT", "/rest/api/3/comment/*/properties/*", "jira.comment_property.set"),
    ("DELETE", "/rest/api/3/comment/*/properties/*", "jira.comment_property.delete"),
    ("GET", "/rest/api/3/issue/*/properties", "jira.issue_property.keys"),
    ("GET", "/rest/api/3/issue/*/properties/*", "jira.issue_property.get"),
    ("PUT", "/rest/api/3/issue/*/properties/*", "jira.issue_property.set"),
    ("DELETE", "/rest/api/3/issue/*/properties/*", "jira.issue_property.delete"),
    ("GET", "/rest/api/3/issue/*/watchers", "jira.watchers.get"),
    ("POST", "/rest/api/3/issue/*/watchers", "jira.watchers.add"),
    ("DELETE", "/rest/api/3/issue/*/watchers", "jira.watchers.remove"),
    ("GET", "/rest/api/3/issue/*/remotelink", "jira.remotelink.list"),
    ("POST", "/rest/api/3/issue/*/remotelink", "jira.remotelink.upsert"),
    ("DELETE", "/rest/api/3/issue/*/remotelink", "jira.remotelink.delete"),
    ("GET", "/rest/api/3/issue/*/remotelink/*", "jira.remotelink.get"),
    ("DELETE", "/rest/api/3/issue/*/remotelink/*", "jira.remotelink.delete"),
    ("POST", "/rest/api/3/issueLink", "jira.issue_link.create"),
    ("GET", "/rest/api/3/issueLink/*", "jira.issue_link.get"),
    ("DELETE", "/rest/api/3/issueLink/*", "jira.issue_link.delete"),
    ("GET", "/rest/api/3/issueLinkType", "jira.issue_link.types"),
    ("POST", "/rest/api/3/issue/*/attachments", "jira.attachment.add"),
    ("GET", "/rest/api/3/attachment/meta", "jira.attachment.meta"),
    ("GET", "/rest/api/3/attachment/*", "jira.attachment.get"),
    ("DELETE", "/rest/api/3/attachment/*", "jira.attachment.delete"),
    ("GET", "/rest/api/3/attachment/content/*", "jira.attachment.content"),
    ("GET", "/_media/*", "jira.attachment.media"),
    ("GET", "/rest/api/3/search/jql", "jira.search"),
    ("POST", "/rest/api/3/search/jql", "jira.search"),
    ("POST", "/rest/api/3/search/approximate-count", "jira.search.count"),
    ("POST", "/rest/api/3/jql/parse", "jira.jql.parse"),
    ("POST", "/rest/api/3/jql/match", "jira.jql.match"),
    ("GET", "/rest/api/3/myself", "jira.myself"),
    ("GET", "/rest/api/3/mypermissions", "jira.mypermissions"),
    ("GET", "/rest/api/3/user", "jira.user.get"),
    ("GET", "/rest/api/3/user/search", "jira.user.search"),
    ("GET", "/rest/api/3/user/assignable/search", "jira.user.assignable"),
    ("GET", "/rest/api/3/field", "jira.field.list"),
    ("GET", "/rest/api/3/status", "jira.status.list"),
    ("GET", "/rest/api/3/statuses/search", "jira.status.search"),
    ("GET", "/rest/api/3/project/search", "jira.project.search"),
    ("GET", "/rest/api/3/project/*", "jira.project.get"),
    ("GET", "/rest/api/3/project/*/statuses", "jira.project.statuses"),
    ("POST", "/rest/api/3/workflows/preview", "jira.workflow.preview"),
    ("GET", "/rest/api/3/webhook", "jira.webhook.list"),
    ("POST", "/rest/api/3/webhook", "jira.webhook.register"),
    ("DELETE", "/rest/api/3/webhook", "jira.webhook.delete"),
    ("PUT", "/rest/api/3/webhook/refresh", "jira.webhook.refresh"),
    ("POST", "/oauth/token", "jira.oauth.token"),
    ("GET", "/.well-known/jwks.json", "jira.forge.keys"),
    ("GET", "/rest/api/3/serverInfo", "jira.server_info"),
];

/// The operation's name, or `jira.other`.
pub fn operation(method: &Method, path: &str) -> &'static str {
    let path = behind_gateway(path).unwrap_or(path);
    let mut found = None;
    for (verb, pattern, name) in OPERATIONS {
        if *verb == method.as_str() && fits(pattern, path) {
            // A literal path beats one with stars.
            if !pattern.contains('*') {
                return name;
            }
            found = found.or(Some(*name));
        }
    }
    found.unwrap_or("jira.other")
}

/// The path behind `/ex/jira/{cloudId}`.
pub(super) fn behind_gateway(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/ex/jira/")?;
    rest.find('/').map(|at| &rest[at..])
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(segment), Some(other)) if segment == "*" || segment == other => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_named() {
        for (method, path, name) in [
            (Method::GET, "/rest/api/3/issue/SUP-1", "jira.issue.get"),
            (Method::POST, "/rest/api/3/issue/bulk", "jira.issue.bulk_create"),
            (Method::GET, "/ex/jira/c/rest/api/3/myself", "jira.myself"),
            (Method::GET, "/rest/api/3/attachment/meta", "jira.attachment.meta"),
            (Method::GET, "/rest/api/3/project/search", "jira.project.search"),
            (Method::GET, "/favicon.ico", "jira.other"),
        ] {
            assert_eq!(operation(&method, path), name, "{path}");
        }
    }
}
