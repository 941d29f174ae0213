// Chromium with pages, driven by lines of JSON as driver.js says: `node browser.js FOLDER`.
"use strict";
const { createRequire } = require("node:module");
const { createInterface } = require("node:readline");

const { chromium } = createRequire(`${process.argv[2]}/`)("playwright-core");
const windows = new Map();
const PATIENCE = 60_000; // milliseconds, as the tests have it

const browser = chromium.launch({
  executablePath: process.env.ESTRAD_TEST_CHROMIUM || "/usr/bin/chromium",
  // The second, as containers have no sandbox and little shared memory.
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
});

const actions = {
  async connect({ page, code }) {
    // Each window has a session of its own.
    const window = await (await (await browser).newContext()).newPage();
    await window.goto(page);
    await window.fill("#code", code);
    await window.click("#login button");
    return window;
  },
  async click({ selector }, window) {
    await window.click(selector);
    return window;
  },
  async fill({ selector, text }, window) {
    await window.fill(selector, text);
    return window;
  },
  async choose({ selector, label }, window) {
    await window.selectOption(selector, { label });
    return window;
  },
  async text({ selector }, window, say) {
    say({ is: "text", text: await window.innerText(selector) });
    return window;
  },
  async value({ selector }, window, say) {
    say({ is: "value", value: await window.inputValue(selector) });
    return window;
  },
  async wait({ selector, text }, window, say) {
    const wanted = window.locator(selector).filter({ hasText: text });
    const found = await wanted.waitFor({ timeout: PATIENCE / 2 }).then(() => true, () => false);
    say({ is: "seen", found, ...(!found && { text: await window.locator("body").innerText() }) });
    return window;
  },
};

// What a window is told is done in order; the windows don't wait for each other.
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { client, action, ...more } = JSON.parse(line);
    const say = (report) => process.stdout.write(`${JSON.stringify({ client, ...report })}\n`);
    const before = windows.get(client) ?? Promise.resolve();
    windows.set(client, before.then((window) => actions[action](more, window, say)));
  })
  .on("close", async () => {
    await (await browser).close();
    process.exit(0);
  });
