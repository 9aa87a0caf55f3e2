import { addTo } from '../../base/add-to';
import { compareTexts } from '../../base/compare-texts';
import { field, objectAt, textAt, textsAt } from '../../base/json';
import { ISTIO_SECURITY } from '../../upstream/kubernetes/api-groups';
import { type Labelled, selects } from '../cluster/label-index';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** What a server accepts: only plain text, both, or only mutual TLS. */
export type ServerMtlsMode = 'DISABLE' | 'PERMISSIVE' | 'STRICT';

/** A server's mode and the policy that sets it. */
export interface EffectiveMtlsMode {
  /** What the server accepts. */
  readonly mode: ServerMtlsMode;
  /** The PeerAuthentication that sets the mode; undefined if Istio's default applies. */
  readonly decidedBy: { readonly manifest: Manifest; readonly pointer: string } | undefined;
  /** Which of several is assumed to be the oldest, because the files do not state it. */
  readonly assumptions: readonly string[];
}

/** A PeerAuthentication: the TLS that a server requires. */
export interface MtlsPolicy {
  readonly manifest: Manifest;
  readonly namespace: string;
  /** Labels of the pods that it applies to; empty for the whole namespace. */
  readonly selector: Readonly<Record<string, string>>;
  /** As written; `UNSET` if it is not set. */
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
  public readonly all: readonly MtlsPolicy[];
  /** Those for whole namespaces, by namespace, oldest first. */
  private readonly wide = new Map<string, MtlsPolicy[]>();
  /** Those for some pods of a namespace, likewise. */
  private readonly narrow = new Map<string, MtlsPolicy[]>();
  private readonly namespaceModes = new Map<string, EffectiveMtlsMode>();

  public constructor(
    manifests: ManifestSet,
    private readonly rootNamespace: string,
  ) {
    this.all = manifests.ofKind('PeerAuthentication', ISTIO_SECURITY).map(toPeerAuthentication);
    for (const policy of [...this.all].sort(byAge)) {
      const known = isNarrow(policy.selector) ? this.narrow : this.wide;
      addTo(known, policy.namespace, policy);
    }
  }

  /** What a pod accepts on one of its ports (the pod's port, not a Service's). */
  public modeOf(pod: Labelled, port: number): EffectiveMtlsMode {
    const own = this.ownPolicyOf(pod);
    const workload = override(this.namespaceModeOf(pod.namespace), own, '/spec/mtls/mode', own?.policy.mode);
    return override(workload, own, `/spec/portLevelMtls/${port}`, own?.policy.portModes[port]);
  }

  /** Whether a pod accepts only mutual TLS, on all ports. */
  public isStrict(pod: Labelled): boolean {
    const own = this.ownPolicyOf(pod);
    const { mode } = override(this.namespaceModeOf(pod.namespace), own, '/spec/mtls/mode', own?.policy.mode);
    return mode === 'STRICT' && Object.values(own?.policy.portModes ?? {}).every((one) => !isOpenMode(one));
  }

  /** What holds in a namespace before workloads are looked at; all that clients' auto-mTLS sees of the policies at first. */
  public namespaceModeOf(namespace: string): EffectiveMtlsMode {
    let mode = this.namespaceModes.get(namespace);
    if (!mode) {
      const inherited = namespace === this.rootNamespace ? DEFAULT : this.namespaceModeOf(this.rootNamespace);
      const own = oldestOf(this.wide.get(namespace));
      mode = override(inherited, own, '/spec/mtls/mode', own?.policy.mode);
      this.namespaceModes.set(namespace, mode);
    }
    return mode;
  }

  /** The policy that selects the pod. A selector in the root namespace is ignored, unlike an AuthorizationPolicy's. */
  private ownPolicyOf({ namespace, labels }: Labelled): Oldest | undefined {
    if (namespace === this.rootNamespace) return undefined;
    return oldestOf(this.narrow.get(namespace)?.filter(({ selector }) => selects(selector, labels)));
  }
}

/** The policy that counts, and why it was taken for the oldest if that is not known. */
interface Oldest {
  readonly policy: MtlsPolicy;
  readonly assumption: string | undefined;
}

/** Of several policies for the same pods only the oldest counts. */
function oldestOf(policies: readonly MtlsPolicy[] = []): Oldest | undefined {
  const [policy, ...others] = policies;
  if (policy === undefined) return undefined;
  const { name } = policy.manifest;
  const rivals = new Set(others.map(({ manifest }) => manifest.name).filter((other) => other !== name));
  if (rivals.size === 0 || createdAt(policy) !== NEVER) return { policy, assumption: undefined };
  const assumption = `only one of the PeerAuthentications ${name}, ${[...rivals].join(', ')} in namespace ${policy.namespace} applies, the oldest; the manifests do not say which one that is, so ${name}, the first by name, is assumed`;
  return { policy, assumption };
}

function toPeerAuthentication(manifest: Manifest): MtlsPolicy {
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

function isOpenMode(mode: string): boolean {
  return mode === 'DISABLE' || mode === 'PERMISSIVE';
}

function isNarrow(selector: MtlsPolicy['selector']): boolean {
  return Object.keys(selector).length > 0;
}

/** Manifests that were never applied have no time of creation; they count as the newest. */
const NEVER = '~';

function createdAt({ manifest }: MtlsPolicy): string {
  const time = field(manifest.body, 'metadata', 'creationTimestamp');
  return typeof time === 'string' ? time : NEVER;
}

/** Of two made in the same second istiod takes the first by name (istio/istio pilot/pkg/model `sortConfigByCreationTime`). */
function byAge(a: MtlsPolicy, b: MtlsPolicy): number {
  return compareTexts(createdAt(a), createdAt(b)) || compareTexts(a.manifest.name, b.manifest.name);
}
