import type { InstallValues } from '../../cluster';
import { field, isList, type Manifest, objectAt, textAt, toPointer } from '../../manifests';
import { TrustDomain } from '../../spiffe';
import { Target, Version } from '../../target';
import type { CheckContext } from '../model';
import { defineRule } from '../rule';
import { OVERLAY, stream, withTemplate } from './examples';
import { tbotConfig } from './teleport-examples';

/** One environment variable of istiod, wherever it was set. */
interface IstiodVariable {
  readonly manifest: Manifest;
  readonly name: string;
  readonly setting: string;
  readonly pointer: string;
}

/** istiod's environment: `env` and `pilot.env` of the values, `components.pilot.k8s.env` of an IstioOperator. */
function istiodEnvironment({ installValues }: CheckContext): readonly IstiodVariable[] {
  return installValues.flatMap(({ manifest, body, pointer }) => {
    const maps = [['env'], ['pilot', 'env']].flatMap((path) =>
      Object.entries(objectAt(body, ...path)).map(([name, setting]) => ({
        manifest,
        name,
        setting: String(setting),
        pointer: pointer + toPointer(...path, name),
      })),
    );
    const path = ['spec', 'components', 'pilot', 'k8s', 'env'];
    const list = field(manifest.body, ...path);
    const entries = (isList(list) ? list : []).map((entry, index) => ({
      manifest,
      name: textAt(entry, 'name') ?? '',
      setting: String(field(entry, 'value')),
      pointer: toPointer(...path, index),
    }));
    return [...maps, ...entries];
  });
}

/** Where a version of Istio is written: an IstioOperator's tag, the values' tag. */
function istioVersions({ installValues }: CheckContext) {
  return installValues.flatMap(({ manifest, body, pointer }: InstallValues) =>
    [
      { at: '/spec/tag', tag: field(manifest.body, 'spec', 'tag') },
      { at: `${pointer}/global/tag`, tag: field(body, 'global', 'tag') },
    ].flatMap(({ at, tag }) => {
      const version = Version.tryParse(String(tag));
      return version ? [{ manifest, pointer: at, version }] : [];
    }),
  );
}

/** The Teleport cluster's name as far as the manifests tell: from join tokens' audience, or a Cloud tenant's address. */
function clusterNames({ tbotConfigs, tbotWorkloads }: CheckContext): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { workload } of tbotWorkloads) {
    for (const { body } of workload.volumes) {
      for (const source of listOf(field(body, 'projected', 'sources'))) {
        const audience = textAt(source, 'serviceAccountToken', 'audience');
        if (audience !== undefined) names.add(audience);
      }
    }
  }
  if (names.size > 0) return names;
  for (const { body } of tbotConfigs) {
    const tenant = /^([a-z0-9.-]+\.teleport\.sh):\d+$/.exec(textAt(body, 'proxy_server') ?? '')?.[1];
    if (tenant !== undefined) names.add(tenant);
  }
  return names;
}

function listOf(value: ReturnType<typeof field>) {
  return isList(value) ? value : [];
}

const values = (text: string) => `meshConfig:\n  trustDomain: example.teleport.sh\n${text}\n`;
const PATH_POLICY =
  'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: admin, namespace: shop}\nspec:\n  rules:\n    - to: [{operation: {paths: [/admin*], ports: ["80"]}}]\n';

/** How Istio is installed. */
export const INSTALLATION_RULES = [
  defineRule({
    id: 'pilot-cert-provider-not-istiod',
    severity: 'error',
    title: 'istiod without its own certificate',
    found: 'global.pilotCertProvider is "{provider}"',
    why: "It names the source of istiod's own serving certificate; with another one proxies lose the root they trust istiod by, and workloadapi is no value at all.",
    fix: 'leave it at istiod',
    source: 'istio/istio pilot/pkg/bootstrap/server.go',
    wrong: values('global:\n  pilotCertProvider: workloadapi'),
    right: values('global:\n  pilotCertProvider: istiod'),
    check({ installValues }, report) {
      for (const { manifest, body, pointer } of installValues) {
        const provider = textAt(body, 'global', 'pilotCertProvider') ?? 'istiod';
        if (provider !== 'istiod') report(manifest, `${pointer}/global/pilotCertProvider`, { provider });
      }
    },
  }),
  defineRule({
    id: 'ca-name-gke',
    severity: 'error',
    title: "Certificates of Google's CSI driver",
    found: 'global.caName is GkeWorkloadCertificate',
    why: 'Every proxy gets a volume of a driver that is not there, and no pod starts.',
    fix: 'leave caName empty',
    source: 'istio/istio manifests/charts/istio-control/istio-discovery/files/injection-template.yaml',
    wrong: values('global:\n  caName: GkeWorkloadCertificate'),
    right: values('global:\n  caName: ""'),
    check({ installValues }, report) {
      for (const { manifest, body, pointer } of installValues) {
        if (textAt(body, 'global', 'caName') === 'GkeWorkloadCertificate') report(manifest, `${pointer}/global/caName`);
      }
    },
  }),
  defineRule({
    id: 'istiod-ca-disabled',
    severity: 'error',
    title: "istiod's CA switched off",
    found: 'ENABLE_CA_SERVER is {setting}',
    why: 'istiod needs it for its own serving certificate; proxies reach istiod by that, not by their SPIFFE identity.',
    fix: 'leave ENABLE_CA_SERVER on',
    source: 'istio/istio#49087, pilot/pkg/bootstrap/server.go',
    wrong: values('pilot:\n  env:\n    ENABLE_CA_SERVER: "false"'),
    right: values('pilot:\n  env:\n    ENABLE_CA_SERVER: "true"'),
    check(context, report) {
      for (const { manifest, name, setting, pointer } of istiodEnvironment(context)) {
        if (name === 'ENABLE_CA_SERVER' && setting === 'false') report(manifest, pointer, { setting });
      }
    },
  }),
  defineRule({
    id: 'skip-validate-trust-domain',
    severity: 'warning',
    title: 'Servers that do not look at the trust domain',
    found: 'PILOT_SKIP_VALIDATE_TRUST_DOMAIN is {setting}',
    why: 'Servers accept any trust domain their root signs; clients go on comparing names, so it does not cure a wrong SPIFFE ID.',
    fix: 'remove it; for a second trust domain use meshConfig.trustDomainAliases',
    source: 'istio/istio pilot/pkg/networking/plugin/authn/util.go',
    wrong: values('pilot:\n  env:\n    PILOT_SKIP_VALIDATE_TRUST_DOMAIN: "true"'),
    right: values('pilot:\n  env:\n    PILOT_SKIP_VALIDATE_TRUST_DOMAIN: "false"'),
    check(context, report) {
      for (const { manifest, name, setting, pointer } of istiodEnvironment(context)) {
        if (name === 'PILOT_SKIP_VALIDATE_TRUST_DOMAIN' && setting === 'true') report(manifest, pointer, { setting });
      }
    },
  }),
  defineRule({
    id: 'path-normalization-none',
    severity: 'warning',
    title: 'Paths as the caller wrote them',
    found: 'pathNormalization is NONE, and policies match paths',
    why: '/public/../admin and //admin get past a rule on /admin. SPIFFE needs nothing of the kind.',
    fix: 'remove it, or use MERGE_SLASHES or stronger',
    source: 'istio/istio pilot/pkg/networking/core/listener_builder.go',
    wrong: stream(values('  pathNormalization:\n    normalization: NONE'), PATH_POLICY),
    right: stream(values('  pathNormalization:\n    normalization: DEFAULT'), PATH_POLICY),
    check({ meshConfigs, authorizationPolicies }, report) {
      const off = meshConfigs.filter(({ body }) => textAt(body, 'pathNormalization', 'normalization') === 'NONE');
      const isPath = ({ name }: { readonly name: string }) => name === 'paths' || name === 'notPaths';
      if (off.length === 0 || !authorizationPolicies.some(({ fields }) => fields.some(isPath))) return;
      for (const { manifest, pointer } of off) report(manifest, `${pointer}/pathNormalization/normalization`);
    },
  }),
  defineRule({
    id: 'trust-domain',
    severity: 'error',
    title: 'A trust domain that cannot be one',
    found: 'trustDomain is "{text}"',
    why: 'No certificate carries such a name, so every handshake fails.',
    fix: 'write the Teleport cluster name: no scheme, no port, no capitals',
    source: 'spiffe/spiffe standards/SPIFFE-ID.md, 2.1',
    wrong: 'meshConfig:\n  trustDomain: spiffe://example.teleport.sh\n',
    right: 'meshConfig:\n  trustDomain: example.teleport.sh\n',
    check({ meshConfigs }, report) {
      for (const { manifest, pointer, trustDomain } of meshConfigs) {
        if (trustDomain !== undefined && !isTrustDomain(trustDomain)) {
          report(manifest, `${pointer}/trustDomain`, { text: trustDomain });
        }
      }
    },
  }),
  defineRule({
    id: 'trust-domain-mismatch',
    severity: 'error',
    title: 'Istio and Teleport name different trust domains',
    found: "the mesh's trust domain is {mesh}, Teleport's {teleport}",
    why: 'Clients refuse every server and servers every client: the names in the certificates are not those expected.',
    fix: 'set meshConfig.trustDomain to {teleport}',
    source: 'istio/istio pkg/spiffe/spiffe.go, pilot/pkg/networking/plugin/authn/util.go',
    wrong: stream(withTemplate(OVERLAY, 'trustDomain: cluster.local'), tbotConfig()),
    right: stream(withTemplate(OVERLAY), tbotConfig()),
    check(context, report) {
      if (!context.usesWorkloadApi) return;
      const names = clusterNames(context);
      if (names.size === 0) return;
      for (const { manifest, pointer, trustDomain = 'cluster.local', trustDomainAliases } of context.meshConfigs) {
        if ([trustDomain, ...trustDomainAliases].some((domain) => names.has(domain))) continue;
        report(manifest, `${pointer}/trustDomain`, { mesh: trustDomain, teleport: [...names].join(', ') });
      }
    },
  }),
  defineRule({
    id: 'native-sidecar-attestation',
    aliases: ['tbot-native-sidecar'],
    severity: 'warning',
    title: 'Native sidecars that tbot cannot attest',
    found:
      'Istio {istio} makes native sidecars on nodes of Kubernetes 1.33 and later, tbot {teleport} does not attest them',
    why: 'tbot looks for the container among the regular ones, waits half a minute for each stream, and then issues without container attributes.',
    fix: 'set pilot.env.ENABLE_NATIVE_SIDECARS to "false", or use a tbot that attests them',
    source: 'gravitational/teleport#69276, istio/istio pilot/pkg/features/pilot.go',
    exampleTarget: { teleport: '18.7.3' },
    wrong: withTemplate(OVERLAY),
    right: withTemplate(OVERLAY).replace(
      '  values:\n',
      '  values:\n    pilot:\n      env:\n        ENABLE_NATIVE_SIDECARS: "false"\n',
    ),
    check(context, report) {
      const { target, injector, installValues } = context;
      if (!target.nativeSidecarsByDefault) return;
      const releases = context.tbotWorkloads.flatMap(({ release }) => (release ? [release] : []));
      const old = (releases.length > 0 ? releases : [target.teleport]).find(
        (release) => !Target.of({ teleport: `${release}` }).attestsNativeSidecars,
      );
      if (!old) return;
      if (!injector.templates.some(({ isOverlay }) => isOverlay)) return;
      const isOff = istiodEnvironment(context).some(
        ({ name, setting }) => name === 'ENABLE_NATIVE_SIDECARS' && setting === 'false',
      );
      if (isOff) return;
      for (const { manifest, body, pointer } of installValues) {
        if (field(body, 'sidecarInjectorWebhook') === undefined) continue;
        report(manifest, `${pointer}/pilot/env`, { istio: `${target.istio}`, teleport: `${old}` });
      }
    },
  }),
  defineRule({
    id: 'istio-too-old',
    severity: 'error',
    title: 'An Istio whose gateways cannot take the overlay',
    found: 'Istio {version} is older than 1.27',
    why: 'Its gateway template gives the socket volume an emptyDir, so a gateway with the overlay is refused; before 1.26 file certificates fail too.',
    fix: 'upgrade Istio to 1.28 or later',
    source: 'istio/istio#56217, istio/istio#54725',
    wrong: withTemplate(OVERLAY).replace('profile: minimal', 'profile: minimal\n  tag: 1.26.8'),
    right: withTemplate(OVERLAY).replace('profile: minimal', 'profile: minimal\n  tag: 1.28.10'),
    check(context, report) {
      if (!context.usesWorkloadApi) return;
      for (const { manifest, pointer, version } of istioVersions(context)) {
        if (!version.atLeast('1.27')) report(manifest, pointer, { version: `${version}` });
      }
    },
  }),
  defineRule({
    id: 'istio-regex-cve',
    severity: 'warning',
    title: 'An Istio that reads names in policies as patterns',
    found: 'Istio {version} does not quote names in policies',
    why: 'A dot in a namespace or ServiceAccount matches any letter, so a policy lets in more than it says.',
    fix: 'upgrade to 1.28.7, 1.29.3 or later',
    source: 'istio/istio#59992, istio/istio#59700',
    wrong: withTemplate(OVERLAY).replace('profile: minimal', 'profile: minimal\n  tag: 1.28.0'),
    right: withTemplate(OVERLAY).replace('profile: minimal', 'profile: minimal\n  tag: 1.28.10'),
    check(context, report) {
      for (const { manifest, pointer, version } of istioVersions(context)) {
        const isFixed = version.atLeast('1.29.3') || (version.atLeast('1.28.7') && !version.atLeast('1.29.0'));
        if (!isFixed) report(manifest, pointer, { version: `${version}` });
      }
    },
  }),
  defineRule({
    id: 'ambient-unsupported',
    severity: 'error',
    title: 'Ambient mode with identities from a socket',
    found: '{kind} "{name}" is in ambient mode',
    why: 'ztunnel takes certificates from istiod only, so it and the sidecars do not trust each other.',
    fix: 'use sidecars',
    source: 'istio/ztunnel src/identity, istio/istio#42339',
    wrong: stream(
      withTemplate(OVERLAY),
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {istio.io/dataplane-mode: ambient}\n',
    ),
    right: stream(
      withTemplate(OVERLAY),
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {istio-injection: enabled}\n',
    ),
    check(context, report) {
      if (!context.usesWorkloadApi) return;
      for (const manifest of context.manifests.ofKind('Namespace', '')) {
        if (textAt(manifest.body, 'metadata', 'labels', 'istio.io/dataplane-mode') !== 'ambient') continue;
        const pointer = toPointer('metadata', 'labels', 'istio.io/dataplane-mode');
        report(manifest, pointer, { kind: manifest.kind, name: manifest.name });
      }
      for (const { manifest, name, labels, podPointer } of context.workloads) {
        if (labels['istio.io/dataplane-mode'] !== 'ambient') continue;
        const pointer = podPointer + toPointer('metadata', 'labels', 'istio.io/dataplane-mode');
        report(manifest, pointer, { kind: manifest.kind, name });
      }
    },
  }),
];

function isTrustDomain(text: string): boolean {
  try {
    TrustDomain.parse(text);
    return true;
  } catch {
    return false;
  }
}
