// Drives the Jira simulator with jira.js, which checks every answer against its own schemas.
// Arguments: base URL, e-mail, API token, project, issue type.

import assert from 'node:assert/strict';
import { createCloudClient, isAuthError, isNotFoundError } from 'jira.js';
import { refused, run, test } from './cases.mjs';

const [host, email, apiToken, project, issueType] = process.argv.slice(2);
const client = (token) => createCloudClient({ host, auth: { type: 'basic', email, apiToken: token }, onSchemaMismatch: 'throw' });
const jira = client(apiToken);
const doc = (text) => ({ type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] });

let meta = {};
let issue;

/** Values for the required fields that have no default, from the create metadata. */
function required() {
  const skip = ['summary', 'project', 'issuetype', 'reporter'];
  const open = Object.values(meta).filter((f) => f.required && !f.hasDefaultValue && !skip.includes(f.fieldId));
  const value = (f) => (f.allowedValues ? { id: f.allowedValues[0].id } : f.fieldId === 'description' ? doc('x') : 'x');
  return Object.fromEntries(open.map((f) => [f.fieldId, value(f)]));
}
const fields = (more) => ({ project: { key: project }, issuetype: { name: issueType }, ...required(), ...more });
function ofCustom(kind) {
  const found = Object.values(meta).find((f) => f.schema.custom?.endsWith(`:${kind}`));
  assert.ok(found, `no custom field of type ${kind} on the create screen`);
  return found;
}
const read = (names) => jira.issues.getIssue({ issueIdOrKey: issue.key, fields: names });

test('server info', async () => {
  assert.equal((await jira.serverInfo.getServerInfo()).deploymentType, 'Cloud');
});

test('myself', async () => {
  const me = await jira.myself.getCurrentUser();
  assert.ok(me.accountId && me.timeZone && me.active);
});

test('wrong token is refused', async () => {
  assert.ok(isAuthError(await refused(() => client('wrong').myself.getCurrentUser())));
});

test('fields', async () => {
  const all = await jira.issueFields.getFields();
  assert.ok(all.some((f) => f.id === 'summary') && all.some((f) => f.custom));
});

test('create metadata', async () => {
  const types = await jira.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: project });
  const kind = (types.issueTypes ?? types.createMetaIssueType).find((t) => t.name === issueType);
  const page = await jira.issues.getCreateIssueMetaIssueTypeId({ projectIdOrKey: project, issueTypeId: kind.id, maxResults: 200 });
  meta = Object.fromEntries((page.fields ?? page.results).map((f) => [f.fieldId, f]));
  assert.equal(meta.summary.required, true);
});

test('create, edit and read', async () => {
  const [option, number] = [ofCustom('select'), ofCustom('float')];
  const values = { summary: 'Made by jira.js', description: doc('hello'), labels: ['one'], [number.fieldId]: 2.5 };
  values[option.fieldId] = { id: option.allowedValues[0].id };
  issue = await jira.issues.createIssue({ fields: fields(values) });
  assert.ok(issue.id && issue.key.startsWith(`${project}-`));
  await jira.issues.editIssue({ issueIdOrKey: issue.key, fields: { summary: 'Edited' }, update: { labels: [{ add: 'two' }] } });
  const found = await read(['*all']);
  assert.equal(found.fields.summary, 'Edited');
  assert.deepEqual([...found.fields.labels].sort(), ['one', 'two']);
  assert.equal(found.fields[number.fieldId], 2.5);
  assert.equal(found.fields[option.fieldId].value, option.allowedValues[0].value);
});

test('edit metadata', async () => {
  const edit = await jira.issues.getEditIssueMeta({ issueIdOrKey: issue.key });
  assert.ok(edit.fields.summary);
});

test('bulk fetch', async () => {
  const answer = await jira.issues.bulkFetchIssues({ issueIdsOrKeys: [issue.key, `${project}-999999`], fields: ['summary', 'status'] });
  assert.deepEqual(answer.issues.map((i) => i.key), [issue.key]);
});

test('refusals say which field', async () => {
  const option = ofCustom('select').fieldId;
  const bad = await refused(() => jira.issues.editIssue({ issueIdOrKey: issue.key, fields: { [option]: { value: 'No such option' } } }));
  assert.equal(bad.status, 400);
  assert.ok(bad.body.errors[option]);
  const long = await refused(() => jira.issues.createIssue({ fields: fields({ summary: 'x'.repeat(256) }) }));
  assert.equal(long.status, 400);
  assert.ok(long.body.errors.summary);
});

test('missing issue is 404', async () => {
  assert.ok(isNotFoundError(await refused(() => jira.issues.getIssue({ issueIdOrKey: `${project}-999999` }))));
});

test('comments', async () => {
  const added = await jira.issueComments.addComment({ issueIdOrKey: issue.key, body: doc('first') });
  await jira.issueComments.updateComment({ issueIdOrKey: issue.key, id: added.id, body: { body: doc('edited') } });
  const page = await jira.issueComments.getComments({ issueIdOrKey: issue.key, startAt: 0, maxResults: 1 });
  assert.equal(page.total, 1);
  assert.equal(page.comments[0].body.content[0].content[0].text, 'edited');
  await jira.issueComments.deleteComment({ issueIdOrKey: issue.key, id: added.id });
  assert.equal((await jira.issueComments.getComments({ issueIdOrKey: issue.key })).total, 0);
});

test('issue properties', async () => {
  await jira.issueProperties.setIssueProperty({ issueIdOrKey: issue.key, propertyKey: 'conformance', body: { v: 1 } });
  const found = await jira.issueProperties.getIssueProperty({ issueIdOrKey: issue.key, propertyKey: 'conformance' });
  assert.deepEqual(found.value, { v: 1 });
});

test('transitions to done, with a resolution', async () => {
  for (let n = 0; n < 6; n += 1) {
    const now = await read(['status']);
    if (now.fields.status.statusCategory.key === 'done') break;
    const { transitions } = await jira.issues.getTransitions({ issueIdOrKey: issue.key, expand: 'transitions.fields' });
    const step =
      transitions.find((t) => t.to.statusCategory.key === 'done') ?? transitions.find((t) => t.to.name !== now.fields.status.name);
    const values = step.fields?.resolution ? { resolution: { id: step.fields.resolution.allowedValues[0].id } } : undefined;
    const update = step.fields?.resolution ? { comment: [{ add: { body: doc('closing') } }] } : undefined;
    await jira.issues.doTransition({ issueIdOrKey: issue.key, transition: { id: step.id }, fields: values, update });
  }
  assert.equal((await read(['status'])).fields.status.statusCategory.key, 'done');
});

test('changelog, with pages', async () => {
  const first = await jira.issues.getChangeLogs({ issueIdOrKey: issue.key, startAt: 0, maxResults: 1 });
  assert.equal(first.values.length, 1);
  assert.ok(first.total >= 2);
  const all = await jira.issues.getChangeLogs({ issueIdOrKey: issue.key });
  assert.ok(all.values.some((h) => h.items.some((i) => i.field === 'status')));
});

test('changelogs in bulk', async () => {
  const answer = await jira.issues.getBulkChangelogs({ issueIdsOrKeys: [issue.key], fieldIds: ['summary'] });
  const items = answer.issueChangeLogs.flatMap((log) => log.changeHistories).flatMap((history) => history.items);
  assert.deepEqual([...new Set(items.map((i) => i.fieldId))], ['summary']);
});

test('creating in bulk tells good from bad', async () => {
  const answer = await jira.issues.createIssues({
    issueUpdates: [{ fields: fields({ summary: 'bulk good' }) }, { fields: fields({ summary: 'x'.repeat(256) }) }],
  });
  assert.equal(answer.issues.length, 1);
  assert.equal(answer.errors.length, 1);
  assert.equal(answer.errors[0].failedElementNumber, 1);
});

test('remote links are upserted by their global id', async () => {
  const link = (title) => ({ issueIdOrKey: issue.key, globalId: 'conformance=1', object: { url: 'https://example.com/1', title } });
  const first = await jira.issueRemoteLinks.createOrUpdateRemoteIssueLink(link('first'));
  const second = await jira.issueRemoteLinks.createOrUpdateRemoteIssueLink(link('second'));
  assert.equal(first.id, second.id);
  const found = await jira.issueRemoteLinks.getRemoteIssueLinkById({ issueIdOrKey: issue.key, linkId: String(first.id) });
  assert.equal(found.object.title, 'second');
});

test('attachments', async () => {
  const file = Buffer.from('from a foreign client\n'.repeat(100));
  const [added] = await jira.issueAttachments.addAttachment({ issueIdOrKey: issue.key, attachments: [{ filename: 'log.txt', content: file }] });
  assert.equal(added.size, file.length);
  const found = await read(['attachment']);
  assert.deepEqual(found.fields.attachment.map((a) => a.filename), ['log.txt']);
  const content = await jira.issueAttachments.getAttachmentContent({ id: added.id });
  assert.deepEqual(Buffer.from(content), file);
  await jira.issueAttachments.removeAttachment({ id: added.id });
});

test('issue links', async () => {
  const other = await jira.issues.createIssue({ fields: fields({ summary: 'linked' }) });
  await jira.issueLinks.linkIssues({ type: { name: 'Blocks' }, inwardIssue: { key: issue.key }, outwardIssue: { key: other.key } });
  const found = await read(['issuelinks']);
  assert.equal(found.fields.issuelinks.length, 1);
  await jira.issueLinks.deleteIssueLink({ linkId: found.fields.issuelinks[0].id });
});

test('projects, their statuses, and users', async () => {
  assert.ok((await jira.projects.searchProjects()).values.some((p) => p.key === project));
  const perType = await jira.projects.getAllStatuses({ projectIdOrKey: project });
  assert.ok(perType.find((t) => t.name === issueType).statuses.length >= 3);
  const people = await jira.userSearch.findAssignableUsers({ project });
  assert.ok(people.length > 0 && people.every((u) => u.accountId));
});

test('search, with pages', async () => {
  for (const n of [1, 2, 3]) {
    await jira.issues.createIssue({ fields: fields({ summary: `Paged ${n}`, labels: ['paged-by-node'] }) });
  }
  const jql = `project = ${project} AND labels = paged-by-node ORDER BY created ASC`;
  let keys = [];
  for (const until = Date.now() + 15_000; keys.length < 3 && Date.now() < until; await new Promise((done) => setTimeout(done, 200))) {
    keys = [];
    let nextPageToken;
    do {
      const page = await jira.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql, maxResults: 2, fields: ['summary'], nextPageToken });
      keys.push(...page.issues.map((i) => i.key));
      nextPageToken = page.nextPageToken;
    } while (nextPageToken);
  }
  assert.equal(new Set(keys).size, 3);
  assert.equal((await jira.issueSearch.countIssues({ jql })).count, 3);
});

await run();
