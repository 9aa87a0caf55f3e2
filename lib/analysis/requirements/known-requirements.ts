import { listAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import type { Installation, ManifestPointer } from '../../model/installation/installation';
import { toAuthorizationPolicy } from '../../model/policy/authorization-policy';
import { NATIVE_SIDECARS_VARIABLE } from '../../upstream/istio/istiod-environment';
import { type PolicyFieldName, policyField } from '../../upstream/istio/policy-fields';
import { ISTIO_SECURITY } from '../../upstream/kubernetes/api-groups';
import { CSI_DRIVER_IMAGE, TBOT_IMAGE } from '../../upstream/kubernetes/known-images';
import { ISTIO_LINES, KNOWN_ISTIO_LINES } from '../../upstream/releases/istio-lines';
import { RELEASE_FACTS } from '../../upstream/releases/release-facts';
import type { Evidence } from './evidence';
import type { Requirement } from './requirement';

/** Everything manifests may use that not every release has; when it came is decided in lib/upstream/releases. */
export const REQUIREMENTS: readonly Requirement[] = [
  {
    component: 'Istio',
    needs: KNOWN_ISTIO_LINES,
    oldest: ISTIO_LINES.slice(0, 1).map(({ line }) => line),
    because: 'the overlay is known to work with the injection templates of these releases',
    find: ({ installations }) => start(installations[0]),
    isMet: (target) => target.istioIsKnown,
  },
  {
    component: 'Istio',
    needs: `${RELEASE_FACTS.hasTrustDomainSources}`,
    oldest: RELEASE_FACTS.hasTrustDomainSources.oldest,
    because: 'older releases do not know "trustDomains" and drop or reject it, which changes the meaning of the policy',
    find: (evidence) => inPolicies(evidence, 'trustDomains', () => true),
    isMet: (target) => target.hasTrustDomainSources,
  },
  {
    component: 'Istio',
    needs: `${RELEASE_FACTS.quotesPrincipalPatterns}`,
    oldest: RELEASE_FACTS.quotesPrincipalPatterns.oldest,
    because: 'in older releases a dot in such a name matches any character, so more identities match',
    find: (evidence) =>
      inPolicies(evidence, 'namespaces', (name) => name.includes('.')) ??
      inPolicies(evidence, 'principals', (name) => name.startsWith('*') && name.includes('.')),
    isMet: (target) => target.quotesPrincipalPatterns,
  },
  {
    component: 'Istio',
    needs: `${RELEASE_FACTS.quotesServiceAccountPatterns}`,
    oldest: RELEASE_FACTS.quotesServiceAccountPatterns.oldest,
    because: 'in older releases a dot in the name of a ServiceAccount matches any character, so more identities match',
    find: (evidence) => inPolicies(evidence, 'serviceAccounts', (name) => name.includes('.')),
    isMet: (target) => target.quotesServiceAccountPatterns,
  },
  {
    component: 'Kubernetes',
    needs: `${RELEASE_FACTS.kubeletAuthorizesPods}`,
    oldest: RELEASE_FACTS.kubeletAuthorizesPods.oldest,
    because: 'older kubelets do not know the permission nodes/pods, so tbot could not find the pod of a process',
    find: nodesPodsRight,
    isMet: (target) => target.kubeletAuthorizesPods,
  },
  {
    component: 'Teleport',
    needs: `${RELEASE_FACTS.sdsRenewsSvids}`,
    oldest: RELEASE_FACTS.sdsRenewsSvids.oldest,
    because: 'older tbots never send Envoy a renewed certificate: every connection fails one hour after startup',
    find: (evidence) => evidence.imageUse(TBOT_IMAGE),
    isMet: (target) => target.sdsRenewsSvids,
  },
  {
    component: 'Teleport',
    needs: `${RELEASE_FACTS.attestsNativeSidecars}`,
    oldest: RELEASE_FACTS.attestsNativeSidecars.oldest,
    because: `Istio uses native sidecars on Kubernetes ${RELEASE_FACTS.kubeletRunsNativeSidecars}, and older releases of tbot do not attest them`,
    find: nativeSidecars,
    isMet: (target) => !target.nativeSidecarsByDefault || target.attestsNativeSidecars,
  },
  {
    component: 'SPIFFE CSI driver',
    needs: `${RELEASE_FACTS.csiDriverSurvivesKubeletRestart}`,
    oldest: RELEASE_FACTS.csiDriverSurvivesKubeletRestart.oldest,
    because: 'with older releases, each kubelet restart mounts every socket again',
    find: (evidence) => evidence.imageUse(CSI_DRIVER_IMAGE),
    isMet: (target) => target.csiDriverSurvivesKubeletRestart,
  },
];

function start(installation: Installation | undefined): ManifestPointer | undefined {
  return installation && { manifest: installation.pointerTo().manifest, pointer: '' };
}

/** The first list of a policy that looks at something and has a value that counts, be it a field or a condition. */
function inPolicies(
  { manifests }: Evidence,
  field: PolicyFieldName,
  counts: (value: string) => boolean,
): ManifestPointer | undefined {
  for (const manifest of manifests.ofKind('AuthorizationPolicy', ISTIO_SECURITY)) {
    for (const { fields } of toAuthorizationPolicy(manifest).rules) {
      const found = fields.find(({ name, values }) => policyField(name) === field && values.some(counts));
      if (found !== undefined) return { manifest, pointer: found.pointer };
    }
  }
  return undefined;
}

function nodesPodsRight({ manifests }: Evidence): ManifestPointer | undefined {
  for (const manifest of manifests.ofKind('ClusterRole')) {
    const rule = listAt(manifest.body, 'rules').findIndex((one) => listAt(one, 'resources').includes('nodes/pods'));
    if (rule !== -1) return { manifest, pointer: toPointer('rules', rule) };
  }
  return undefined;
}

/** istiod decides by the nodes unless an environment variable says otherwise. */
function nativeSidecars(evidence: Evidence): ManifestPointer | undefined {
  if (evidence.imageUse(TBOT_IMAGE) === undefined) return undefined;
  const open = evidence.installations.filter((one) => one.variable(NATIVE_SIDECARS_VARIABLE)?.setting !== 'false');
  return start(open[0]);
}
