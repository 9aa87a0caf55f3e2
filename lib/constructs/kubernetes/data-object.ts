import {
  ApiObject,
  type ApiObjectProps,
  App,
  ImplicitTokenResolver,
  type JsonPatch,
  Lazy,
  LazyResolver,
  NumberStringUnionResolver,
} from 'cdk8s';
import type { Construct } from 'constructs';

/** The resolvers of every app; in older releases of cdk8s some of them are not there. */
const BUILT_IN: ReadonlySet<unknown> = new Set([LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver]);

/** Keys by which cdk8s takes an object for something other than data. */
const NOT_KEYS: ReadonlySet<string> = new Set(['constructor', '__proto__']);

/**
 * An object whose manifest is copied once: cdk8s resolves, sanitizes and sorts data in copies of their own, with three resolvers for
 * each value. Whatever is not data, or was patched, is left to it.
 */
export class DataObject extends ApiObject {
  private isPatched = false;

  public constructor(
    scope: Construct,
    id: string,
    private readonly data: ApiObjectProps & Readonly<Record<string, unknown>>,
  ) {
    super(scope, id, data);
  }

  /** Changes what is written; see cdk8s' `ApiObject`. */
  public override addJsonPatch(...ops: JsonPatch[]): void {
    this.isPatched = true;
    super.addJsonPatch(...ops);
  }

  /** The manifest, as cdk8s' `ApiObject` writes it. */
  public override toJson(): ReturnType<ApiObject['toJson']> {
    return (this.isWrittenPlainly() ? this.written() : undefined) ?? super.toJson();
  }

  private isWrittenPlainly(): boolean {
    return (
      !this.isPatched &&
      !process.env.CDK8S_DISABLE_SORT &&
      App.of(this).resolvers.every((resolver) => BUILT_IN.has(resolver.constructor))
    );
  }

  /** Undefined if something in it is not data. */
  private written(): Record<string, unknown> | undefined {
    const { apiVersion, kind, metadata: _, ...others } = this.data;
    try {
      const head = { apiVersion, kind, metadata: this.metadata.toJson() };
      return Object.assign(head, copyOf(others));
    } catch {
      // cdk8s says what is wrong with it, and where.
      return undefined;
    }
  }
}

class NotData extends Error {}

/** Data with sorted keys, without those whose value is null or undefined. */
function copyOf(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Lazy) return copyOf(value.produce());
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) throw new NotData();
  const copy: Record<string, unknown> = {};
  for (const key of sortedKeys(value)) {
    if (NOT_KEYS.has(key)) throw new NotData();
    const own = copyOf((value as Record<string, unknown>)[key]);
    if (own !== undefined) copy[key] = own;
  }
  return copy;
}

/** Most objects have one key, or are written in order. */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value);
  return keys.every((key, index) => index === 0 || (keys[index - 1] as string) < key) ? keys : keys.sort();
}
