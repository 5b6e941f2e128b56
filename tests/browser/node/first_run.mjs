// From the one-time link to an item at work, as an administrator clicks through it. Argument: JSON with `link`, `org`, `site`,
// `webhook_secret`. Prints the session's cookie as its last line, for whoever goes on.

import { barriers, browse, judge, press } from './browser.mjs';

const given = JSON.parse(process.argv[2]);
const complaints = [];

await browse(async (open) => {
  const page = await open();
  const fill = async (fields) => {
    for (const [name, value] of Object.entries(fields)) await page.fill(`[name="${name}"]`, value);
  };
  const choose = async (fields) => {
    for (const [name, value] of Object.entries(fields)) await page.selectOption(`[name="${name}"]`, value);
  };
  const sees = (text) => page.getByText(text).first().waitFor();

  await page.goto(given.link);
  complaints.push(...(await barriers(page)));
  await fill({ name: 'ann', display_name: 'Ann', password: 'correct horse battery' });
  await press(page, 'Make the administrator');
  await sees('0 of');

  await page.getByRole('link', { name: 'Connect Salesforce' }).click();
  await fill({ name: 'acme-org', login_url: given.org, client_id: '3MVG9lockstep', client_secret: 'salesforce-client-secret' });
  await press(page, 'Test and save');
  await sees('Connected');

  await page.goto(new URL('/setup', given.link).href);
  await page.getByRole('link', { name: 'Connect Jira' }).click();
  await fill({ name: 'acme-site', site: given.site, email: 'lockstep@example.com', token: 'jira-api-token', webhook_secret: given.webhook_secret });
  await press(page, 'Test and save');
  await sees('Connected');

  // The first step: what belongs together, chosen from what both sides offer.
  await page.goto(new URL('/setup', given.link).href);
  await press(page, 'Begin an item');
  await fill({ name: 'support' });
  await choose({ 'salesforce.object': 'Case', 'jira.project': 'SUP' });
  await press(page, 'Show what these offer');
  await choose({ 'jira.issue_type': 'Bug' });
  await press(page, 'Show what these offer');
  await press(page, 'Map Subject with Summary');
  await choose({ 'mappings[0].policy': 'hold' });
  complaints.push(...(await barriers(page)));
  await press(page, 'Next: status, comments and more');

  // The second: auto-create, and a rule of two tests that is taken back.
  await page.check('[type="checkbox"][name="auto_create.enabled"]');
  await choose({ 'auto_create.from': 'all' });
  await page.check('[type="checkbox"][name="comments.enabled"]');
  await press(page, 'Add a test');
  await page.locator('[name="rule.tests[1].field"]').waitFor();
  complaints.push(...(await barriers(page)));
  await press(page, 'Remove test 2');
  await page.getByText('Everything else').click();
  await fill({ sweep_seconds: '1' });
  await press(page, 'Next: check it against both sides');
  await sees('it can be applied');
  complaints.push(...(await barriers(page)));
  await press(page, 'Make support, paused');

  // The plan, and its count typed.
  await sees('Let it begin');
  const count = await page.locator('[name="writes"]').inputValue();
  if (!(Number(count) > 0)) complaints.push(`the plan counts ${count}`);
  complaints.push(...(await barriers(page)));
  await fill({ typed: count });
  await press(page, 'Begin');
  await sees('Going on, with a sweep at once.');

  complaints.push(...page.faults);
  const [cookie] = (await page.context().cookies()).filter((one) => one.name.includes('lockstep'));
  console.log(`COOKIE ${cookie.name}=${cookie.value}`);
});
judge(complaints);
