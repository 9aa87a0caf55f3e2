import { addTo } from '../../base/add-to';
import type { CompiledPolicy } from '../policy/compiled-policy';
import type { FieldValue, FieldValues } from '../policy/rule-outline';

/**
 * The policies of one workload by what their rules ask for: a rule about one caller or one path is covered only by a rule about that
 * caller or path too, or by one that asks for nothing of the kind. So each policy meets a few others and not all of them.
 */
export class Rivals {
  private readonly positions: ReadonlyMap<CompiledPolicy, number>;
  private readonly ofAnything: CompiledPolicy[] = [];
  private readonly byValue = new Map<string, CompiledPolicy[]>();
  /** How long the prefixes are that rules ask for, by field. */
  private readonly prefixLengths = new Map<string, Set<number>>();

  public constructor(policies: readonly CompiledPolicy[]) {
    this.positions = new Map(policies.map((policy, index) => [policy, index]));
    for (const policy of policies) {
      const { outlines } = policy.rules;
      if (outlines.some(({ asks }) => asks === undefined)) this.ofAnything.push(policy);
      const keys = new Set(outlines.flatMap(({ asks }) => (asks === undefined ? [] : this.keysOf(asks))));
      for (const key of keys) addTo(this.byValue, key, policy);
    }
  }

  /** The policies, itself among them, with rules that may cover one of a policy's, in their order. */
  public of(policy: CompiledPolicy): readonly CompiledPolicy[] {
    const asked = policy.rules.outlines.flatMap(({ has }) => has.flatMap((one) => this.keysThatCover(one)));
    const found = new Set([policy, ...this.ofAnything, ...asked.flatMap((key) => this.byValue.get(key) ?? [])]);
    return [...found].sort((a, b) => (this.positions.get(a) ?? 0) - (this.positions.get(b) ?? 0));
  }

  private keysOf({ field, values, isStarred }: FieldValues): readonly string[] {
    return values.map((value) => {
      const isPrefix = isStarred && value.endsWith('*');
      if (!isPrefix) return exactly(field, value);
      const lengths = this.prefixLengths.get(field);
      if (lengths === undefined) this.prefixLengths.set(field, new Set([value.length - 1]));
      else lengths.add(value.length - 1);
      return prefix(field, value.slice(0, -1));
    });
  }

  private keysThatCover({ field, value }: FieldValue): readonly string[] {
    const lengths = [...(this.prefixLengths.get(field) ?? [])].filter((length) => length <= value.length);
    return [exactly(field, value), ...lengths.map((length) => prefix(field, value.slice(0, length)))];
  }
}

function exactly(field: string, value: string): string {
  return `${field}\n=${value}`;
}

function prefix(field: string, text: string): string {
  return `${field}\n^${text}`;
}
