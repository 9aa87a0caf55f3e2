import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sockShopGraph } from '../../scripts/sock-shop-graph';
import { ROOT } from '../golden/written-files';

const picture = readFileSync(join(ROOT, 'docs/sock-shop.svg'), 'utf8');

test('the picture of Sock Shop is drawn from what the reference output says now', async () => {
  expect(picture).toBe(await sockShopGraph(ROOT));
});

test('it shows all fourteen services and the change of a quantity in the cart', () => {
  for (const name of ['front-end', 'catalogue', 'carts', 'orders', 'user', 'payment', 'shipping', 'queue-master']) {
    expect(picture).toContain(`>${name}<`);
  }
  for (const name of ['catalogue-db', 'carts-db', 'orders-db', 'user-db', 'session-db', 'rabbitmq']) {
    expect(picture).toContain(`>${name}<`);
  }
  expect(picture).toContain('PATCH');
});

test('it is small enough to be read where it is shown', () => {
  const [width = 0, height = 0] = (/width="(\d+)" height="(\d+)"/.exec(picture)?.slice(1) ?? []).map(Number);
  expect(width).toBeLessThan(900);
  expect(height).toBeLessThan(900);
});

test.each(['README.md', 'docs/sock-shop.md'])('%s shows it', (page) => {
  expect(readFileSync(join(ROOT, page), 'utf8')).toMatch(/!\[[^\]]+\]\((docs\/)?sock-shop\.svg\)/);
});
