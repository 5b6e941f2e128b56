// Takes the pictures of README and docs/console.md from a running demo: fills it with a working day's cases through the simulators, then
// photographs the console. Arguments: the file with what `lockstep demo` printed, the folder for the pictures.

import { readFileSync } from 'node:fs';
import { browse, press } from './browser.mjs';

const [told, folder] = process.argv.slice(2);
const printed = readFileSync(told, 'utf8');
const [link] = printed.match(/http:\S+\/first-run\?token=\S+/);
const [, control] = printed.match(/(http:\S+)\/control\/state/);
const console_ = new URL(link).origin;

async function ask(method, path, body) {
  const answer = await fetch(control + path, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

const CASES = [
  ['Invoice export stops at page 40', 'High', 'High', 120, 'Billing;Reports'],
  ['Search returns archived articles', 'Medium', 'Medium', 35, 'Search'],
  ['Mobile app signs out after an update', 'High', 'Critical', 900, 'Mobile'],
  ['Dashboard total differs from the report', 'Medium', 'High', 12, 'Reports'],
  ['Webhook to the ERP fails with a time-out', 'High', 'High', 4, 'Integrations'],
  ['Discount is applied twice on renewals', 'High', 'Critical', 61, 'Billing'],
  ['Attachment preview is rotated', 'Low', 'Low', 8, 'Mobile'],
  ['Barcode is not recognised in low light', 'Medium', 'Medium', 240, 'Mobile'],
];

/** What is true of an issue or a record, as soon as it is. */
async function until(what, look) {
  for (let tries = 0; tries < 300; tries += 1) {
    const seen = await look();
    if (seen) return seen;
    await new Promise((done) => { setTimeout(done, 100); });
  }
  throw new Error(`not within 30 seconds: ${what}`);
}

const issueOf = (record) => until(`the issue of ${record}`, async () => {
  const issues = await ask('GET', '/control/jira/issues?project=SUP');
  return issues.find((issue) => issue.properties['lockstep.link']?.record === record);
});

/** A working day: cases, and people at work on them. The first case has the most to show. */
async function day() {
  const opened = [];
  for (const [Subject, Priority, Severity__c, Affected_Users__c, Product_Areas__c] of CASES) {
    const Description = `${Subject}.\n\nReported by several customers since this morning.`;
    const fields = { Subject, Description, Priority, Severity__c, Affected_Users__c, Product_Areas__c, Due_Date__c: '2026-12-04' };
    opened.push((await ask('POST', '/control/salesforce/records/Case', fields)).Id);
  }
  const keys = [];
  for (const record of opened) keys.push((await issueOf(record)).key);
  await ask('POST', `/control/jira/issues/${keys[0]}/transition`, { status: 'In Progress' });
  await ask('PATCH', `/control/jira/issues/${keys[0]}`, { fields: { customfield_10055: { value: 'Critical' } } });
  await ask('POST', `/control/jira/issues/${keys[0]}/comments`, { body: 'The export is cut off by the proxy after 60 seconds. A fix is on its way.' });
  await ask('POST', `/control/salesforce/cases/${opened[0]}/comments`, { body: 'The customer can live with two smaller exports until then.', published: false });
  await until('the comment crosses', async () => {
    const issue = await ask('GET', `/control/jira/issues/${keys[0]}`);
    return issue.comments.some((comment) => comment.text.includes('smaller exports'));
  });
  return { opened, keys };
}

const SECOND = `name: ops-tasks
salesforce: { connection: acme-org, object: Case }
jira: { connection: acme-site, project: OPS, issue_type: Task }
mode: two-way
mappings:
  - { salesforce: Subject, jira: summary }
  - { salesforce: Priority, jira: priority }
auto_create: { enabled: true, from: all }
`;

await browse(async (open) => {
  const { opened, keys } = await day();
  const page = await open({ viewport: { width: 1280, height: 800 } });
  const picture = (name, options = {}) => page.screenshot({ path: `${folder}/${name}.png`, ...options });
  await page.goto(link);
  await page.fill('[name="name"]', 'robin@acme.example');
  await page.fill('[name="display_name"]', 'Robin');
  await page.fill('[name="password"]', 'correct horse battery');
  await press(page, 'Make the administrator');

  // Two people change the same field at once, and the mapping leaves it to a person.
  await page.goto(`${console_}/items/support-bugs/yaml`);
  const yaml = await page.inputValue('#text');
  await page.fill('#text', yaml.replace(/(salesforce: Priority\n\s+jira: priority\n\s+policy: )newest/, '$1hold'));
  await press(page, 'Apply');
  await new Promise((done) => { setTimeout(done, 2500); });
  await ask('PATCH', `/control/salesforce/records/Case/${opened[1]}`, { Priority: 'High' });
  await ask('PATCH', `/control/jira/issues/${keys[1]}`, { fields: { priority: { name: 'Low' } } });
  await until('the conflict is held', async () => {
    await page.goto(`${console_}/needs`);
    return page.getByText('waits for a decision').count();
  });
  await page.goto(`${console_}/needs/conflicts`);
  await picture('conflict', { clip: { x: 0, y: 0, width: 1280, height: 460 } });

  await page.goto(`${console_}/import`);
  await page.fill('#text', SECOND);
  await press(page, 'Apply');
  await page.goto(`${console_}/items/ops-tasks/plan`);
  await picture('plan');

  await page.goto(`${console_}/links?text=${keys[0]}`);
  await picture('link');
  await page.goto(`${console_}/`);
  await picture('home');

  const sent = await ask('POST', '/control/jira/forge/panel', { issue: keys[0] });
  const session = await fetch(`${console_}/panel/session`, { method: 'POST', headers: sent.headers });
  const panel = await open({ viewport: { width: 640, height: 620 } });
  await panel.goto((await session.json()).url);
  await panel.screenshot({ path: `${folder}/panel.png` });
  for (const fault of [...page.faults, ...panel.faults]) console.log(`FAIL ${fault}`);
});
