import { isList, type JsonObject, type JsonValue, listAt, objectAt, textAt, textsAt } from '../../base/json';
import type { Manifest } from '../documents/manifest';

/** Part of a rule whose entries hold lists of values. */
type RulePart = 'from' | 'to' | 'when';

/** Key under which an entry holds them; a condition holds them itself. */
const INNER: Readonly<Record<RulePart, string>> = { from: 'source', to: 'operation', when: '' };

/** One entry of `from`, `to` or `when`: where it stands. */
export class PolicyClause {
  public constructor(
    /** The policy it is part of. */
    public readonly manifest: Manifest,
    private readonly rule: number,
    private readonly part: RulePart,
    private readonly index: number,
    /** What holds its lists of values. */
    public readonly body: JsonObject,
  ) {}

  /** JSON pointer to what holds its lists of values. */
  public get pointer(): string {
    const inner = INNER[this.part];
    return `/spec/rules/${this.rule}/${this.part}/${this.index}${inner === '' ? '' : `/${inner}`}`;
  }

  /** Its lists of values. */
  public get fields(): readonly PolicyField[] {
    return this.part === 'when' ? this.readCondition() : this.readFields();
  }

  private readFields(): readonly PolicyField[] {
    const fields: PolicyField[] = [];
    for (const name in this.body) fields.push(new PolicyField(name, texts(this.body[name]), this, name));
    return fields;
  }

  private readCondition(): readonly PolicyField[] {
    const name = textAt(this.body, 'key') ?? '';
    return ['values', 'notValues'].flatMap((key) =>
      this.body[key] === undefined ? [] : new PolicyField(name, texts(this.body[key]), this, key),
    );
  }
}

/** A list of values in a rule: `principals`, `notPaths`, the `values` of a condition … */
export class PolicyField {
  public constructor(
    /** Field name, or for a condition its key. */
    public readonly name: string,
    public readonly values: readonly string[],
    /** What it stands in. */
    public readonly clause: PolicyClause,
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

/** One rule of a policy. Its parts are read when they are asked for: most rules of a mesh are only looked up by value. */
export class PolicyRule {
  public constructor(
    private readonly manifest: Manifest,
    private readonly index: number,
    private readonly body: JsonValue,
  ) {}

  /** JSON pointer to it. */
  public get pointer(): string {
    return `/spec/rules/${this.index}`;
  }

  public get from(): readonly PolicyClause[] {
    return this.clauses('from');
  }

  public get to(): readonly PolicyClause[] {
    return this.clauses('to');
  }

  public get when(): readonly PolicyClause[] {
    return this.clauses('when');
  }

  /** Whether there is nothing at all in it: it matches every request. */
  public get matchesAll(): boolean {
    return listAt(this.body, 'from').length + listAt(this.body, 'to').length + listAt(this.body, 'when').length === 0;
  }

  /** Every list of values in it. */
  public get fields(): readonly PolicyField[] {
    const fields: PolicyField[] = [];
    for (const part of [this.from, this.to, this.when]) for (const clause of part) fields.push(...clause.fields);
    return fields;
  }

  private clauses(part: RulePart): readonly PolicyClause[] {
    const list = listAt(this.body, part);
    if (list.length === 0) return NONE;
    const inner = INNER[part];
    return list.map((entry, index) => {
      const body = inner === '' ? objectAt(entry) : objectAt(entry, inner);
      return new PolicyClause(this.manifest, this.index, part, index, body);
    });
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
  /** Labels of the pods that it applies to; empty for all pods in its scope. */
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
