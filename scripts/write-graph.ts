/** Writes docs/sock-shop.svg from examples/sock-shop/dist/: `npm run docs:graph`. A test fails while the picture is older than the policies. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sockShopGraph } from './sock-shop-graph';

const ROOT = join(__dirname, '..', '..');

async function main(): Promise<void> {
  writeFileSync(join(ROOT, 'docs/sock-shop.svg'), await sockShopGraph(ROOT));
}

void main();
