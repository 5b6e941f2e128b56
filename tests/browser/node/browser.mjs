// What every script here starts with: a Chromium of its own, and people who complain.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Chromium looks for its maker at every start unless it is told not to.
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Runs `work(open)` in a browser; `open(options)` gives a page whose faults are collected in `page.faults`. */
export async function browse(work) {
  const browser = await chromium.launch({ executablePath: process.env.LOCKSTEP_CHROMIUM ?? '/usr/bin/chromium', args: QUIET });
  const open = async (options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.faults = [];
    page.on('console', (message) => { if (message.type() === 'error') page.faults.push(`${page.url()}: ${message.text()}`); });
    page.on('pageerror', (error) => page.faults.push(`${page.url()}: ${error}`));
    return page;
  };
  try {
    await work(open);
  } catch (error) {
    // What the people saw who could not go on.
    for (const page of browser.contexts().flatMap((context) => context.pages())) {
      console.log(`at ${page.url()}:\n${(await page.innerText('body').catch(() => '')).slice(0, 2000)}`);
    }
    throw error;
  } finally {
    await browser.close();
  }
}

const ALL = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What of the colours stands in the way of people, where nothing else differs from what was judged before. */
export const COLOURS = { type: 'rule', values: ['color-contrast'] };

/** What stands in the way of people on this page: one line each. WCAG 2.2 AA. */
export async function barriers(page, rules = ALL) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })`;
  const { violations } = await page.evaluate(run);
  return violations.flatMap((v) => v.nodes.map((n) => `${page.url()}: ${v.id}: ${n.target.join(' ')}: ${n.failureSummary.split('\n').slice(1).join(' ').trim()}`));
}

/** Whether the page is wider than the window: people would scroll both ways. */
export async function overflow(page) {
  const [wide, window] = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
  return wide > window + 1 ? [`${page.url()}: ${wide} wide in a window of ${window}`] : [];
}

/** Presses the button of this name, and waits for what comes of it. */
export async function press(page, name) {
  const button = page.getByRole('button', { name, exact: true }).first();
  await Promise.all([page.waitForEvent('load'), button.click()]);
}

/** Ends the process with every complaint, or with success. */
export function judge(complaints) {
  for (const complaint of complaints) console.log(`FAIL ${complaint}`);
  process.exitCode = complaints.length ? 1 : 0;
}
