"""Drives the Salesforce simulator with simple-salesforce. Arguments: base URL, client id, client secret, API version."""

import hashlib
import json
import sys
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceError,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)

from cases import case, refused, run


class ToSimulator(HTTPAdapter):
    """The package speaks only TLS to *.salesforce.com: every call goes to the simulator instead."""

    def __init__(self, base):
        super().__init__()
        self.base = urlsplit(base)

    def send(self, request, **options):
        asked = urlsplit(request.url)
        request.url = urlunsplit((self.base.scheme, self.base.netloc, asked.path, asked.query, ""))
        return super().send(request, **options)


class World:
    def __init__(self, url, client_id, client_secret, version):
        self.url, self.client_id, self.client_secret, self.version = url, client_id, client_secret, version
        self.org = self.login(client_secret)
        self.id = None

    def login(self, secret):
        session = requests.Session()
        session.mount("https://", ToSimulator(self.url))
        return Salesforce(consumer_key=self.client_id, consumer_secret=secret, domain="acme.my", version=self.version, session=session)


def codes(error):
    return [e.get("errorCode") for e in error.content]


@case
def wrong_secret_is_refused(world):
    error = refused(SalesforceAuthenticationFailed, lambda: world.login("wrong"))
    assert "invalid client credentials" in str(error), error


@case
def organization(world):
    row = world.org.query("SELECT Id, Name, IsSandbox FROM Organization")["records"][0]
    assert row["Id"].startswith("00D") and len(row["Id"]) == 18


@case
def describe_global(world):
    names = {o["name"]: o for o in world.org.describe()["sobjects"]}
    for name in ("Case", "Account", "Contact", "Lead", "Opportunity"):
        assert names[name]["queryable"] is True and names[name]["keyPrefix"]
    assert any(o["custom"] for o in names.values())


@case
def describe_case(world):
    fields = {f["name"]: f for f in world.org.Case.describe()["fields"]}
    assert fields["CaseNumber"]["nameField"] is True and fields["CaseNumber"]["autoNumber"] is True
    assert fields["Status"]["type"] == "picklist" and {v["value"] for v in fields["Status"]["picklistValues"]} >= {"New", "Closed"}
    assert fields["Subject"]["length"] == 255 and fields["SystemModstamp"]["updateable"] is False


@case
def create_and_get(world):
    made = world.org.Case.create({"Subject": "Made by a foreign client", "Status": "New", "Origin": "Web"})
    assert made["success"] is True and made["errors"] == [] and len(made["id"]) == 18
    world.id = made["id"]
    read = world.org.Case.get(world.id)
    assert read["attributes"]["type"] == "Case" and read["Subject"] == "Made by a foreign client"
    assert read["CaseNumber"] and read["IsClosed"] is False and read["SystemModstamp"].endswith("+0000")
    assert world.org.Case.get(world.id[:15])["Id"] == world.id, "15-character ids are accepted"


@case
def update_and_clear(world):
    assert world.org.Case.update(world.id, {"Subject": "Edited", "Description": "two\nlines"}) == 204
    assert world.org.Case.update(world.id, {"Description": None}) == 204
    read = world.org.Case.get(world.id)
    assert read["Subject"] == "Edited" and read["Description"] is None


@case
def close(world):
    world.org.Case.update(world.id, {"Status": "Closed"})
    read = world.org.Case.get(world.id)
    assert read["IsClosed"] is True and read["ClosedDate"]


@case
def query_with_pages(world):
    for n in range(0, 201 - world.org.query("SELECT COUNT() FROM Account")["totalSize"]):
        world.org.Account.create({"Name": f"Paged {n}"})
    page = world.org.query("SELECT Id, Name FROM Account ORDER BY Id", headers={"Sforce-Query-Options": "batchSize=200"})
    assert page["totalSize"] > 200 and page["done"] is False and len(page["records"]) == 200
    ids = [r["Id"] for r in page["records"]]
    while not page["done"]:
        page = world.org.query_more(page["nextRecordsUrl"], identifier_is_url=True)
        ids += [r["Id"] for r in page["records"]]
    assert len(ids) == len(set(ids)) == page["totalSize"]


@case
def query_language(world):
    found = world.org.query(f"SELECT Id, CaseNumber, Owner.Name FROM Case WHERE Id = '{world.id}' AND IsClosed = true")
    assert found["totalSize"] == 1 and found["records"][0]["Owner"]["Name"]
    assert world.org.query("SELECT COUNT() FROM Case")["totalSize"] > 0
    stamp = world.org.Case.get(world.id)["SystemModstamp"].replace("+0000", "Z")
    newer = world.org.query(f"SELECT Id, SystemModstamp FROM Case WHERE SystemModstamp >= {stamp} ORDER BY SystemModstamp, Id LIMIT 5")
    assert world.id in [r["Id"] for r in newer["records"]]


@case
def posts_and_replies(world):
    post = world.org.FeedItem.create({"ParentId": world.id, "Type": "TextPost", "Body": "A post"})["id"]
    reply = world.org.FeedComment.create({"FeedItemId": post, "CommentBody": "A reply"})["id"]
    assert world.org.FeedItem.update(post, {"Body": "An edited post"}) == 204
    soql = (
        "SELECT Id, Body, LastEditDate, (SELECT Id, CommentBody FROM FeedComments ORDER BY CreatedDate) "
        f"FROM CaseFeed WHERE ParentId = '{world.id}' AND Type = 'TextPost' ORDER BY CreatedDate DESC, Id DESC LIMIT 100"
    )
    row = next(r for r in world.org.query(soql)["records"] if r["Id"] == post)
    assert row["Body"] == "An edited post" and row["LastEditDate"]
    assert [r["Id"] for r in row["FeedComments"]["records"]] == [reply]
    assert world.org.FeedItem.delete(post) == 204
    error = refused(SalesforceMalformedRequest, lambda: world.org.query("SELECT Id FROM FeedItem WHERE SystemModstamp > 2026-01-01T00:00:00Z"))
    assert codes(error) == ["INVALID_FIELD"], error.content


@case
def bad_queries_are_refused(world):
    for soql, code in (
        ("SELECT FROM Case", "MALFORMED_QUERY"),
        ("SELECT NoSuch__c FROM Case", "INVALID_FIELD"),
        ("SELECT Id FROM NoSuch__c", "INVALID_TYPE"),
    ):
        error = refused(SalesforceMalformedRequest, lambda soql=soql: world.org.query(soql))
        assert codes(error) == [code], (soql, error.content)


@case
def comments_of_a_case(world):
    made = world.org.CaseComment.create({"ParentId": world.id, "CommentBody": "hello", "IsPublished": False})
    rows = world.org.query(f"SELECT Id, CommentBody, CreatedBy.Name FROM CaseComment WHERE ParentId = '{world.id}'")["records"]
    assert [r["Id"] for r in rows] == [made["id"]] and rows[0]["CommentBody"] == "hello"


@case
def unknown_field_is_refused(world):
    error = refused(SalesforceMalformedRequest, lambda: world.org.Case.create({"Subject": "x", "NoSuch__c": 1}))
    assert codes(error) == ["INVALID_FIELD"], error.content


@case
def long_text_is_refused(world):
    error = refused(SalesforceMalformedRequest, lambda: world.org.Case.update(world.id, {"Subject": "x" * 256}))
    assert codes(error) == ["STRING_TOO_LONG"] and error.content[0]["fields"] == ["Subject"], error.content


@case
def missing_required_field_is_refused(world):
    error = refused(SalesforceMalformedRequest, lambda: world.org.Account.create({"Phone": "1"}))
    assert codes(error) == ["REQUIRED_FIELD_MISSING"] and error.content[0]["fields"] == ["Name"], error.content


@case
def read_only_field_is_refused(world):
    error = refused(SalesforceMalformedRequest, lambda: world.org.Case.update(world.id, {"IsClosed": False}))
    assert codes(error) == ["INVALID_FIELD_FOR_INSERT_UPDATE"], error.content


@case
def bad_email_is_refused(world):
    error = refused(SalesforceMalformedRequest, lambda: world.org.Case.update(world.id, {"SuppliedEmail": "not an address"}))
    assert codes(error) == ["INVALID_EMAIL_ADDRESS"], error.content


@case
def upsert_by_external_id(world):
    for name in ("Account", "Case", *(o["name"] for o in world.org.describe()["sobjects"] if o["custom"])):
        describe = getattr(world.org, name).describe()
        keys = [f["name"] for f in describe["fields"] if f["externalId"] and f["createable"] and f["type"] == "string"]
        if keys:
            break
    assert keys, "the org has an external id field"
    fields = {f["name"]: "Upserted" for f in describe["fields"] if f["createable"] and not f["nillable"] and not f["defaultedOnCreate"] and f["type"] == "string" and f["name"] != keys[0]}
    fields = fields or {"Subject" if name == "Case" else "Name": "Upserted"}
    thing = getattr(world.org, name)
    assert thing.upsert(f"{keys[0]}/ext-py-1", fields) == 201
    assert thing.upsert(f"{keys[0]}/ext-py-1", fields) == 200
    assert thing.get_by_custom_id(keys[0], "ext-py-1")["Id"]


@case
def composite_update_and_read_back(world):
    path = f"/services/data/v{world.version}/sobjects/Case/{world.id}"
    answer = world.org.restful("composite", method="POST", json={
        "allOrNone": True,
        "collateSubrequests": False,
        "compositeRequest": [
            {"method": "PATCH", "url": path, "referenceId": "upd", "body": {"Priority": "High"}},
            {"method": "GET", "url": path + "?fields=Priority,SystemModstamp", "referenceId": "after"},
        ],
    })["compositeResponse"]
    assert [a["httpStatusCode"] for a in answer] == [204, 200] and answer[1]["body"]["Priority"] == "High", answer


@case
def composite_rolls_back(world):
    path = f"/services/data/v{world.version}/sobjects/Case/{world.id}"
    answer = world.org.restful("composite", method="POST", json={
        "allOrNone": True,
        "compositeRequest": [
            {"method": "PATCH", "url": path, "referenceId": "good", "body": {"Subject": "must not stay"}},
            {"method": "PATCH", "url": path, "referenceId": "bad", "body": {"NoSuch__c": 1}},
        ],
    })["compositeResponse"]
    assert all(a["httpStatusCode"] == 400 for a in answer), answer
    assert answer[0]["body"][0]["errorCode"] == "PROCESSING_HALTED", answer
    assert world.org.Case.get(world.id)["Subject"] == "Edited"


@case
def many_records_in_one_call(world):
    answer = world.org.restful("composite/sobjects", method="POST", json={"allOrNone": False, "records": [
        {"attributes": {"type": "Case"}, "Subject": "many 1"},
        {"attributes": {"type": "Case"}, "Subject": "x" * 256},
    ]})
    assert answer[0]["success"] is True and answer[1]["success"] is False, answer
    assert answer[1]["errors"][0]["statusCode"] == "STRING_TOO_LONG", answer
    rows = world.org.restful("composite/sobjects/Case", method="POST", json={"ids": [answer[0]["id"], "500000000000000AAA"], "fields": ["Id", "Subject"]})
    assert rows[0]["Subject"] == "many 1" and rows[1] is None, rows


@case
def files(world):
    content = bytes(range(256)) * 4000
    entity = json.dumps({"PathOnClient": "trace.log", "FirstPublishLocationId": world.id, "Description": "from a foreign client"})
    form = {"entity_content": (None, entity, "application/json"), "VersionData": ("trace.log", content, "application/octet-stream")}
    headers = {"Authorization": f"Bearer {world.org.session_id}"}
    made = world.org.session.post(f"{world.org.base_url}sobjects/ContentVersion", files=form, headers=headers)
    assert made.status_code == 201, made.text
    soql = "SELECT ContentDocument.LatestPublishedVersion.Checksum, ContentDocument.LatestPublishedVersion.ContentSize, ContentDocument.LatestPublishedVersion.Description FROM ContentDocumentLink WHERE LinkedEntityId = '%s'" % world.id
    version = world.org.query_all(soql)["records"][0]["ContentDocument"]["LatestPublishedVersion"]
    assert version["Checksum"] == hashlib.md5(content).hexdigest() and version["ContentSize"] == len(content), version
    assert version["Description"] == "from a foreign client"
    read = world.org.session.get(f"{world.org.base_url}sobjects/ContentVersion/{made.json()['id']}/VersionData", headers=headers)
    assert read.content == content
    wrong = world.org.session.post(f"{world.org.base_url}sobjects/ContentVersion", files={"VersionData": form["VersionData"]}, headers=headers)
    assert wrong.status_code == 400 and wrong.json()[0]["errorCode"] == "INVALID_MULTIPART_REQUEST", wrong.text


@case
def delete(world):
    assert world.org.Case.delete(world.id) == 204
    assert codes(refused(SalesforceResourceNotFound, lambda: world.org.Case.get(world.id))) == ["ENTITY_IS_DELETED"]
    kept = world.org.query_all(f"SELECT Id, IsDeleted FROM Case WHERE Id = '{world.id}'", include_deleted=True)["records"]
    assert kept and kept[0]["IsDeleted"] is True


@case
def unknown_path_is_404(world):
    error = refused(SalesforceError, lambda: world.org.restful("nosuchresource"))
    assert error.status == 404 and codes(error) == ["NOT_FOUND"], error.content


if __name__ == "__main__":
    run(World(*sys.argv[1:5]))
