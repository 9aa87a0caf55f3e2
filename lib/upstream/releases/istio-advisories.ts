import { Since } from './since';
import type { Version } from './version';

/** A known weakness of Istio, and the releases that do not have it. */
export interface IstioAdvisory {
  /** Its name, as istio.io or GitHub gives it. */
  readonly id: string;
  readonly cves: readonly string[];
  /** What goes wrong. */
  readonly what: string;
  /** The releases that are fixed; a line that is not named and older than the last got no fix. */
  readonly fixed: Since;
  /** Whether rules of AuthorizationPolicies on paths or headers can be bypassed. */
  readonly isPolicyBypass: boolean;
}

/** The advisories that concern what this package writes, newest first (istio/istio.io content/en/news/security). */
export const ISTIO_ADVISORIES: readonly IstioAdvisory[] = [
  {
    id: 'ISTIO-SECURITY-2026-006',
    cves: ['CVE-2026-73551', 'CVE-2026-73511', 'CVE-2026-73553', 'CVE-2026-73552'],
    what: 'requests bypass rules on paths and headers',
    fixed: new Since('Istio', '1.29.7', '1.30.4'),
    isPolicyBypass: true,
  },
  {
    id: 'GHSA-qm8v-g4f9-qhjx',
    cves: [],
    what: 'if a BackendTLSPolicy cannot be applied, the connection is made without its checks',
    fixed: new Since('Istio', '1.30.4', '1.31.1'),
    isPolicyBypass: false,
  },
  {
    id: 'CVE-2026-47774',
    cves: ['CVE-2026-47774'],
    what: 'described in its advisory',
    fixed: new Since('Istio', '1.28.8', '1.30.1'),
    isPolicyBypass: false,
  },
];

/** The advisories a release is known to be affected by; releases newer than the list are not judged. */
export function advisoriesOf(release: Version): readonly IstioAdvisory[] {
  return ISTIO_ADVISORIES.filter(({ fixed }) => !fixed.holds(release));
}
