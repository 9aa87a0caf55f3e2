/** Writes biome.json's rules of imports and CONTRIBUTING.md's map of the wings from scripts/wings.ts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { importOverrides, withWingMap } from './import-rules';

const biome = JSON.parse(readFileSync('biome.json', 'utf8'));
writeFileSync('biome.json', `${JSON.stringify({ ...biome, overrides: importOverrides() }, null, 2)}\n`);
writeFileSync('CONTRIBUTING.md', withWingMap(readFileSync('CONTRIBUTING.md', 'utf8')));
