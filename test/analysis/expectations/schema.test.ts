import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { readExpectations } from '../../../lib/analysis/expectations/expectations';
import type { JsonValue } from '../../../lib/base/json';
import { ROOT } from '../../golden/written-files';

const SCHEMA = JSON.parse(readFileSync(join(ROOT, 'access.schema.json'), 'utf8'));
const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(SCHEMA);
const isRead = (table: JsonValue) => !('problems' in readExpectations(table));

const ENTRY = { from: 'shop/web', to: 'shop/carts' };

/** Every kind of value that YAML has, and the words of tables. */
const VALUES: readonly JsonValue[] = [
  null,
  true,
  80,
  'deny',
  'allow',
  '*',
  '',
  [],
  ['a'],
  ['a', 1],
  {},
  { a: 'b' },
  { a: 1 },
  [ENTRY],
  [ENTRY, ENTRY],
  [null],
  [{ ...ENTRY, host: 'a' }],
];

const TOP = [...Object.keys(SCHEMA.properties), 'alow', 'from'];
const FIELDS = [...Object.keys(SCHEMA.definitions.entry.properties), 'form', 'allow'];

test('the editor and the command take the same tables', () => {
  const tables: JsonValue[] = [
    ...VALUES,
    ...TOP.flatMap((key) => VALUES.map((value) => ({ [key]: value }))),
    ...FIELDS.flatMap((field) => VALUES.map((value) => ({ allow: [{ ...ENTRY, [field]: value }] }))),
    ...['from', 'to'].map((field) => ({ deny: [{ [field]: 'a' }] })),
  ];
  const read = tables.map(isRead);

  expect(tables.map((table) => isValid(table))).toEqual(read);
  expect(read.filter(Boolean).length).toBeGreaterThan(30);
  expect(read.filter((one) => !one).length).toBeGreaterThan(100);
});

test('every field says what it is, which editors show', () => {
  const fields = { ...SCHEMA.properties, ...SCHEMA.definitions.entry.properties };

  expect(Object.entries(fields).filter(([, field]) => !(field as { description?: string }).description)).toEqual([]);
});
