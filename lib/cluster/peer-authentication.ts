import { field, type Manifest, type ManifestSet, objectAt, textAt, textsAt } from '../manifests';
import { type Labelled, selects } from './label-index';

/** What a server accepts: plain text only, both, or mutual TLS only. */
export type ServerMtlsMode = 'DISABLE' | 'PERMISSIVE' | 'STRICT';

/** A server's mode and what set it. */
export interface EffectiveMtlsMode {
  /** What the server accepts. */
  readonly mode: ServerMtlsMode;
  /** The PeerAuthentication that decided; undefined if none did and Istio's default holds. */
  readonly decidedBy: { readonly manifest: Manifest; readonly pointer: string } | undefined;
  /** Which of several was taken for the oldest, where the files do not say. */
  readonly assumptions: readonly string[];
}

/** A PeerAuthentication: what a server asks of its callers. */
export interface PeerAuthentication {
  readonly manifest: Manifest;
  readonly namespace: string;
  /** Labels of the pods it is for; empty for the whole namespace. */
  readonly selector: Readonly<Record<string, string>>;
  /** As written; `UNSET` if it says nothing. */
  readonly mode: string;
  /** Modes by port of the pod, not of a Service. */
  readonly portModes: Readonly<Record<string, string>>;
}

const DEFAULT: EffectiveMtlsMode = { mode: 'PERMISSIVE', decidedBy: undefined, assumptions: [] };

/**
 * All PeerAuthentications, composed as istiod does: mesh, then namespace, then workload, then port, each overriding the one
 * before unless it says UNSET (istio/istio pilot/pkg/security/authn/policy_applier.go `ComposePeerAuthentication`).
 */
export class PeerAuthentications {
  /** Every one of them, in the order of the manifests. */
  public readonly all: readonly PeerAuthentication[];
  private readonly oldestFirst = new Map<string, PeerAuthentication[]>();

  public constructor(
    manifests: ManifestSet,
    private readonly rootNamespace: string,
  ) {
    this.all = manifests.ofKind('PeerAuthentication', 'security.istio.io').map(toPeerAuthentication);
    for (const policy of [...this.all].sort(byAge)) {
      const sameNamespace = this.oldestFirst.get(policy.namespace);
      if (sameNamespace) sameNamespace.push(policy);
      else this.oldestFirst.set(policy.namespace, [policy]);
    }
  }

  /** What a pod accepts on one of its ports (the pod's port, not a Service's). */
  public modeOf(pod: Labelled, port: number): EffectiveMtlsMode {
    const wide = this.namespaceModeOf(pod.namespace);
    // A selector in the root namespace is ignored, unlike an AuthorizationPolicy's.
    if (pod.namespace === this.rootNamespace) return wide;
    const own = this.oldestOf(pod.namespace, ({ selector }) => isNarrow(selector) && selects(selector, pod.labels));
    const workload = override(wide, own, '/spec/mtls/mode', own?.policy.mode);
    return override(workload, own, `/spec/portLevelMtls/${port}`, own?.policy.portModes[port]);
  }

  /** What holds in a namespace before workloads are looked at; all that clients' auto-mTLS sees of the policies at first. */
  public namespaceModeOf(namespace: string): EffectiveMtlsMode {
    const ofMesh = this.oldestOf(this.rootNamespace, ({ selector }) => !isNarrow(selector));
    const mesh = override(DEFAULT, ofMesh, '/spec/mtls/mode', ofMesh?.policy.mode);
    if (namespace === this.rootNamespace) return mesh;
    const own = this.oldestOf(namespace, ({ selector }) => !isNarrow(selector));
    return override(mesh, own, '/spec/mtls/mode', own?.policy.mode);
  }

  /** Of several policies for the same pods only the oldest counts. */
  private oldestOf(namespace: string, isCandidate: (policy: PeerAuthentication) => boolean): Oldest | undefined {
    const [policy, ...others] = this.oldestFirst.get(namespace)?.filter(isCandidate) ?? [];
    if (policy === undefined) return undefined;
    const { name } = policy.manifest;
    const rivals = new Set(others.map(({ manifest }) => manifest.name).filter((other) => other !== name));
    if (rivals.size === 0 || createdAt(policy) !== NEVER) return { policy, assumption: undefined };
    const assumption = `of PeerAuthentications ${name}, ${[...rivals].join(', ')} in namespace ${namespace} only ${name} counts, the first by name: which one is oldest the manifests do not say`;
    return { policy, assumption };
  }
}

/** The policy that counts, and why it was taken for the oldest if that is not known. */
interface Oldest {
  readonly policy: PeerAuthentication;
  readonly assumption: string | undefined;
}

function toPeerAuthentication(manifest: Manifest): PeerAuthentication {
  const portModes: Record<string, string> = {};
  for (const [port, mtls] of Object.entries(objectAt(manifest.body, 'spec', 'portLevelMtls'))) {
    portModes[port] = textAt(mtls, 'mode') ?? 'UNSET';
  }
  return {
    manifest,
    namespace: manifest.namespace ?? 'default',
    selector: textsAt(manifest.body, 'spec', 'selector', 'matchLabels'),
    mode: textAt(manifest.body, 'spec', 'mtls', 'mode') ?? 'UNSET',
    portModes,
  };
}

function override(
  inherited: EffectiveMtlsMode,
  by: Oldest | undefined,
  pointer: string,
  mode: string | undefined,
): EffectiveMtlsMode {
  if (by === undefined) return inherited;
  const known = by.assumption === undefined || inherited.assumptions.includes(by.assumption);
  const assumptions = known ? inherited.assumptions : [...inherited.assumptions, by.assumption];
  if (mode !== 'DISABLE' && mode !== 'PERMISSIVE' && mode !== 'STRICT') return { ...inherited, assumptions };
  return { mode, decidedBy: { manifest: by.policy.manifest, pointer }, assumptions };
}

function isNarrow(selector: PeerAuthentication['selector']): boolean {
  return Object.keys(selector).length > 0;
}

/** Manifests that were never applied have no time of creation; they count as the newest. */
const NEVER = '~';

function createdAt({ manifest }: PeerAuthentication): string {
  const time = field(manifest.body, 'metadata', 'creationTimestamp');
  return typeof time === 'string' ? time : NEVER;
}

/** Of two made in the same second istiod takes the first by name (istio/istio pilot/pkg/model `sortConfigByCreationTime`). */
function byAge(a: PeerAuthentication, b: PeerAuthentication): number {
  return compare(createdAt(a), createdAt(b)) || compare(a.manifest.name, b.manifest.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
