"""Drives the Jira simulator with the `jira` package. Arguments: base URL, e-mail, API token, project, issue type."""

import datetime
import io
import sys
import time

from jira import JIRA, JIRAError

from cases import case, refused, run


def doc(text):
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]}


class World:
    def __init__(self, url, email, token, project, issue_type):
        self.url, self.email, self.token, self.project, self.issue_type = url, email, token, project, issue_type
        self.jira = self.login(token)
        self.meta = {}
        self.issue = None

    def login(self, token):
        return JIRA(self.url, basic_auth=(self.email, token), options={"rest_api_version": "3"}, max_retries=0)

    def required(self):
        """Values for the required fields that have no default, from the create metadata."""
        values = {}
        for field in self.meta.values():
            if not field["required"] or field["hasDefaultValue"] or field["fieldId"] in ("summary", "project", "issuetype", "reporter"):
                continue
            allowed = field.get("allowedValues")
            values[field["fieldId"]] = {"id": allowed[0]["id"]} if allowed else doc("x") if field["fieldId"] == "description" else "x"
        return values

    def fields(self, **more):
        return {"project": {"key": self.project}, "issuetype": {"name": self.issue_type}, **self.required(), **more}

    def of_type(self, kind):
        found = [f for f in self.meta.values() if f["schema"]["type"] == kind and f["fieldId"].startswith("customfield_")]
        assert found, f"no custom field of type {kind} on the create screen"
        return found[0]

    def of_custom(self, name):
        found = [f for f in self.meta.values() if f["schema"].get("custom", "").endswith(":" + name)]
        assert found, f"no custom field of type {name} on the create screen"
        return found[0]


def errors(error):
    return error.response.json()["errors"]


@case
def server_is_a_cloud(world):
    assert world.jira.server_info()["deploymentType"] == "Cloud"


@case
def myself(world):
    me = world.jira.myself()
    assert me["accountId"] and me["displayName"] and me["timeZone"] and me["active"] is True, me


@case
def wrong_token_is_401(world):
    stranger = JIRA(world.url, basic_auth=(world.email, "wrong"), options={"rest_api_version": "3"}, max_retries=0, get_server_info=False)
    assert refused(JIRAError, stranger.myself).status_code == 401


@case
def fields_and_statuses(world):
    fields = {f["id"]: f for f in world.jira.fields()}
    assert fields["summary"]["schema"]["type"] == "string" and fields["summary"]["custom"] is False
    assert any(f["custom"] for f in fields.values())
    assert {"new", "indeterminate", "done"} <= {s.statusCategory.key for s in world.jira.statuses()}


@case
def create_metadata(world):
    # The package's own methods for these resources refuse to speak to a cloud, so they are asked by path.
    path = f"issue/createmeta/{world.project}/issuetypes"
    kind = next(t for t in world.jira._get_json(path)["issueTypes"] if t["name"] == world.issue_type)
    page = world.jira._get_json(f"{path}/{kind['id']}", params={"maxResults": 200})
    world.meta = {f["fieldId"]: f for f in page["fields"]}
    assert world.meta["summary"]["required"] is True and len(page["fields"]) == page["total"]
    small = world.jira._get_json(f"{path}/{kind['id']}", params={"startAt": 2, "maxResults": 3})
    assert [f["fieldId"] for f in small["fields"]] == [f["fieldId"] for f in page["fields"][2:5]], "pages by startAt"


@case
def create_and_read_every_kind_of_field(world):
    option, many, number = world.of_custom("select"), world.of_custom("multiselect"), world.of_custom("float")
    day, moment, text = world.of_custom("datepicker"), world.of_custom("datetime"), world.of_custom("textfield")
    fields = world.fields(summary="Made by a foreign client", description=doc("hello"), labels=["one", "two"])
    fields[option["fieldId"]] = {"value": option["allowedValues"][0]["value"]}
    fields[many["fieldId"]] = [{"id": o["id"]} for o in many["allowedValues"][:2]]
    fields[number["fieldId"]] = 12.5
    fields[day["fieldId"]] = "2026-11-22"
    fields[moment["fieldId"]] = "2026-11-22T10:15:00.000+0000"
    fields[text["fieldId"]] = "plain"
    world.issue = world.jira.create_issue(fields=fields)
    read = world.jira.issue(world.issue.key).raw["fields"]
    assert read["summary"] == "Made by a foreign client" and sorted(read["labels"]) == ["one", "two"]
    assert read["description"]["type"] == "doc" and read["description"]["version"] == 1
    assert read[option["fieldId"]]["value"] == option["allowedValues"][0]["value"]
    assert len(read[many["fieldId"]]) == 2 and read[number["fieldId"]] == 12.5
    assert read[day["fieldId"]] == "2026-11-22" and read[text["fieldId"]] == "plain"
    assert read["status"]["statusCategory"]["key"] == "new" and read["issuetype"]["name"] == world.issue_type
    assert read["created"][-5] in "+-" and ":" not in read["created"][-5:], read["created"]


@case
def read_by_id_with_chosen_fields(world):
    read = world.jira.issue(world.issue.id, fields="summary,updated").raw
    assert read["key"] == world.issue.key and set(read["fields"]) == {"summary", "updated"}, read["fields"].keys()


@case
def edit(world):
    world.issue.update(fields={"summary": "Edited"}, update={"labels": [{"add": "three"}, {"remove": "one"}]})
    read = world.jira.issue(world.issue.key)
    assert read.fields.summary == "Edited" and sorted(read.fields.labels) == ["three", "two"]


@case
def clearing_a_field(world):
    number = world.of_custom("float")["fieldId"]
    world.issue.update(fields={number: None, "description": None})
    read = world.jira.issue(world.issue.key).raw["fields"]
    assert read[number] is None and read["description"] is None


@case
def unknown_option_is_refused(world):
    option = world.of_custom("select")["fieldId"]
    error = refused(JIRAError, lambda: world.issue.update(fields={option: {"value": "No such option"}}))
    assert error.status_code == 400 and option in errors(error), error.text


@case
def long_summary_is_refused(world):
    error = refused(JIRAError, lambda: world.jira.create_issue(fields=world.fields(summary="x" * 256)))
    assert error.status_code == 400 and errors(error)["summary"] == "Summary must be less than 255 characters.", error.text


@case
def missing_summary_is_refused(world):
    error = refused(JIRAError, lambda: world.jira.create_issue(fields=world.fields()))
    assert error.status_code == 400 and "summary" in errors(error), error.text


@case
def unknown_field_is_refused(world):
    error = refused(JIRAError, lambda: world.issue.update(fields={"customfield_99999": "x"}))
    assert error.status_code == 400 and "cannot be set" in errors(error)["customfield_99999"], error.text


@case
def text_where_a_document_belongs_is_refused(world):
    error = refused(JIRAError, lambda: world.issue.update(fields={"description": "not a document"}))
    assert error.status_code == 400, error.text


@case
def missing_issue_is_404(world):
    error = refused(JIRAError, lambda: world.jira.issue(world.project + "-999999"))
    assert error.status_code == 404 and error.response.json()["errorMessages"], error.text


@case
def comments(world):
    added = world.jira.add_comment(world.issue, doc("first"))
    world.jira.add_comment(world.issue, doc("second"))
    found = world.jira.comments(world.issue)
    texts = [c.raw["body"]["content"][0]["content"][0]["text"] for c in found]
    assert texts == ["first", "second"], texts
    added.update(body=doc("first, edited"))
    again = world.jira.comment(world.issue, added.id).raw
    assert again["body"]["content"][0]["content"][0]["text"] == "first, edited"
    assert again["author"]["accountId"] == world.jira.myself()["accountId"]
    found[1].delete()
    assert len(world.jira.comments(world.issue)) == 1


@case
def comment_as_text_is_refused(world):
    assert refused(JIRAError, lambda: world.jira.add_comment(world.issue, "not a document")).status_code == 400


@case
def work_logs(world):
    started = datetime.datetime(2026, 11, 22, 10, 15, tzinfo=datetime.timezone.utc)
    added = world.jira.add_worklog(world.issue, timeSpent="1h 30m", comment=doc("on the phone"), started=started, adjustEstimate="leave")
    assert added.timeSpentSeconds == 5400 and added.timeSpent == "1h 30m", added.raw
    found = world.jira.worklogs(world.issue)
    assert [w.id for w in found] == [added.id]
    assert world.jira.worklog(world.issue, added.id).raw["comment"]["content"][0]["content"][0]["text"] == "on the phone"
    added.update(timeSpentSeconds=600)
    assert world.jira.worklog(world.issue, added.id).timeSpent == "10m"
    added.delete(adjustEstimate="leave")
    assert world.jira.worklogs(world.issue) == []


@case
def work_log_without_time_is_refused(world):
    assert refused(JIRAError, lambda: world.jira.add_worklog(world.issue, comment=doc("x"))).status_code == 400


@case
def transitions_until_done_with_resolution(world):
    for _ in range(6):
        issue = world.jira.issue(world.issue.key)
        if issue.fields.status.statusCategory.key == "done":
            break
        offered = world.jira.transitions(issue, expand="transitions.fields")
        assert offered, "a transition is offered"
        step = next((t for t in offered if t["to"]["statusCategory"]["key"] == "done"), None)
        step = step or next(t for t in offered if t["to"]["name"] != issue.fields.status.name)
        resolution = step.get("fields", {}).get("resolution")
        fields = {"resolution": {"name": resolution["allowedValues"][0]["name"]}} if resolution else {}
        world.jira.transition_issue(issue, step["id"], fields=fields)
    read = world.jira.issue(world.issue.key)
    assert read.fields.status.statusCategory.key == "done" and read.fields.resolution is not None


@case
def transition_that_is_not_offered_is_refused(world):
    error = refused(JIRAError, lambda: world.jira.transition_issue(world.issue, "987654"))
    assert error.status_code == 400, error.text


@case
def attachments(world):
    content = b"from a foreign client\n" * 100
    added = world.jira.add_attachment(world.issue.key, io.BytesIO(content), filename="log.txt")
    read = world.jira.issue(world.issue.key, fields="attachment").fields.attachment
    assert [a.filename for a in read] == ["log.txt"] and read[0].size == len(content)
    response = world.jira._session.get(f"{world.url}/rest/api/3/attachment/content/{added.id}")
    assert response.content == content
    world.jira.delete_attachment(added.id)
    assert world.jira.issue(world.issue.key, fields="attachment").fields.attachment == []


@case
def watchers(world):
    me = world.jira.myself()["accountId"]
    world.jira.add_watcher(world.issue.key, me)
    assert me in [w.accountId for w in world.jira.watchers(world.issue.key).watchers]
    # The package removes by user name only, which a cloud does not know.
    world.jira._session.delete(f"{world.url}/rest/api/3/issue/{world.issue.key}/watchers", params={"accountId": me})
    assert me not in [w.accountId for w in world.jira.watchers(world.issue.key).watchers]


@case
def priorities_and_resolutions(world):
    assert len(world.jira.priorities()) >= 3 and len(world.jira.resolutions()) >= 2


@case
def changelog(world):
    # The package pages Jira's changelog by the values of the issue's expansion.
    read = world.jira.issue(world.issue.key, expand="changelog").raw["changelog"]
    items = [item for history in read["histories"] for item in history["items"]]
    assert any(i["field"] == "status" and i["toString"] for i in items), items
    assert any(i["fieldId"] == "summary" and i["toString"] == "Edited" for i in items), items
    assert [h["created"] for h in read["histories"]] == sorted((h["created"] for h in read["histories"]), reverse=True)


@case
def search_by_jql_with_pages(world):
    for n in range(3):
        world.jira.create_issue(fields=world.fields(summary=f"Paged {n}", labels=["paged-by-python"]))
    jql = f"project = {world.project} AND labels = paged-by-python ORDER BY created ASC"
    deadline, keys = time.monotonic() + 15, []
    while len(keys) < 3 and time.monotonic() < deadline:  # search is eventually consistent
        keys, token = [], None
        while True:
            page = world.jira.enhanced_search_issues(jql, nextPageToken=token, maxResults=2, fields=["summary"], json_result=True)
            assert len(page["issues"]) <= 2 and "total" not in page
            keys += [issue["key"] for issue in page["issues"]]
            token = page.get("nextPageToken")
            if not token:
                break
        time.sleep(0.2)
    assert len(keys) == len(set(keys)) == 3, keys


@case
def search_with_a_bad_query_is_refused(world):
    for jql in ("project = ", "nosuchfield = 1", "order by key"):
        error = refused(JIRAError, lambda jql=jql: world.jira.enhanced_search_issues(jql, json_result=True))
        assert error.status_code == 400, (jql, error.text)


@case
def the_old_search_is_gone(world):
    error = refused(JIRAError, lambda: world.jira._get_json("search", params={"jql": f"project = {world.project}"}))
    assert error.status_code == 410, error.text


if __name__ == "__main__":
    run(World(*sys.argv[1:6]))
