import type { Duration } from 'cdk8s';
import { JWT_CEILING, toMaximumTtl, X509_CEILING } from './maximum-ttl';
import { checkDnsTemplate, checkPathTemplate, checkTemplate } from './template';

/** The subject of X.509-SVIDs, for verifiers that do not read SANs. Each part may have placeholders. */
export interface SubjectTemplate {
  /**
   * Common name.
   *
   * @default - no CN
   */
  readonly commonName?: string;
  /**
   * Organization.
   *
   * @default - no O
   */
  readonly organization?: string;
  /**
   * Organizational unit.
   *
   * @default - no OU
   */
  readonly organizationalUnit?: string;
}

/** Properties of every workload identity. */
export interface WorkloadIdentityOptions {
  /** Name of the resource; tbot requests the identity by it. */
  readonly name: string;
  /**
   * Further labels, for other roles and for `tctl`. The label `workload-identity` is always set.
   *
   * @default - only the label `workload-identity`, with the name as its value
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Hint that lets workloads with several identities recognize this one; may have placeholders.
   *
   * @default - no hint
   */
  readonly hint?: string;
  /**
   * DNS SANs of X.509-SVIDs; may have placeholders. Prefer the SPIFFE ID, which is always included.
   *
   * @default - none
   */
  readonly dnsSans?: readonly string[];
  /**
   * Subject of X.509-SVIDs, for verifiers that do not read SANs.
   *
   * @default - an empty subject
   */
  readonly subject?: SubjectTemplate;
  /**
   * Maximum lifetime of an X.509-SVID, whatever tbot requests; at most 14 days.
   *
   * @default - 24 hours, set by Teleport
   */
  readonly x509MaximumTtl?: Duration;
  /**
   * Maximum lifetime of a JWT-SVID, whatever tbot requests; at most 24 hours.
   *
   * @default - 24 hours, set by Teleport
   */
  readonly jwtMaximumTtl?: Duration;
}

/** The part of the resource that describes the SVIDs. */
interface SpiffeSpec {
  readonly id: string;
  readonly hint?: string;
  readonly x509?: object;
  readonly jwt?: object;
}

/**
 * Writes down what the SVIDs look like.
 *
 * @internal
 * @throws InvalidInputError if Teleport would refuse it, or could never fill in a template
 */
export function toSpiffeSpec(where: string, id: string, options: WorkloadIdentityOptions): SpiffeSpec {
  const { hint, jwtMaximumTtl } = options;
  checkPathTemplate(where, id);
  if (hint !== undefined) checkTemplate(where, hint);
  const x509 = toX509Spec(where, options);
  return {
    id,
    ...(hint !== undefined && { hint }),
    ...(Object.keys(x509).length > 0 && { x509 }),
    ...(jwtMaximumTtl && { jwt: { maximum_ttl: toMaximumTtl(where, jwtMaximumTtl, JWT_CEILING) } }),
  };
}

function toX509Spec(where: string, { dnsSans = [], subject, x509MaximumTtl }: WorkloadIdentityOptions): object {
  for (const name of dnsSans) checkDnsTemplate(where, name);
  for (const part of Object.values(subject ?? {})) checkTemplate(where, part);
  return {
    ...(dnsSans.length > 0 && { dns_sans: [...dnsSans] }),
    ...(subject && { subject_template: toSubjectSpec(subject) }),
    ...(x509MaximumTtl && { maximum_ttl: toMaximumTtl(where, x509MaximumTtl, X509_CEILING) }),
  };
}

function toSubjectSpec({ commonName, organization, organizationalUnit }: SubjectTemplate): object {
  return {
    ...(commonName !== undefined && { common_name: commonName }),
    ...(organization !== undefined && { organization }),
    ...(organizationalUnit !== undefined && { organizational_unit: organizationalUnit }),
  };
}
