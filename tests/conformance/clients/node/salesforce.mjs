// Drives the Salesforce simulator with jsforce. Arguments: base URL, client id, client secret, API version.

import assert from 'node:assert/strict';
import jsforce from 'jsforce';
import { refused, run, test } from './cases.mjs';

const [loginUrl, clientId, clientSecret, version] = process.argv.slice(2);
const connect = (secret) => new jsforce.Connection({ version, oauth2: { loginUrl, clientId, clientSecret: secret } });
const org = connect(clientSecret);
let id;

test('wrong secret is refused', async () => {
  const error = await refused(() => connect('wrong').authorize({ grant_type: 'client_credentials' }));
  assert.equal(error.name, 'invalid_client');
});

test('client credentials', async () => {
  const me = await org.authorize({ grant_type: 'client_credentials' });
  assert.match(me.organizationId, /^00D/);
  assert.equal(org.instanceUrl, loginUrl);
});

test('versions and describe', async () => {
  const versions = await org.request('/services/data');
  assert.ok(versions.some((v) => v.version === version));
  const all = await org.describeGlobal();
  assert.ok(all.sobjects.some((o) => o.name === 'Case') && all.maxBatchSize === 200);
  const described = await org.sobject('Case').describe();
  assert.equal(described.keyPrefix, '500');
  assert.ok(described.fields.find((f) => f.name === 'Status').picklistValues.length >= 3);
});

test('create, retrieve, update', async () => {
  const made = await org.sobject('Case').create({ Subject: 'Made by jsforce', Status: 'New' });
  assert.equal(made.success, true);
  id = made.id;
  await org.sobject('Case').update({ Id: id, Subject: 'Edited' });
  const read = await org.sobject('Case').retrieve(id);
  assert.equal(read.Subject, 'Edited');
  assert.match(read.SystemModstamp, /\+0000$/);
});

test('collections', async () => {
  const made = await org.sobject('Case').create([{ Subject: 'one' }, { Subject: 'two' }, { Subject: 'x'.repeat(256) }], { allOrNone: false });
  assert.deepEqual(made.map((m) => m.success), [true, true, false]);
  assert.equal(made[2].errors[0].statusCode, 'STRING_TOO_LONG');
  const ids = made.slice(0, 2).map((m) => m.id);
  const read = await org.sobject('Case').retrieve(ids, { fields: ['Id', 'Subject'] });
  assert.deepEqual(read.map((r) => r.Subject), ['one', 'two']);
  const changed = await org.sobject('Case').update(ids.map((Id) => ({ Id, Priority: 'High' })));
  assert.ok(changed.every((c) => c.success));
  const gone = await org.sobject('Case').destroy(ids);
  assert.ok(gone.every((g) => g.success));
});

test('collections roll back together', async () => {
  const made = await org.sobject('Case').create([{ Subject: 'stays not' }, { Subject: 'x'.repeat(256) }], { allOrNone: true });
  assert.deepEqual(made.map((m) => m.success), [false, false]);
  const left = await org.query("SELECT Id FROM Case WHERE Subject = 'stays not'");
  assert.equal(left.totalSize, 0);
});

test('query with pages', async () => {
  const missing = 201 - (await org.query('SELECT COUNT() FROM Account')).totalSize;
  for (let n = 0; n < missing; n += 200) {
    const batch = Array.from({ length: Math.min(200, missing - n) }, (_, k) => ({ Name: `Paged ${n + k}` }));
    await org.sobject('Account').create(batch);
  }
  const rows = await org.query('SELECT Id FROM Account ORDER BY Id', {
    autoFetch: true,
    maxFetch: 5000,
    headers: { 'Sforce-Query-Options': 'batchSize=200' },
  });
  assert.equal(rows.done, true);
  assert.equal(new Set(rows.records.map((r) => r.Id)).size, rows.totalSize);
});

test('relationships', async () => {
  await org.sobject('CaseComment').create({ ParentId: id, CommentBody: 'hello' });
  const rows = await org.query(`SELECT Id, Owner.Name, (SELECT Id, CommentBody FROM CaseComments) FROM Case WHERE Id = '${id}'`);
  assert.ok(rows.records[0].Owner.Name);
  assert.equal(rows.records[0].CaseComments.totalSize, 1);
});

test('refusals carry their code', async () => {
  const bad = [
    [() => org.query('SELECT NoSuch__c FROM Case'), 'INVALID_FIELD'],
    [() => org.query('SELECT FROM Case'), 'MALFORMED_QUERY'],
    [() => org.sobject('Account').create({ Phone: '1' }), 'REQUIRED_FIELD_MISSING'],
    [() => org.sobject('Case').update({ Id: id, Subject: 'x'.repeat(256) }), 'STRING_TOO_LONG'],
    [() => org.sobject('Case').retrieve('500000000000000AAA'), 'NOT_FOUND'],
  ];
  for (const [call, code] of bad) {
    assert.equal((await refused(call)).errorCode, code);
  }
});

test('updated and deleted since', async () => {
  const [start, end] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 120_000)];
  const updated = await org.sobject('Case').updated(start.toISOString(), end.toISOString());
  assert.ok(updated.ids.includes(id) && updated.latestDateCovered);
  const deleted = await org.sobject('Case').deleted(start.toISOString(), end.toISOString());
  assert.ok(deleted.deletedRecords.length >= 2);
});

test('upsert by external id', async () => {
  const described = await org.sobject('Case').describe();
  const key = described.fields.find((f) => f.externalId).name;
  const first = await org.sobject('Case').upsert({ [key]: 'ext-node-1', Subject: 'Upserted' }, key);
  const second = await org.sobject('Case').upsert({ [key]: 'ext-node-1', Subject: 'Upserted again' }, key);
  assert.equal(first.success, true);
  assert.equal(second.success, true);
  const rows = await org.query(`SELECT Id, Subject FROM Case WHERE ${key} = 'ext-node-1'`);
  assert.deepEqual(rows.records.map((r) => r.Subject), ['Upserted again']);
});

test('composite: update and read back', async () => {
  const url = `/services/data/v${version}/sobjects/Case/${id}`;
  const answer = await org.requestPost(`/services/data/v${version}/composite`, {
    allOrNone: true,
    compositeRequest: [
      { method: 'PATCH', url, referenceId: 'upd', body: { Status: 'Closed' } },
      { method: 'GET', url: `${url}?fields=Status,IsClosed`, referenceId: 'after' },
    ],
  });
  assert.deepEqual(answer.compositeResponse.map((r) => r.httpStatusCode), [204, 200]);
  assert.equal(answer.compositeResponse[1].body.IsClosed, true);
});

test('files', async () => {
  const content = Buffer.from('from a foreign client\n'.repeat(100));
  const made = await org.sobject('ContentVersion').create({
    PathOnClient: 'trace.log',
    FirstPublishLocationId: id,
    VersionData: content.toString('base64'),
  });
  assert.equal(made.success, true);
  const chunks = [];
  for await (const chunk of org.sobject('ContentVersion').record(made.id).blob('VersionData')) chunks.push(chunk);
  assert.deepEqual(Buffer.concat(chunks), content);
});

test('limits are told with every answer', async () => {
  await org.query('SELECT Id FROM Organization');
  assert.ok(org.limitInfo.apiUsage.limit > 0);
});

test('delete', async () => {
  assert.equal((await org.sobject('Case').destroy(id)).success, true);
  assert.equal((await refused(() => org.sobject('Case').retrieve(id))).errorCode, 'ENTITY_IS_DELETED');
});

await run();
