import type { Manifest } from '../../model/documents/manifest';
import type { Target } from '../../upstream/releases/target';
import type { Evidence } from './evidence';

/** What is installed on its own and has releases of its own. */
export type Component = 'Istio' | 'Kubernetes' | 'Teleport' | 'SPIFFE CSI driver';

/** Something that manifests may use, and the releases it takes. */
export interface Requirement {
  readonly component: Component;
  /** For people: `1.30 or newer`. */
  readonly needs: string;
  /** The oldest release of each line that has it, in the form that {@link Target} takes. */
  readonly oldest: readonly string[];
  /** What happens with older ones, as a clause. */
  readonly because: string;
  /** The first place that needs it; undefined if nothing does. */
  find(evidence: Evidence): { readonly manifest: Manifest; readonly pointer: string } | undefined;
  /** Whether the releases have it. */
  isMet(target: Target): boolean;
}
