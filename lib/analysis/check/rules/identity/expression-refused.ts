import { templateActions } from '../../../../base/go-template/go-template';
import { field, isObject, type JsonValue, listAt, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import type { TeleportResource } from '../../../../model/teleport/teleport-resources';
import { ATTRIBUTE_NAMES, attributeType } from '../../../../upstream/teleport/attribute-names';
import { expressionSyntaxProblem } from '../../../../upstream/teleport/expression-syntax';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { didYouMean } from '../did-you-mean';
import { ISTIO_PATH, workloadIdentity } from '../teleport-examples';

const byExpression = (expression: string) =>
  workloadIdentity(ISTIO_PATH, `rules: {allow: [{expression: '${expression}'}]}`);

/** An expression of Teleport's that cannot be read. */
export const EXPRESSION_REFUSED_RULE = defineRule({
  id: 'expression-refused',
  subject: 'Who gets an identity',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid Teleport expression',
  found: '{problem}',
  why: 'Teleport refuses the resource, or every request that needs the expression.',
  fix: 'write comparisons such as workload.kubernetes.namespace == "shop", joined by && and ||',
  source:
    'gravitational/teleport lib/services/workload_identity.go, lib/services/role.go, lib/auth/machineid/workloadidentityv1/expression, gravitational/predicate parse.go',
  wrong: byExpression('workload.kubernetes.namespace = "shop"'),
  right: byExpression('workload.kubernetes.namespace == "shop"'),
  check({ teleport }, report) {
    for (const { manifest, text, pointer } of [...expressions(teleport), ...templates(teleport)]) {
      const problem = expressionSyntaxProblem(text);
      if (problem !== undefined) report(manifest, pointer, { problem: `the expression "${text.trim()}" ${problem}` });
    }
    for (const { manifest, text, pointer } of expressions({ ...teleport, roles: [] })) {
      for (const name of unknownAttributes(text)) {
        report(manifest, pointer, { problem: `there is no attribute ${name}${didYouMean(name, ATTRIBUTE_NAMES)}` });
      }
    }
  },
});

interface Expression {
  readonly manifest: TeleportResource['manifest'];
  readonly text: string;
  readonly pointer: string;
}

/** Expressions of their own: those of identities' rules, and "where" of roles' rules. */
function expressions({ identities, roles }: CheckContext['teleport']): readonly Expression[] {
  const at = (resource: TeleportResource, side: string, list: string, key: string) =>
    listAt(resource.spec, side, list).flatMap((rule, index) => {
      const text = textAt(rule, key) ?? '';
      const pointer = `/spec/${side}/${list}/${index}/${key}`;
      return text === '' ? [] : [{ manifest: resource.manifest, text, pointer }];
    });
  return [
    ...identities.flatMap((one) => at(one, 'rules', 'allow', 'expression')),
    ...roles.flatMap((one) => ['allow', 'deny'].flatMap((side) => at(one, side, 'rules', 'where'))),
  ];
}

/** Fields of an identity that have templates in them. */
const TEMPLATED = ['id', 'x509', 'jwt'] as const;

/** What is between the braces of templates; braces without anything print nothing. */
function templates({ identities }: CheckContext['teleport']): readonly Expression[] {
  return identities.flatMap(({ manifest, spec }) =>
    TEMPLATED.flatMap((key) => textsIn(field(spec, 'spiffe', key), `/spec/spiffe/${key}`)).flatMap(
      ({ text, pointer }) =>
        templateActions(text)
          .map(({ inner }) => inner)
          .filter((inner) => inner.trim() !== '' && !/[{}]/.test(inner))
          .map((inner) => ({ manifest, text: inner, pointer })),
    ),
  );
}

/** Every text in a value, and where it is. */
function textsIn(value: JsonValue | undefined, pointer: string): readonly { text: string; pointer: string }[] {
  if (typeof value === 'string') return [{ text: value, pointer }];
  if (Array.isArray(value)) return value.flatMap((one, index) => textsIn(one, `${pointer}/${index}`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => textsIn(one, `${pointer}${toPointer(key)}`));
}

/** Attributes that an expression reads and Teleport does not have; what is called on one is a function. */
function unknownAttributes(expression: string): readonly string[] {
  const plain = expression.replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, '""');
  return Array.from(plain.matchAll(/(?<![\w.])((?:workload|join|user)(?:\.\w+)+)(\s*\()?/g), ([, name = '', call]) =>
    call === undefined ? name : name.replace(/\.\w+$/, ''),
  ).filter(
    (name) =>
      name.includes('.') &&
      attributeType(name) === undefined &&
      !ATTRIBUTE_NAMES.some((known) => known.startsWith(`${name}.`)),
  );
}
