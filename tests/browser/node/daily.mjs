// A day's work: a record is linked from the panel of an issue, by typing ahead and by a pasted id; a conflict is decided by
// keyboard alone; a job that was given up is put back to work; and the same without a script. Argument: JSON with `address`,
// `cookie`, `panels` (three, of issues without a record), `record` (`name` and `id`).

import { barriers, browse, judge, overflow, press } from './browser.mjs';

const given = JSON.parse(process.argv[2]);
const [name, value] = given.cookie.split(/=(.*)/s);
const complaints = [];
const must = (holds, what) => { if (!holds) complaints.push(what); };

/** A page on which somebody is signed in; `options` as Playwright has them. */
async function signedIn(open, options) {
  const page = await open(options);
  await page.context().addCookies([{ name, value, url: given.address }]);
  return page;
}

const card = (page) => page.locator('article', { has: page.getByRole('heading', { name: 'accounts' }) });

const state = (page, word) => card(page).locator('.lozenge', { hasText: word }).waitFor();

async function panels(open) {
  const page = await open({ viewport: { width: 640, height: 700 } });
  page.on('dialog', (dialog) => dialog.accept());
  const judged = async () => complaints.push(...(await barriers(page)), ...(await overflow(page)));

  // By typing ahead: what is found appears without a press of the button.
  await page.goto(given.panels[0]);
  await judged();
  await card(page).getByRole('link', { name: 'Link a record' }).click();
  await judged();
  await page.locator('#text').pressSequentially(given.record.name.slice(0, 5), { delay: 20 });
  await page.locator('.found li', { hasText: given.record.name }).waitFor();
  await judged();
  await press(page, `Link ${given.record.name}`);
  await state(page, '✓ Linked');
  await judged();
  // What hangs on it is shown in its place.
  await page.getByRole('link', { name: 'Show associated records' }).click();
  await page.getByRole('heading', { name: 'Associated Salesforce Records' }).waitFor();
  must(page.url().includes('/panel?'), 'the associated records took the place of the cards');
  await judged();
  await press(page, 'Unlink');
  await state(page, 'Not linked');

  // By a pasted id, in its short form.
  await page.goto(given.panels[1]);
  await card(page).getByRole('link', { name: 'Link a record' }).click();
  await page.fill('#text', given.record.id.slice(0, 15));
  await page.keyboard.press('Enter');
  await page.locator('.found li', { hasText: given.record.id }).waitFor();
  await press(page, `Link ${given.record.name}`);
  await card(page).getByText(given.record.id).waitFor();
  complaints.push(...page.faults);
}

async function byKeyboard(open) {
  const page = await signedIn(open, {});
  await page.goto(`${given.address}/`);
  const counted = await page.locator('.side .count').textContent();
  must(Number.parseInt(counted, 10) > 0, `the way to what needs somebody counts ${counted}`);
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await page.waitForURL('**/needs');
  for (let pressed = 0; pressed < 60; pressed += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(() => document.activeElement.textContent)) === 'Decide') break;
  }
  await page.keyboard.press('Enter');
  await page.waitForURL('**/needs/conflicts');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/needs/conflicts/*/*');
  await page.keyboard.press('2');
  await page.locator('.said').waitFor();
  must((await page.locator('.said').textContent()).includes('Decided'), 'the key decided nothing');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  complaints.push(...(await barriers(page)));
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  must((await page.evaluate(() => document.activeElement.id)) === 'search', 'the key does not lead to the search');
  // A row is selected and looked at again; times are told the other way.
  await page.goto(`${given.address}/links`);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  must((await page.locator('tbody [type="checkbox"]:checked').count()) === 1, 'the key selects nothing');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('r')]);
  must((await page.locator('.said').textContent()).includes('asked for'), 'the key does not look again');
  await page.keyboard.press('t');
  must((await page.locator('tbody time').first().textContent()).endsWith('UTC'), 'the key does not tell times exactly');
  complaints.push(...page.faults);
}

/** Puts the newest dead letter back to work. */
async function replay(page) {
  await page.goto(`${given.address}/needs/dead`);
  await page.locator('tbody th a').first().click();
  await press(page, 'Replay');
  must((await page.locator('.said').textContent()).includes('put back to work'), 'the letter was not replayed');
}

async function withoutScript(open) {
  const page = await signedIn(open, { javaScriptEnabled: false });
  await page.goto(`${given.address}/needs/conflicts`);
  await press(page, 'Take Jira');
  must((await page.locator('.said').textContent()).includes('Decided'), 'without a script nothing is decided');
  await replay(page);
  await page.goto(`${given.address}/links`);
  await page.locator('tbody [type="checkbox"]').first().check();
  await press(page, 'Look at the selected again');
  must((await page.locator('.said').textContent()).includes('1 asked for'), 'without a script nothing is looked at again');
  await page.fill('#search', given.issue);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/links/*');
  // The panel: what was linked is taken apart; the button searches, and a link leads to what a script would show in its place.
  await page.goto(given.panels[1]);
  await press(page, 'Unlink');
  await state(page, 'Not linked');
  await page.goto(given.panels[2]);
  await card(page).getByRole('link', { name: 'Link a record' }).click();
  await page.fill('#text', given.record.name);
  await press(page, 'Search');
  await press(page, `Link ${given.record.name}`);
  await state(page, '✓ Linked');
  await page.getByRole('link', { name: 'Show associated records' }).click();
  await page.waitForURL('**/panel/associated?*');
}

await browse(async (open) => {
  await panels(open);
  await byKeyboard(open);
  const page = await signedIn(open, {});
  await replay(page);
  complaints.push(...page.faults);
  await withoutScript(open);
});
judge(complaints);
