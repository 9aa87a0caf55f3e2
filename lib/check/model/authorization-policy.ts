import {
  isList,
  isObject,
  type JsonObject,
  type JsonValue,
  type Manifest,
  objectAt,
  textAt,
  textsAt,
} from '../../manifests';

/** A list of values in a rule: `principals`, `notPaths`, the `values` of a condition … */
export interface PolicyField {
  /** Field name, or for a condition its key. */
  readonly name: string;
  readonly values: readonly string[];
  readonly pointer: string;
  /** Whether the field excludes what it matches. */
  readonly negative: boolean;
}

/** One entry of `from`, `to` or `when`. */
export interface PolicyClause {
  readonly pointer: string;
  readonly fields: readonly PolicyField[];
}

/** One rule of a policy. */
export interface PolicyRule {
  readonly pointer: string;
  /** Nothing at all in it: it matches every request. */
  readonly matchesAll: boolean;
  readonly from: readonly PolicyClause[];
  readonly to: readonly PolicyClause[];
  readonly when: readonly PolicyClause[];
  /** Every field of those. */
  readonly fields: readonly PolicyField[];
}

/** An AuthorizationPolicy. */
export interface AuthorizationPolicy {
  readonly manifest: Manifest;
  readonly name: string;
  readonly namespace: string;
  readonly action: string;
  readonly rules: readonly PolicyRule[];
  /** Every field of every rule. */
  readonly fields: readonly PolicyField[];
  /** Labels of the pods it is for; empty for all of its scope. */
  readonly selector: Readonly<Record<string, string>>;
  /** Whether it is attached to gateways or waypoints instead of pods. */
  readonly hasTargets: boolean;
}

/** Values compared with the peer's identity as principals, of the whole policy. */
export function principalsOf(policy: AuthorizationPolicy): readonly PolicyField[] {
  return policy.fields.filter(({ name }) => ['principals', 'notPrincipals', 'source.principal'].includes(name));
}

/** Reads an AuthorizationPolicy; whatever is malformed in it is left to the schema. */
export function toAuthorizationPolicy(manifest: Manifest): AuthorizationPolicy {
  const spec = objectAt(manifest.body, 'spec');
  const rules = isList(spec.rules) ? spec.rules : [];
  const read = rules.map((rule, index) => toRule(rule, `/spec/rules/${index}`));
  return {
    manifest,
    name: manifest.name,
    namespace: manifest.namespace ?? 'default',
    action: textAt(spec, 'action') ?? 'ALLOW',
    rules: read,
    fields: read.length === 1 && read[0] ? read[0].fields : read.flatMap(({ fields }) => fields),
    selector: textsAt(spec, 'selector', 'matchLabels'),
    hasTargets: spec.targetRef !== undefined || (isList(spec.targetRefs) && spec.targetRefs.length > 0),
  };
}

function toRule(value: JsonValue, pointer: string): PolicyRule {
  const rule = isObject(value) ? value : {};
  const from = clauses(rule, 'from', 'source', pointer);
  const to = clauses(rule, 'to', 'operation', pointer);
  const when = (isList(rule.when) ? rule.when : []).map((condition, index) =>
    toCondition(condition, `${pointer}/when/${index}`),
  );
  const fields: PolicyField[] = [];
  for (const list of [from, to, when]) for (const clause of list) fields.push(...clause.fields);
  return { pointer, matchesAll: from.length + to.length + when.length === 0, from, to, when, fields };
}

function clauses(rule: JsonObject, key: string, inner: string, pointer: string): readonly PolicyClause[] {
  const list = rule[key];
  return (isList(list) ? list : []).map((entry, index) => {
    const at = `${pointer}/${key}/${index}/${inner}`;
    const body = objectAt(entry, inner);
    const fields: PolicyField[] = [];
    for (const name in body) {
      fields.push({ name, values: texts(body[name]), pointer: `${at}/${name}`, negative: name.startsWith('not') });
    }
    return { pointer: at, fields };
  });
}

function toCondition(condition: JsonValue, pointer: string): PolicyClause {
  const name = textAt(condition, 'key') ?? '';
  const fields = (['values', 'notValues'] as const).flatMap((key): PolicyField[] =>
    isObject(condition) && condition[key] !== undefined
      ? [{ name, values: texts(condition[key]), pointer: `${pointer}/${key}`, negative: key === 'notValues' }]
      : [],
  );
  return { pointer, fields };
}

function texts(values: JsonValue | undefined): readonly string[] {
  if (!isList(values)) return [];
  // Nearly always all of them are texts, and then nothing has to be copied.
  return values.every((entry) => typeof entry === 'string')
    ? values
    : values.filter((entry) => typeof entry === 'string');
}
