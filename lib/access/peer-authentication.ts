import { field, type JsonValue, type Manifest, objectAt, textAt, textsAt } from '../manifests';
import { type PolicyTargetPod, selects } from './policy-attachment';

/** What a server accepts: plain text only, both, or mutual TLS only. */
export type ServerMtlsMode = 'DISABLE' | 'PERMISSIVE' | 'STRICT';

/** A server's mode and what set it. */
export interface EffectiveMtlsMode {
  /** What the server accepts. */
  readonly mode: ServerMtlsMode;
  /** The PeerAuthentication that decided; undefined if none did and Istio's default holds. */
  readonly decidedBy: { readonly manifest: Manifest; readonly pointer: string } | undefined;
}

const DEFAULT: EffectiveMtlsMode = { mode: 'PERMISSIVE', decidedBy: undefined };

/**
 * All PeerAuthentications, composed as istiod does: mesh, then namespace, then workload, then port, each overriding the one
 * before unless it says UNSET (istio/istio pilot/pkg/security/authn/policy_applier.go `ComposePeerAuthentication`).
 */
export class PeerAuthentications {
  private readonly oldestFirst: readonly Manifest[];

  public constructor(
    policies: readonly Manifest[],
    private readonly rootNamespace: string,
  ) {
    this.oldestFirst = [...policies].sort((a, b) => compare(createdAt(a), createdAt(b)));
  }

  /** What a pod accepts on one of its ports (the pod's port, not a Service's). */
  public modeOf(pod: PolicyTargetPod, port: number): EffectiveMtlsMode {
    const wide = this.namespaceModeOf(pod.namespace);
    const own = this.workloadPolicy(pod);
    if (own === undefined) return wide;
    const workload = override(wide, own, '/spec/mtls/mode', textAt(own.body, 'spec', 'mtls', 'mode'));
    const ports = objectAt(own.body, 'spec', 'portLevelMtls');
    return override(workload, own, `/spec/portLevelMtls/${port}`, textAt(field(ports, String(port)), 'mode'));
  }

  /** What holds in a namespace before workloads are looked at; all that clients' auto-mTLS sees of the policies at first. */
  public namespaceModeOf(namespace: string): EffectiveMtlsMode {
    const levels = namespace === this.rootNamespace ? [this.rootNamespace] : [this.rootNamespace, namespace];
    return levels.reduce((mode, level) => {
      const policy = this.widePolicy(level);
      return policy ? override(mode, policy, '/spec/mtls/mode', textAt(policy.body, 'spec', 'mtls', 'mode')) : mode;
    }, DEFAULT);
  }

  private widePolicy(namespace: string): Manifest | undefined {
    return this.oldestFirst.find((policy) => (policy.namespace ?? 'default') === namespace && !hasSelector(policy));
  }

  // A selector in the root namespace is ignored, unlike an AuthorizationPolicy's.
  private workloadPolicy(pod: PolicyTargetPod): Manifest | undefined {
    if (pod.namespace === this.rootNamespace) return undefined;
    return this.oldestFirst.find(
      (policy) =>
        (policy.namespace ?? 'default') === pod.namespace &&
        hasSelector(policy) &&
        selects(selector(policy), pod.labels),
    );
  }
}

function override(
  inherited: EffectiveMtlsMode,
  manifest: Manifest,
  pointer: string,
  mode: string | undefined,
): EffectiveMtlsMode {
  const said = mode === 'DISABLE' || mode === 'PERMISSIVE' || mode === 'STRICT';
  return said ? { mode, decidedBy: { manifest, pointer } } : inherited;
}

function selector({ body }: Manifest): Readonly<Record<string, string>> {
  return textsAt(body, 'spec', 'selector', 'matchLabels');
}

function hasSelector(policy: Manifest): boolean {
  return Object.keys(selector(policy)).length > 0;
}

/** Manifests that were never applied have no time of creation; they keep their order and count as the newest. */
function createdAt({ body }: Manifest): string {
  const time: JsonValue | undefined = field(body, 'metadata', 'creationTimestamp');
  return typeof time === 'string' ? time : '~';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
