// Follows every link of the console from its home page, in a wide window, light and dark, and in a narrow one: no page has a barrier,
// breaks its policy, is wider than its window or leads nowhere. Arguments: address, cookie (name=value), folder for pictures.

import { mkdirSync } from 'node:fs';
import { barriers, browse, COLOURS, judge, overflow } from './browser.mjs';

const [address, cookie, folder] = process.argv.slice(2);
const [name, value] = cookie.split(/=(.*)/s);
const PAGES_MAX = 60;
const LOOKS = [
  { width: 1280, scheme: 'light' },
  { width: 1280, scheme: 'dark', rules: COLOURS },
  { width: 390, scheme: 'light' },
];
// Of pages that differ in their numbers only, the first is enough.
const shape = (path) => path.replace(/\?.*/, '').replace(/\/\d+/g, '/N').replace(/\/LS-[A-Z]+-\d+/, '/CODE').replace(/\/explain\/.*/, '/explain');
const SAME_SHAPE_MAX = 1;

mkdirSync(folder, { recursive: true });
const complaints = [];

/** Looks at a page that was just opened in every way, without opening it again. */
async function look(page, path) {
  for (const { width, scheme, rules } of LOOKS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    complaints.push(...(await barriers(page, rules)).map((each) => `${width} ${scheme} ${each}`), ...(await overflow(page)));
    if (rules) continue;
    const file = path.replace(/[^a-z0-9]+/gi, '_').slice(0, 60) || 'home';
    await page.screenshot({ path: `${folder}/${file}-${width}-${scheme}.jpg`, type: 'jpeg', quality: 70, fullPage: true });
  }
}

async function follow(page) {
  const [queue, seen, shapes] = [['/'], new Set(['/']), new Map()];
  const visited = [];
  while (queue.length && visited.length < PAGES_MAX) {
    const path = queue.shift();
    const answer = await page.goto(address + path);
    if (answer.status() >= 400) complaints.push(`${path}: ${answer.status()}`);
    visited.push(path);
    const found = await page.$$eval('a[href]', (links) => links.filter((a) => !a.hasAttribute('download')).map((a) => a.href));
    await look(page, path);
    for (const href of found) {
      const url = new URL(href);
      const next = url.pathname + url.search;
      const count = shapes.get(shape(next)) ?? 0;
      if (url.origin !== address || seen.has(next) || count >= SAME_SHAPE_MAX || /\.(csv|jsonl|json|yaml)$/.test(url.pathname) || url.pathname.startsWith('/api/v1') || url.pathname.includes('export')) continue;
      seen.add(next);
      shapes.set(shape(next), count + 1);
      queue.push(next);
    }
  }
  return visited;
}

await browse(async (open) => {
  const page = await open();
  await page.context().addCookies([{ name, value, url: address }]);
  const paths = await follow(page);
  complaints.push(...page.faults);
  console.log(`${paths.length} pages, each in ${LOOKS.length} looks: ${paths.join(' ')}`);
  if (paths.length < 8) complaints.push('so few pages cannot be all of them');
});
judge(complaints);
