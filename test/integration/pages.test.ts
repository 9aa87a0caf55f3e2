import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { largeMesh } from '../../bench/large-mesh';
import { accessGraph, accessMatrix, graphToHtml, graphToSvg, MeshModel, matrixToHtml } from '../../lib/access';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { deployment, namespace, policy, service } from '../analysis/access/objects';
import { sockShop } from '../analysis/access/sock-shop';
import { committedOutput } from '../examples/example-output';
import { FLAGS, findBrowser } from './pages/find-browser';

/** Would run, load or break out of what holds it, if a name were ever taken for markup, code or a pattern. */
const EVIL =
  '"\'></title></text></script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">\\u003c$&]]>';

const browserPath = findBrowser();

if (browserPath === undefined) {
  test('SKIPPED: there is no Chromium, so nothing of this file was tried', () => {
    console.warn(
      'No Chromium on PATH: the tests of the HTML pages were SKIPPED. `apt-get install chromium` brings one, CHROMIUM ' +
        'names one elsewhere; with CI_REQUIRE_CHROMIUM=1 its absence is a failure.',
    );
    expect(process.env.CI_REQUIRE_CHROMIUM ?? '').toBe('');
  });
} else {
  describe('in Chromium', () => inChromium(browserPath));
}

function inChromium(executablePath: string) {
  let browser: Browser;
  let folder: string;
  const pages: Record<string, string> = {};
  const shop = MeshModel.from(sockShop());
  const evil = MeshModel.from([
    namespace(EVIL),
    deployment(EVIL, { namespace: EVIL }),
    service(EVIL, [{ port: 80, name: EVIL }], { namespace: EVIL }),
    policy(
      { rules: [{ to: [{ operation: { paths: [`/${EVIL}`], methods: [EVIL] } }] }] },
      { name: EVIL, namespace: EVIL },
    ),
  ]);

  // With paths and conditions as long as they are in practice.
  const real = readManifests(
    Object.entries(committedOutput('sock-shop')).map(([file, text]) => ({
      file: `/home/platform/mesh/dist/${file}`,
      text,
    })),
  ).manifests;
  // Four services that call each other in a row: higher than it is wide.
  const row = ['a', 'b', 'c', 'd'];
  const deep = MeshModel.from([
    namespace('shop'),
    ...row.flatMap((name) => [deployment(name), service(name, [{ name: 'http', port: 80 }])]),
    ...row.slice(1).map((name, index) =>
      policy({
        selector: { matchLabels: { app: name } },
        rules: [{ from: [{ source: { principals: [`cluster.local/ns/shop/sa/${row[index]}`] } }] }],
      }),
    ),
  ]);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pages-'));
    const texts = {
      'shop.html': await graphToHtml(accessGraph(shop)),
      'shop.svg': await graphToSvg(accessGraph(shop)),
      'real.html': await graphToHtml(accessGraph(MeshModel.from(real))),
      'deep.html': await graphToHtml(accessGraph(deep)),
      'large.html': await graphToHtml(accessGraph(MeshModel.from(largeMesh(200)))),
      'access.html': matrixToHtml(accessMatrix(shop)),
      'evil.html': await graphToHtml(accessGraph(evil)),
      'evil-access.html': matrixToHtml(accessMatrix(evil)),
      'evil.svg': await graphToSvg(accessGraph(evil)),
    };
    for (const [name, text] of Object.entries(texts)) {
      writeFileSync(join(folder, name), text);
      pages[name] = pathToFileURL(join(folder, name)).href;
    }
    browser = await chromium.launch({ executablePath, args: FLAGS });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** A page in a window; whatever goes wrong in it, and whatever it asks for, is collected. */
  async function open(name: string, options: BrowserContextOptions = {}) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, ...options });
    const trouble: string[] = [];
    page.on('pageerror', (error) => trouble.push(String(error)));
    page.on('console', (message) => trouble.push(message.text()));
    page.on('request', (request) => {
      if (request.url() !== pages[name]) trouble.push(request.url());
    });
    await page.goto(pages[name] ?? '');
    return { page, trouble };
  }

  const listed = (page: Page) => page.locator('#calls tbody tr:not([hidden])').count();
  const node = (page: Page, name: string) => page.locator(`.view:not([hidden]) .node[aria-label^="${name};"]`);
  /** How much of the picture is outside of its frame, in pixels. */
  const cut = (page: Page) =>
    page.locator('.view:not([hidden])').evaluate((element) => ({
      right: Math.max(0, element.scrollWidth - element.clientWidth - 1),
      below: Math.max(0, element.scrollHeight - element.clientHeight - 1),
    }));
  const scaleOf = async (page: Page) => {
    const svg = page.locator('.view:not([hidden]) svg');
    return ((await svg.boundingBox())?.width ?? 0) / Number(await svg.getAttribute('width'));
  };
  const opacity = (one: Locator) =>
    one.evaluate((element) => Number(element.ownerDocument.defaultView?.getComputedStyle(element).opacity));

  test.each(['shop.html', 'large.html', 'access.html'])('%s asks for nothing and reports nothing', async (name) => {
    const { page, trouble } = await open(name);
    await page.waitForLoadState('networkidle');
    expect(trouble).toEqual([]);
    await page.close();
  });

  test.each(['evil.html', 'evil-access.html', 'evil.svg'])('%s: names are text', async (name) => {
    const { page, trouble } = await open(name);
    await page.waitForLoadState('networkidle');
    expect(trouble).toEqual([]);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await page.locator('img, script:not([id])').count()).toBe(name.endsWith('.svg') ? 0 : 1);
    expect(await page.evaluate('document.documentElement.textContent')).toContain('window.hacked=1</script><img src=x');
    await page.close();
  });

  test('the scripts of a page run under its own policy, and no others', async () => {
    const { page } = await open('shop.html');
    const ran = await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.injected = 1';
      document.body.append(script);
      window.injected;
    `);
    expect(ran).toBeUndefined();
    await page.close();
  });

  test('a service that is clicked leaves its own calls, and Escape brings all back', async () => {
    const { page } = await open('shop.html');
    const all = await listed(page);
    await node(page, 'sock-shop/orders').click();
    // From the front end, and to five services: shipping, payment, orders-db, carts and user.
    expect(await listed(page)).toBe(6);
    expect(await page.locator('#selected').textContent()).toBe('sock-shop/orders');
    expect(await opacity(node(page, 'sock-shop/shipping'))).toBe(1);
    expect(await opacity(node(page, 'sock-shop/catalogue'))).toBeLessThan(0.5);
    const shipping = page.locator('#calls tbody tr:not([hidden])', { hasText: 'sock-shop/shipping' });
    expect(await shipping.locator('[data-label="only if"]').innerText()).toBe('POST /shipping');
    expect(await shipping.locator('[data-label="decided by"]').innerText()).toMatch(/^sock-shop\/\S+ \(\S+:\d+\)$/);
    await page.keyboard.press('Escape');
    expect(await listed(page)).toBe(all);
    await page.close();
  });

  test('the keyboard alone does the same, and says so', async () => {
    const { page } = await open('shop.html');
    await page.locator('#search').focus();
    const reached: string[] = [];
    for (let presses = 0; presses < 12 && !reached.at(-1)?.startsWith('sock-shop/'); presses++) {
      await page.keyboard.press('Tab');
      reached.push(String(await page.evaluate(`document.activeElement?.getAttribute('aria-label')`)));
    }
    const focused = page.locator('.node:focus');
    await page.keyboard.press('Enter');
    expect(await focused.getAttribute('aria-pressed')).toBe('true');
    expect(await focused.getAttribute('role')).toBe('button');
    expect(await page.locator('[role=status]').textContent()).toMatch(/^\d+ of \d+ listed$/);
    await page.close();
  });

  test('a filter looks at callers, callees, conditions and policies', async () => {
    const { page } = await open('shop.html');
    await page.locator('#search').fill('paymentauth');
    expect(await listed(page)).toBe(1);
    await page.locator('#search').fill('');
    await page.locator('#search').fill('nothing of this name');
    expect(await listed(page)).toBe(0);
    await page.close();
  });

  test('the table is a table for who listens to it, at any width', async () => {
    for (const width of [1280, 400]) {
      const { page } = await open('access.html', { viewport: { width, height: 800 } });
      expect(await page.getByRole('row').count()).toBeGreaterThan(10);
      expect(await page.getByRole('columnheader').allTextContents()).toEqual([
        'caller',
        'callee',
        'only if',
        'transport',
        'decided by',
      ]);
      await page.close();
    }
  });

  test.each([1280, 400])('at %i px nothing is wider than the window, and the picture fits', async (width) => {
    for (const name of ['shop.html', 'deep.html', 'large.html', 'access.html']) {
      const { page } = await open(name, { viewport: { width, height: 800 } });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      if (name !== 'access.html') {
        expect(await cut(page)).toEqual({ right: 0, below: 0 });
        expect(await page.locator('#cut').isVisible()).toBe(false);
      }
      await page.close();
    }
  });

  test('a large mesh is drawn so that its names can be read, and nothing of it is cut', async () => {
    const { page } = await open('large.html', { viewport: { width: 1280, height: 900 } });
    // The font of names has 14 px.
    expect((await scaleOf(page)) * 14).toBeGreaterThan(10);
    await page.getByRole('button', { name: 'Fit' }).click();
    expect(await cut(page)).toEqual({ right: 0, below: 0 });
    await page.close();
  });

  test('what is too deep to be read opens with its upper part, says so, and Fit shows all of it', async () => {
    const { page } = await open('large.html', { viewport: { width: 1280, height: 500 } });
    await node(page, 'namespace team-3').click();
    const view = page.locator('.view:not([hidden])');
    const fades = () =>
      view.evaluate((element) => element.ownerDocument.defaultView?.getComputedStyle(element).maskImage);
    expect((await scaleOf(page)) * 14).toBeGreaterThan(9);
    expect((await cut(page)).below).toBeGreaterThan(0);
    expect(await page.locator('#cut').isVisible()).toBe(true);
    expect(await fades()).toContain('gradient');
    await view.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.waitForFunction(`!document.querySelector('.view:not([hidden])').classList.contains('more-below')`);
    expect(await fades()).toBe('none');
    await page.getByRole('button', { name: 'Fit' }).click();
    expect(await cut(page)).toEqual({ right: 0, below: 0 });
    expect(await page.locator('#cut').isVisible()).toBe(false);
    await page.close();
  });

  test('names of callers and callees are not broken inside of a word on a wide screen', async () => {
    const { page } = await open('real.html', { viewport: { width: 920, height: 800 } });
    // How many lines a name takes.
    const lines = await page.evaluate(`(() => {
      const cells = [...document.querySelectorAll('th[data-label=caller]')];
      const text = cells.find((cell) => cell.textContent.endsWith('ingressgateway')).firstChild;
      const range = document.createRange();
      range.setStart(text, text.data.indexOf('ingressgateway'));
      range.setEnd(text, text.length);
      return range.getClientRects().length;
    })()`);
    expect(lines).toBe(1);
    await page.close();
  });

  test('a phone has all of its screen for the table', async () => {
    const { page } = await open('access.html', { viewport: { width: 400, height: 800 } });
    await page.evaluate('window.scrollTo(0, 900)');
    const stuck = await page.locator('header, thead, thead th').evaluateAll(
      (elements) =>
        elements.filter((element) => {
          const { top, bottom, left } = element.getBoundingClientRect();
          return left >= 0 && bottom > 0 && top < 800;
        }).length,
    );
    expect(stuck).toBe(0);
    await page.close();
  });

  test('on a wide screen the names of the columns stay, in one line', async () => {
    const { page } = await open('access.html');
    await page.evaluate('window.scrollTo(0, 600)');
    const box = await page.getByRole('columnheader').first().boundingBox();
    expect(box?.y).toBe(0);
    expect(box?.height).toBeLessThan(45);
    await page.close();
  });

  test('zoom enlarges, a drag moves, Fit brings back', async () => {
    const { page } = await open('shop.html');
    const svg = page.locator('.view svg');
    const width = async () => (await svg.boundingBox())?.width ?? 0;
    const fitted = await width();
    for (let times = 0; times < 3; times++) await page.getByLabel('Zoom in').click();
    expect(await width()).toBeGreaterThan(fitted * 2);
    const view = page.locator('.view');
    const before = await view.evaluate((element) => element.scrollLeft);
    const box = await view.boundingBox();
    const at = { x: (box?.x ?? 0) + 500, y: (box?.y ?? 0) + 200 };
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x - 120, at.y, { steps: 4 });
    await page.mouse.up();
    expect((await view.evaluate((element) => element.scrollLeft)) - before).toBe(120);
    // A drag is not a click.
    expect(await page.locator('#selection').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Fit' }).click();
    expect(Math.abs((await width()) - fitted)).toBeLessThan(2);
    await page.close();
  });

  test('a large mesh opens by namespaces; one of them shows its services, and those can be chosen', async () => {
    const { page } = await open('large.html');
    expect(await page.locator('.view:not([hidden]) .drawing .node').count()).toBe(10);
    await node(page, 'namespace team-3').click();
    const own = page.locator('.view:not([hidden]) .node[aria-label^="team-3/"]');
    expect(await own.count()).toBe(20);
    expect(await page.locator('#pictures option:checked').textContent()).toBe('team-3');
    await own.first().click();
    expect(await listed(page)).toBeLessThan(20);
    expect(await listed(page)).toBeGreaterThan(0);
    await page.locator('#pictures').selectOption({ index: 0 });
    expect(await opacity(node(page, 'namespace team-3'))).toBe(1);
    await page.close();
  });

  test.each(['shop.html', 'shop.svg', 'access.html'])(
    '%s is dark on a dark screen, and light on paper',
    async (name) => {
      const ground = (page: Page) =>
        page.evaluate(`{
        const paper = document.querySelector('.paper');
        paper ? getComputedStyle(paper).fill : getComputedStyle(document.body).backgroundColor;
      }`);
      const { page } = await open(name, { colorScheme: 'dark' });
      expect(await ground(page)).toBe('rgb(13, 17, 23)');
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await ground(page)).toBe('rgb(255, 255, 255)');
      await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
      expect(await ground(page)).toBe('rgb(255, 255, 255)');
      await page.close();
    },
  );

  test('words fit into the boxes of the picture', async () => {
    const { page } = await open('shop.html');
    const over = await page.locator('.view .node').evaluateAll(
      (nodes) =>
        nodes.filter((one) => {
          const shape = one.querySelector('.shape')?.getBoundingClientRect();
          return [...one.querySelectorAll('text')].some((text) => {
            const words = text.getBoundingClientRect();
            return shape && (words.left < shape.left + 1 || words.right > shape.right - 1);
          });
        }).length,
    );
    expect(over).toBe(0);
    await page.close();
  });
}
