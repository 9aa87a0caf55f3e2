import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { Attribute, type Condition, MapAttribute } from '../../../lib/upstream/teleport/attribute';
import { attributes } from '../../../lib/upstream/teleport/attributes';

const { kubernetes, unix } = attributes.workload;

/** What Teleport does with a condition, for a caller whose attribute reads like this. */
function passes({ operator, values }: Condition, actual: string): boolean {
  return values.includes(actual) === (operator === 'eq' || operator === 'in');
}

describe('Attribute', () => {
  test('is its own placeholder in a template literal', () => {
    expect(`/ns/${kubernetes.namespace}`).toBe('/ns/{{ workload.kubernetes.namespace }}');
  });

  test('makes the four conditions Teleport has', () => {
    expect(kubernetes.namespace.eq('a')).toMatchObject({
      attribute: 'workload.kubernetes.namespace',
      operator: 'eq',
      values: ['a'],
    });
    expect(kubernetes.namespace.notEq('a')).toMatchObject({ operator: 'not_eq', values: ['a'] });
    expect(kubernetes.namespace.in(['b', 'a', 'b'])).toMatchObject({ operator: 'in', values: ['a', 'b'] });
    expect(kubernetes.namespace.notIn(['b', 'a'])).toMatchObject({ operator: 'not_in', values: ['a', 'b'] });
  });

  test('writes flags and numbers as the texts Teleport compares with', () => {
    expect(kubernetes.attested.eq(true).values).toEqual(['true']);
    expect(unix.uid.eq(1000).values).toEqual(['1000']);
  });

  test.each([
    [
      'a flag',
      [
        kubernetes.attested.eq(true),
        kubernetes.attested.eq(false),
        kubernetes.attested.notEq(true),
        kubernetes.attested.notEq(false),
      ],
      'false',
    ],
    [
      'a number',
      [
        unix.uid.eq(0),
        unix.uid.eq(1),
        unix.uid.notEq(0),
        unix.uid.notEq(1),
        unix.uid.in([0, 1]),
        unix.uid.in([1, 2]),
        unix.uid.notIn([0]),
        unix.uid.notIn([1]),
      ],
      '0',
    ],
    [
      'a text',
      [
        unix.binary_path.eq(''),
        unix.binary_path.eq('/a'),
        unix.binary_path.notEq(''),
        unix.binary_path.notEq('/a'),
        unix.binary_path.in(['', '/a']),
        unix.binary_path.in(['/a']),
        unix.binary_path.notIn(['', '/a']),
        unix.binary_path.notIn(['/a']),
      ],
      '',
    ],
  ])('knows which conditions on %s stop a caller that has not got it', (_, conditions, unset) => {
    for (const condition of conditions) {
      expect([condition, condition.needsAttribute]).toEqual([condition, !passes(condition, unset)]);
    }
  });

  test('refuses to compare with nothing', () => {
    expect(() => kubernetes.namespace.in([])).toThrow(InvalidInputError);
    expect(() => kubernetes.namespace.notIn([])).toThrow(/^\[attributes\.workload\.kubernetes\.namespace\]/);
  });

  test('does not compile with the wrong kind of value, and maps have no conditions', () => {
    // @ts-expect-error a flag is not a string
    kubernetes.attested.eq('true');
    // @ts-expect-error a user id is a number
    unix.uid.eq('1000');
    // @ts-expect-error labels are many
    expect(() => kubernetes.labels.eq('a')).toThrow(TypeError);
    // @ts-expect-error misspelt
    expect(kubernetes.serviceaccount).toBeUndefined();
  });
});

describe('MapAttribute', () => {
  test('gives one entry to a template', () => {
    expect(kubernetes.labels.entry('app.kubernetes.io/name')).toBe(
      '{{ workload.kubernetes.labels["app.kubernetes.io/name"] }}',
    );
  });

  test.each(['a"b', 'a{b', 'a}b', 'a\\b'])('refuses the key %j', (key) => {
    expect(() => kubernetes.labels.entry(key)).toThrow(InvalidInputError);
  });
});

test('every attribute is called by the path on which it is found', () => {
  const visit = (branch: object, path: string): string[] =>
    Object.entries(branch).flatMap(([name, child]) => {
      const full = path === '' ? name : `${path}.${name}`;
      if (!(child instanceof Attribute || child instanceof MapAttribute)) return visit(child, full);
      expect(child.path).toBe(full);
      return [full];
    });
  const paths = visit(attributes, '');
  // As in Teleport's attrs.proto.
  expect(paths.filter((path) => /^(user|workload\.(kubernetes|unix))\./.test(path)).sort()).toEqual([
    'user.bot_instance_id',
    'user.bot_name',
    'user.is_bot',
    'user.labels',
    'user.name',
    'user.traits',
    'workload.kubernetes.attested',
    'workload.kubernetes.container.image',
    'workload.kubernetes.container.image_digest',
    'workload.kubernetes.container.name',
    'workload.kubernetes.container.type',
    'workload.kubernetes.labels',
    'workload.kubernetes.namespace',
    'workload.kubernetes.pod_name',
    'workload.kubernetes.pod_uid',
    'workload.kubernetes.service_account',
    'workload.unix.attested',
    'workload.unix.binary_hash',
    'workload.unix.binary_path',
    'workload.unix.gid',
    'workload.unix.pid',
    'workload.unix.uid',
  ]);
  expect(paths.filter((path) => path.startsWith('join.kubernetes.'))).toEqual([
    'join.kubernetes.subject',
    'join.kubernetes.service_account.name',
    'join.kubernetes.service_account.namespace',
    'join.kubernetes.pod.name',
  ]);
  expect(new Set(paths).size).toBe(paths.length);
});
