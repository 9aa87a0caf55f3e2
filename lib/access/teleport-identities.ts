import { field, listAt, type Manifest, type ManifestSet, textAt } from '../manifests';
import { MAYBE, NO, type Truth, truth, YES } from './truth';
import type { Workload } from './workload';

/** What Teleport answers when a workload's proxy asks for its identity. */
export interface TeleportIdentity {
  /** Whether some workload identity's rules let it have one. */
  readonly issued: Truth;
  /** Path of the SPIFFE ID; undefined if its template uses what the manifests do not tell. */
  readonly path: string | undefined;
  /** The workload identity that is issued, or that refuses. */
  readonly decidedBy: Manifest;
}

/**
 * Teleport's workload identities, as `tctl` documents or as the operator's objects, and whom they are issued to.
 *
 * Only conditions on attested Kubernetes attributes are read; an `expression`, or an attribute that only the running pod
 * has, makes the answer uncertain (gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go).
 */
export class TeleportIdentities {
  private readonly identities: readonly Manifest[];

  public constructor(manifests: ManifestSet) {
    this.identities = [...manifests.ofKind('workload_identity'), ...manifests.ofKind('TeleportWorkloadIdentityV1')];
  }

  /** What a workload gets; undefined if no workload identity is among the manifests, so nothing can be said. */
  public identityOf(workload: Workload): TeleportIdentity | undefined {
    let best: TeleportIdentity | undefined;
    for (const decidedBy of this.identities) {
      const issued = isAllowed(decidedBy, workload);
      if (best !== undefined && best.issued >= issued) continue;
      best = { issued, path: renderPath(textAt(decidedBy.body, 'spec', 'spiffe', 'id') ?? '', workload), decidedBy };
    }
    return best;
  }
}

/** Rules are alternatives; none at all lets everybody pass. */
function isAllowed({ body }: Manifest, workload: Workload): Truth {
  const rules = listAt(body, 'spec', 'rules', 'allow');
  if (rules.length === 0) return YES;
  let best: Truth = NO;
  for (const rule of rules) {
    const conditions = listAt(rule, 'conditions');
    const holds = conditions.map((condition) => conditionHolds(condition, workload));
    const result = conditions.length === 0 ? MAYBE : (Math.min(...holds) as Truth);
    if (result > best) best = result;
  }
  return best;
}

function conditionHolds(condition: Parameters<typeof field>[0], workload: Workload): Truth {
  const value = attributeOf(textAt(condition, 'attribute') ?? '', workload);
  if (value === undefined) return MAYBE;
  const equal = textAt(condition, 'eq', 'value');
  if (equal !== undefined) return truth(value === equal);
  const different = textAt(condition, 'not_eq', 'value');
  if (different !== undefined) return truth(value !== different);
  if (field(condition, 'in') !== undefined) return truth(listAt(condition, 'in', 'values').includes(value));
  if (field(condition, 'not_in') !== undefined) return truth(!listAt(condition, 'not_in', 'values').includes(value));
  return MAYBE;
}

/** What tbot attests of the pod whose proxy asks; undefined for what only the running pod has. */
function attributeOf(name: string, workload: Workload): string | undefined {
  switch (name) {
    case 'workload.kubernetes.attested':
    case 'workload.unix.attested':
      return 'true';
    case 'workload.kubernetes.namespace':
      return workload.namespace;
    case 'workload.kubernetes.service_account':
      return workload.serviceAccount;
    // It is always Istio's proxy that asks, never the application.
    case 'workload.kubernetes.container.name':
      return 'istio-proxy';
    default:
      return undefined;
  }
}

function renderPath(template: string, workload: Workload): string | undefined {
  let known = true;
  const path = template.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (_, expression: string) => {
    const value = attributeOf(expression, workload);
    known &&= value !== undefined;
    return value ?? '';
  });
  return known && path.startsWith('/') ? path : undefined;
}
