/** Writes biome.json's rules of imports from scripts/wings.ts, and draws CONTRIBUTING.md's map of the wings from the imports there are. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importOverrides, readImports, wingImports, withWingMap } from './import-rules';

const biome = JSON.parse(readFileSync('biome.json', 'utf8'));
writeFileSync('biome.json', `${JSON.stringify({ ...biome, overrides: importOverrides() }, null, 2)}\n`);
const sources = readdirSync('lib', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name));
const imports = wingImports(readImports(new Map(sources.map((file) => [file, readFileSync(file, 'utf8')]))));
writeFileSync('CONTRIBUTING.md', withWingMap(readFileSync('CONTRIBUTING.md', 'utf8'), imports));
