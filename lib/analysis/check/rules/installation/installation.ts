import { field, textAt } from '../../../../base/json';
import type { IstiodVariable } from '../../../../model/installation/installation';
import { CA_SERVER_VARIABLE, NATIVE_SIDECARS_VARIABLE } from '../../../../upstream/istio/istiod-environment';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import type { Version } from '../../../../upstream/releases/version';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { OVERLAY, stream, withTemplate } from '../examples';

const values = (text: string) => `meshConfig:\n  trustDomain: example.teleport.sh\n${text}\n`;

const PATH_POLICY =
  'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: admin, namespace: shop}\nspec:\n  rules:\n    - to: [{operation: {paths: [/admin*], ports: ["80"]}}]\n';

/** The first release of tbot in use that does not attest native sidecars; the target's counts if no image says one. */
function releaseWithoutNativeSidecars({ tbotWorkloads, target }: CheckContext): Version | undefined {
  const releases = tbotWorkloads.flatMap(({ release }) => release ?? []);
  return (releases.length > 0 ? releases : [target.teleport]).find(
    (release) => !RELEASE_FACTS.attestsNativeSidecars.holds(release),
  );
}

/** What each installation's istiod sees of a variable. */
function settingsOf({ installations }: CheckContext, name: string): readonly IstiodVariable[] {
  return installations.flatMap((installation) => installation.variable(name) ?? []);
}

/** How Istio is installed. */
export const INSTALLATION_RULES = [
  defineRule({
    id: 'pilot-cert-provider-not-istiod',
    subject: 'Installing Istio',
    since: '0.1.0',
    severity: 'error',
    title: 'istiod without its own serving certificate',
    found: 'global.pilotCertProvider is "{provider}"',
    why: "The setting names the source of istiod's own serving certificate. With any other value, proxies lose the root by which they trust istiod; workloadapi is not a valid value.",
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
    subject: 'Installing Istio',
    since: '0.1.0',
    severity: 'error',
    title: "Certificates from Google's CSI driver",
    found: 'global.caName is GkeWorkloadCertificate',
    why: 'Every proxy gets a volume from a driver that does not exist, and no pod starts.',
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
    subject: 'Installing Istio',
    since: '0.1.0',
    severity: 'error',
    title: "istiod's CA is disabled",
    found: 'ENABLE_CA_SERVER is {setting}',
    why: 'istiod needs it for its own serving certificate, by which proxies trust istiod; that has nothing to do with their SPIFFE identity.',
    fix: 'leave ENABLE_CA_SERVER on',
    source: 'istio/istio#49087, pilot/pkg/bootstrap/server.go',
    wrong: values('pilot:\n  env:\n    ENABLE_CA_SERVER: "false"'),
    right: values('pilot:\n  env:\n    ENABLE_CA_SERVER: "true"'),
    check(context, report) {
      for (const { manifest, pointer, setting } of settingsOf(context, CA_SERVER_VARIABLE)) {
        if (setting === 'false') report(manifest, pointer, { setting });
      }
    },
  }),
  defineRule({
    id: 'path-normalization-none',
    subject: 'Installing Istio',
    since: '0.1.0',
    severity: 'warning',
    title: 'Path normalization is off',
    found: 'pathNormalization is NONE, and policies match paths',
    why: '/public/../admin and //admin bypass a rule on /admin. SPIFFE does not need this setting.',
    fix: 'remove it, or use MERGE_SLASHES or stronger',
    source: 'istio/istio pilot/pkg/networking/core/listener_builder.go',
    wrong: stream(values('  pathNormalization:\n    normalization: NONE'), PATH_POLICY),
    right: stream(values('  pathNormalization:\n    normalization: DEFAULT'), PATH_POLICY),
    check({ installations, policyFields }, report) {
      const path = ['pathNormalization', 'normalization'];
      const off = installations.filter(({ meshConfig }) => textAt(meshConfig, ...path) === 'NONE');
      if (off.length === 0 || policyFields.about('paths').length === 0) return;
      for (const installation of off) {
        const { manifest, pointer } = installation.pointerTo(...path);
        report(manifest, pointer);
      }
    },
  }),
  defineRule({
    id: 'native-sidecar-attestation',
    subject: 'Installing Istio',
    since: '0.1.0',
    aliases: ['tbot-native-sidecar'],
    severity: 'warning',
    title: 'tbot cannot attest native sidecars',
    found: `Istio {istio} uses native sidecars on nodes with Kubernetes ${RELEASE_FACTS.kubeletRunsNativeSidecars}, but tbot {teleport} does not attest them`,
    why: 'tbot looks for the container only among the regular containers, waits half a minute for each stream, and then issues a certificate without container attributes.',
    fix: 'set pilot.env.ENABLE_NATIVE_SIDECARS to "false", or use a tbot that attests them',
    source: 'gravitational/teleport#69276, istio/istio pilot/pkg/features/pilot.go',
    exampleTarget: { teleport: EXAMPLE_RELEASES.tbotWithoutNativeSidecars },
    wrong: withTemplate(OVERLAY),
    right: withTemplate(OVERLAY).replace(
      '  values:\n',
      '  values:\n    pilot:\n      env:\n        ENABLE_NATIVE_SIDECARS: "false"\n',
    ),
    check(context, report) {
      const { target, injector, installValues } = context;
      const old = releaseWithoutNativeSidecars(context);
      if (!target.nativeSidecarsByDefault || !old || !injector.templates.some(({ isOverlay }) => isOverlay)) return;
      if (settingsOf(context, NATIVE_SIDECARS_VARIABLE).some(({ setting }) => setting === 'false')) return;
      for (const { manifest, body, pointer } of installValues) {
        if (field(body, 'sidecarInjectorWebhook') === undefined) continue;
        report(manifest, `${pointer}/pilot/env`, { istio: `${target.istio}`, teleport: `${old}` });
      }
    },
  }),
];
