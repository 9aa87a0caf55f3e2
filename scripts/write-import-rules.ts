/** Writes biome.json's rules of imports from scripts/wings.ts, and draws CONTRIBUTING.md's map of the wings from the imports there are. */
import { readFileSync, writeFileSync } from 'node:fs';
import { filesBelow } from '../test/golden/written-files';
import { importOverrides, readImports, wingImports, withWingMap } from './import-rules';

const biome = JSON.parse(readFileSync('biome.json', 'utf8'));
writeFileSync('biome.json', `${JSON.stringify({ ...biome, overrides: importOverrides() }, null, 2)}\n`);
const sources = [...filesBelow('lib')].filter(([path]) => path.endsWith('.ts'));
const imports = wingImports(readImports(new Map(sources.map(([path, text]) => [`lib/${path}`, text]))));
writeFileSync('CONTRIBUTING.md', withWingMap(readFileSync('CONTRIBUTING.md', 'utf8'), imports));
