import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a command needs to know of the package it is part of. */
export interface PackageInfo {
  readonly name: string;
  readonly version: string;
  /** Where its sources are, as npm writes it; the release adds it to the published package. */
  readonly repository?: { readonly url: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Reads the package's own description; it is shipped beside `build/`. */
export function packageInfo(): PackageInfo {
  return JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8'));
}
