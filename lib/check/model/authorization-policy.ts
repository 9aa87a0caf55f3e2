import { isList, isObject, type JsonValue, type Manifest, objectAt, textAt, textsAt } from '../../manifests';

/**
 * A list of values in a rule: `principals`, `notPaths`, the `values` of a condition … Its pointer is made when somebody asks for
 * it, which is nearly never.
 */
export class PolicyField {
  public constructor(
    /** Field name, or for a condition its key. */
    public readonly name: string,
    public readonly values: readonly string[],
    private readonly clause: PolicyClause,
    private readonly key: string,
  ) {}

  /** The policy it is part of. */
  public get manifest(): Manifest {
    return this.clause.manifest;
  }

  /** JSON pointer to the list. */
  public get pointer(): string {
    return `${this.clause.pointer}/${this.key}`;
  }

  /** Whether the field excludes what it matches. */
  public get negative(): boolean {
    return this.key.startsWith('not');
  }
}

type ClausePart = 'from' | 'to' | 'when';

/** Where the fields of each part's entries stand: those of a condition in itself. */
const INNER: Readonly<Record<ClausePart, string>> = { from: '/source', to: '/operation', when: '' };

/** One entry of `from`, `to` or `when`. */
export class PolicyClause {
  /** Its lists of values. */
  public readonly fields: readonly PolicyField[];

  public constructor(
    /** The policy it is part of. */
    public readonly manifest: Manifest,
    private readonly rule: number,
    private readonly part: ClausePart,
    private readonly index: number,
    entry: JsonValue,
  ) {
    this.fields = part === 'when' ? this.readCondition(entry) : this.readFields(entry);
  }

  /** JSON pointer to what holds its fields. */
  public get pointer(): string {
    return `/spec/rules/${this.rule}/${this.part}/${this.index}${INNER[this.part]}`;
  }

  private readFields(entry: JsonValue): readonly PolicyField[] {
    const body = objectAt(entry, this.part === 'from' ? 'source' : 'operation');
    const fields: PolicyField[] = [];
    for (const name in body) fields.push(new PolicyField(name, texts(body[name]), this, name));
    return fields;
  }

  private readCondition(condition: JsonValue): readonly PolicyField[] {
    const name = textAt(condition, 'key') ?? '';
    return ['values', 'notValues'].flatMap((key) =>
      isObject(condition) && condition[key] !== undefined
        ? [new PolicyField(name, texts(condition[key]), this, key)]
        : [],
    );
  }
}

/** One rule of a policy. */
export class PolicyRule {
  public readonly from: readonly PolicyClause[];
  public readonly to: readonly PolicyClause[];
  public readonly when: readonly PolicyClause[];

  public constructor(
    private readonly manifest: Manifest,
    private readonly index: number,
    value: JsonValue,
  ) {
    this.from = this.clauses('from', value);
    this.to = this.clauses('to', value);
    this.when = this.clauses('when', value);
  }

  /** JSON pointer to it. */
  public get pointer(): string {
    return `/spec/rules/${this.index}`;
  }

  /** Whether there is nothing at all in it: it matches every request. */
  public get matchesAll(): boolean {
    return this.from.length + this.to.length + this.when.length === 0;
  }

  /** Every list of values in it. */
  public get fields(): readonly PolicyField[] {
    const fields: PolicyField[] = [];
    for (const part of [this.from, this.to, this.when]) for (const clause of part) fields.push(...clause.fields);
    return fields;
  }

  private clauses(part: ClausePart, rule: JsonValue): readonly PolicyClause[] {
    const list = isObject(rule) ? rule[part] : undefined;
    if (!isList(list)) return NONE;
    return list.map((entry, index) => new PolicyClause(this.manifest, this.index, part, index, entry));
  }
}

const NONE: readonly PolicyClause[] = [];

/** An AuthorizationPolicy. */
export interface AuthorizationPolicy {
  readonly manifest: Manifest;
  readonly name: string;
  readonly namespace: string;
  readonly action: string;
  readonly rules: readonly PolicyRule[];
  /** Labels of the pods it is for; empty for all of its scope. */
  readonly selector: Readonly<Record<string, string>>;
  /** Whether it is attached to gateways or waypoints instead of pods. */
  readonly hasTargets: boolean;
}

/** Reads an AuthorizationPolicy; whatever is malformed in it is left to the schema. */
export function toAuthorizationPolicy(manifest: Manifest): AuthorizationPolicy {
  const spec = objectAt(manifest.body, 'spec');
  const rules = isList(spec.rules) ? spec.rules : [];
  return {
    manifest,
    name: manifest.name,
    namespace: manifest.namespace ?? 'default',
    action: textAt(spec, 'action') ?? 'ALLOW',
    rules: rules.map((rule, index) => new PolicyRule(manifest, index, rule)),
    selector: textsAt(spec, 'selector', 'matchLabels'),
    hasTargets: spec.targetRef !== undefined || (isList(spec.targetRefs) && spec.targetRefs.length > 0),
  };
}

function texts(values: JsonValue | undefined): readonly string[] {
  if (!isList(values)) return [];
  // Nearly always all of them are texts, and then nothing has to be copied.
  return values.every(isText) ? values : values.filter(isText);
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}
