import { checkFiles } from '../../../lib/check';
import { checkNames } from '../../../lib/constructs/teleport/expression';
import { ATTRIBUTE_NAMES, attributeType } from '../../../lib/upstream/teleport/attribute-names';
import { attributes } from '../../../lib/upstream/teleport/attributes';

test.each([
  ['workload.kubernetes.namespace', 'scalar'],
  ['workload.kubernetes.container.image', 'scalar'],
  ['workload.kubernetes.labels', 'map'],
  ['user.traits.team', 'map'],
  ['join.meta.join_method', 'scalar'],
  ['join.kubernetes.service_account.name', 'scalar'],
  ['join.meta.else', undefined],
  ['workload.kubernetes.container.type', 'scalar'],
  ['join.bound_keypair.recovery_count', 'scalar'],
  ['join.env0.project_id', 'scalar'],
  ['join.github.enterprise_id', 'scalar'],
  ['join.github.else', undefined],
  ['join.kubernetes.pod', undefined],
  ['join.kubernetes.pod.uid', undefined],
  ['join.of_a_later_release.sub', 'scalar'],
  ['user.traits["team"]', 'map'],
  ['user.trait', undefined],
  ['workload', undefined],
  ['workload.kubernetes.annotations', undefined],
])('the attribute %s is a %s', (name, type) => {
  expect(attributeType(name)).toBe(type);
});

test('every constant is known by its name', () => {
  expect(attributeType(attributes.workload.kubernetes.container.type.path)).toBe('scalar');
  expect(ATTRIBUTE_NAMES.length).toBeGreaterThan(100);
  expect(new Set(ATTRIBUTE_NAMES).size).toBe(ATTRIBUTE_NAMES.length);
});

const isRefused = (name: string) => {
  try {
    checkNames('test', name);
    return false;
  } catch {
    return true;
  }
};

const identity = (template: string) =>
  `kind: workload_identity\nversion: v1\nmetadata: {name: a}\nspec: {spiffe: {id: "/svc/{{ ${template} }}"}, rules: {allow: [{conditions: [{attribute: workload.kubernetes.attested, eq: {value: "true"}}]}]}}\n`;

const isFound = (name: string) =>
  checkFiles([{ file: 'a.yaml', text: identity(name) }]).some(({ found }) => found.includes('there is no attribute'));

test.each([
  ...ATTRIBUTE_NAMES.filter((name) => attributeType(name) === 'scalar'),
  ...['workload.kubernetes.annotations', 'workload.kubernetes.container.kind', 'join.github.repo', 'join.new.sub'],
  ...['user.traits.team', 'workload.kubernetes'],
])('check and the constructs agree on %s', (name) => {
  expect(isFound(name)).toBe(isRefused(name));
});
