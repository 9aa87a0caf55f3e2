import { InvalidInputError } from '../../../base/invalid-input-error';
import { isHttpOnly, POLICY_FIELDS, type PolicyFieldName, type SubjectOf } from '../../../upstream/istio/policy-fields';
import type { AtLeastOne } from './at-least-one';
import { checkIpBlock } from './ip-block';
import { checkWildcard, renderList } from './match-list';
import { checkPort } from './policy-port';

/** What a condition reads: the connection (any port), or the request or its token (HTTP ports only). */
export type ConditionSubject = 'connection' | 'request' | 'token';

/** What the conditions of a field look at. */
type SubjectOfCondition<Name extends PolicyFieldName> =
  SubjectOf<Name> extends 'request' | 'token' ? SubjectOf<Name> : 'connection';

/** The fields that have conditions. */
type ConditionField = {
  [Name in PolicyFieldName]: (typeof POLICY_FIELDS)[Name] extends { readonly key: string } ? Name : never;
}[PolicyFieldName];

/** The values of a condition, one of which must match, and the values that must not match. */
export type ConditionMatch<Entry = string> = AtLeastOne<{
  readonly values?: readonly Entry[];
  /** Also fulfilled if there is no such attribute at all. */
  readonly notValues?: readonly Entry[];
}>;

/** One `when` entry in Istio's format. */
export interface ConditionSpec {
  /** Istio's name of the attribute. */
  readonly key: string;
  /** Any of these. */
  readonly values?: readonly string[];
  /** Any value except these. */
  readonly notValues?: readonly string[];
}

/** A further requirement for a connection or request; all conditions of a rule must be met. */
export class PolicyCondition<Subject extends ConditionSubject = ConditionSubject> {
  /**
   * A request header. Names are case-insensitive, values case-sensitive; an asterisk may be the first or last character
   * of a value.
   *
   * @throws InvalidInputError if the name is not a valid header name, or a value is not a valid pattern
   */
  public static header(name: string, match: ConditionMatch): PolicyCondition<'request'> {
    const where = 'PolicyCondition.header';
    // RFC 9110 "token".
    checkKey(where, name, /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'a header name');
    return PolicyCondition.on('headers', where, match, wildcard(where), `[${name}]`);
  }

  /**
   * A claim of the request's JSON Web Token; for a nested claim, pass more than one name.
   *
   * @throws InvalidInputError if a name is empty or has a bracket, or a value is not a pattern
   */
  public static claim(name: string | readonly [string, ...string[]], match: ConditionMatch): PolicyCondition<'token'> {
    const where = 'PolicyCondition.claim';
    const path = typeof name === 'string' ? [name] : name;
    for (const part of path) checkKey(where, part, /^[^[\]]+$/, 'a claim name without brackets');
    const names = path.map((part) => `[${part}]`).join('');
    return PolicyCondition.on('claims', where, match, wildcard(where), names);
  }

  /**
   * The audiences of the request's JSON Web Token.
   *
   * @throws InvalidInputError if a value is not a pattern
   */
  public static audience(match: ConditionMatch): PolicyCondition<'token'> {
    const where = 'PolicyCondition.audience';
    return PolicyCondition.on('audiences', where, match, wildcard(where));
  }

  /**
   * The server name that the client requested in its TLS ClientHello (SNI).
   *
   * @throws InvalidInputError if a value is not a pattern
   */
  public static sni(match: ConditionMatch): PolicyCondition<'connection'> {
    const where = 'PolicyCondition.sni';
    return PolicyCondition.on('sni', where, match, wildcard(where));
  }

  /**
   * The address of the direct peer, as an IP address or CIDR.
   *
   * @throws InvalidInputError if a value is not an IP address or CIDR
   */
  public static sourceIp(match: ConditionMatch): PolicyCondition<'connection'> {
    const where = 'PolicyCondition.sourceIp';
    return PolicyCondition.on('ipBlocks', where, match, block(where));
  }

  /**
   * The address of the original client, as far as X-Forwarded-For can be trusted.
   *
   * @throws InvalidInputError if a value is not an IP address or CIDR
   */
  public static remoteIp(match: ConditionMatch): PolicyCondition<'connection'> {
    const where = 'PolicyCondition.remoteIp';
    return PolicyCondition.on('remoteIpBlocks', where, match, block(where));
  }

  /**
   * The destination address of the connection.
   *
   * @throws InvalidInputError if a value is not an IP address or CIDR
   */
  public static destinationIp(match: ConditionMatch): PolicyCondition<'connection'> {
    const where = 'PolicyCondition.destinationIp';
    return PolicyCondition.on('destinationIp', where, match, block(where));
  }

  /**
   * The port that the pod listens on (target port).
   *
   * @throws InvalidInputError if a value is not a port
   */
  public static destinationPort(match: ConditionMatch<number>): PolicyCondition<'connection'> {
    const where = 'PolicyCondition.destinationPort';
    return PolicyCondition.on('ports', where, match, (port: number) => checkPort(where, port));
  }

  /** A condition on a field, whose name in brackets follows its key where it has one. */
  private static on<Name extends ConditionField, Entry>(
    name: Name,
    where: string,
    match: ConditionMatch<Entry>,
    write: (entry: Entry) => string,
    inBrackets = '',
  ): PolicyCondition<SubjectOfCondition<Name>> {
    const { key, subject } = POLICY_FIELDS[name];
    const looksAt = isHttpOnly(subject) ? subject : 'connection';
    return new PolicyCondition(looksAt as SubjectOfCondition<Name>, render(where, `${key}${inBrackets}`, match, write));
  }

  private constructor(
    /** What the condition reads. */
    public readonly subject: Subject,
    /** The condition in Istio's format. */
    public readonly spec: ConditionSpec,
  ) {}
}

function render<Entry>(
  where: string,
  key: string,
  match: { readonly values?: readonly Entry[]; readonly notValues?: readonly Entry[] },
  write: (entry: Entry) => string,
): ConditionSpec {
  const spec = {
    key,
    ...renderList(where, 'values', match.values, write),
    ...renderList(where, 'notValues', match.notValues, write),
  };
  if (spec.values === undefined && spec.notValues === undefined) {
    throw new InvalidInputError({
      where,
      problem: 'a condition has no values',
      value: match,
      allowed: 'values, notValues or both',
    });
  }
  return spec;
}

function wildcard(where: string): (text: string) => string {
  return (text) => checkWildcard(where, 'values', text);
}

function block(where: string): (text: string) => string {
  return (text) => checkIpBlock(where, text);
}

function checkKey(where: string, key: string, pattern: RegExp, allowed: string): void {
  if (!pattern.test(key)) {
    throw new InvalidInputError({ where, problem: 'not a valid name', value: key, allowed });
  }
}
