import { cached } from '../../base/cached';
import { replaceActions } from '../../base/go-template/go-template';
import { field, type JsonValue, listAt, textAt } from '../../base/json';
import { PROXY_CONTAINER } from '../../upstream/istio/injection';
import { attributes } from '../../upstream/teleport/attributes';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { findTeleportResources, hasIstioPath, idTemplate, type TeleportResource } from './teleport-resources';

/** What Teleport's rules can know about a pod from its manifest. */
export interface AttestedPod {
  /** Its namespace. */
  readonly namespace: string;
  /** ServiceAccount it runs as. */
  readonly serviceAccount: string;
}

/** Teleport's answer when a workload's proxy requests its identity. */
export interface TeleportIdentity {
  /** Whether the rules of a workload identity allow it; undefined if that depends on something the manifests do not state. */
  readonly issued: boolean | undefined;
  /** Path of the SPIFFE ID; undefined if its template uses something the manifests do not state. */
  readonly path: string | undefined;
  /** The workload identity that is issued or denied. */
  readonly decidedBy: Manifest;
}

/**
 * Teleport's workload identities, as `tctl` documents or objects of the operator, and the workloads they are issued to.
 *
 * If some have the path that Istio expects, only those are evaluated: the others are for programs outside the mesh. Of
 * rules, conditions on attested Kubernetes attributes are read; an `expression`, or an attribute that only the running
 * pod has, makes the answer uncertain (gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go).
 */
export class TeleportIdentities {
  private readonly identities: readonly TeleportResource[];
  /** By namespace and ServiceAccount: each is named by many policies. */
  private readonly answers = new Map<string, TeleportIdentity>();

  public constructor(manifests: ManifestSet) {
    const { identities } = findTeleportResources(manifests);
    const forMesh = identities.filter(hasIstioPath);
    this.identities = forMesh.length > 0 ? forMesh : identities;
  }

  /** Whether a workload identity is among the manifests. */
  public get areKnown(): boolean {
    return this.identities.length > 0;
  }

  /** The identity of a workload; undefined if the manifests contain no workload identity. */
  public identityOf(pod: AttestedPod): TeleportIdentity | undefined {
    if (!this.areKnown) return undefined;
    return cached(this.answers, `${pod.namespace}\n${pod.serviceAccount}`, () => this.decide(pod) as TeleportIdentity);
  }

  private decide(pod: AttestedPod): TeleportIdentity | undefined {
    let best: TeleportIdentity | undefined;
    for (const identity of this.identities) {
      const issued = isAllowed(identity, pod);
      if (best !== undefined && rank(best.issued) >= rank(issued)) continue;
      best = { issued, path: renderPath(idTemplate(identity), pod), decidedBy: identity.manifest };
    }
    return best;
  }
}

function rank(issued: boolean | undefined): number {
  return issued === undefined ? 1 : issued ? 2 : 0;
}

/** Rules are alternatives; none at all lets everybody pass. */
function isAllowed({ spec }: TeleportResource, pod: AttestedPod): boolean | undefined {
  const answers = listAt(spec, 'rules', 'allow').map((rule) => ruleAllows(rule, pod));
  if (answers.length === 0 || answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

/** All conditions of a rule must hold. */
function ruleAllows(rule: JsonValue, pod: AttestedPod): boolean | undefined {
  const answers = listAt(rule, 'conditions').map((condition) => conditionHolds(condition, pod));
  if (answers.includes(false)) return false;
  return answers.length === 0 || answers.includes(undefined) ? undefined : true;
}

function conditionHolds(condition: JsonValue, pod: AttestedPod): boolean | undefined {
  const value = attributeOf(textAt(condition, 'attribute') ?? '', pod);
  if (value === undefined) return undefined;
  const equal = textAt(condition, 'eq', 'value');
  if (equal !== undefined) return value === equal;
  const different = textAt(condition, 'not_eq', 'value');
  if (different !== undefined) return value !== different;
  if (field(condition, 'in') !== undefined) return listAt(condition, 'in', 'values').includes(value);
  if (field(condition, 'not_in') !== undefined) return !listAt(condition, 'not_in', 'values').includes(value);
  return undefined;
}

const { kubernetes, unix } = attributes.workload;

/** What tbot attests of the pod whose proxy asks; undefined for what only the running pod has. */
function attributeOf(name: string, pod: AttestedPod): string | undefined {
  switch (name) {
    case kubernetes.attested.path:
    case unix.attested.path:
      return 'true';
    case kubernetes.namespace.path:
      return pod.namespace;
    case kubernetes.service_account.path:
      return pod.serviceAccount;
    // It is always Istio's proxy that asks, never the application.
    case kubernetes.container.name.path:
      return PROXY_CONTAINER;
    default:
      return undefined;
  }
}

function renderPath(template: string, pod: AttestedPod): string | undefined {
  let known = true;
  const path = replaceActions(template, ({ inner }) => {
    const value = attributeOf(inner.trim(), pod);
    known &&= value !== undefined;
    return value ?? '';
  });
  return known && path.startsWith('/') ? path : undefined;
}
