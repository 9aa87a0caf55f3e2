import { field, scalarText } from '../../../../base/json';
import { defineRule } from '../../rule';

/** `global.trustDomain`, which looks like the mesh's trust domain and is not. */
export const GLOBAL_TRUST_DOMAIN_RULES = [
  defineRule({
    id: 'global-trust-domain',
    subject: 'Trust domains',
    since: '0.1.0',
    severity: 'error',
    title: 'global.trustDomain has no effect',
    found: 'global.trustDomain is "{text}"',
    why: "The chart reads the mesh's trust domain only from meshConfig, so the mesh keeps the one set there, or cluster.local; istioctl refuses the field.",
    fix: 'write it as meshConfig.trustDomain',
    source: 'istio/istio manifests/charts/istio-control/istio-discovery/templates/configmap.yaml',
    wrong: 'global:\n  trustDomain: example.teleport.sh\npilot: {}\n',
    right: 'meshConfig:\n  trustDomain: example.teleport.sh\npilot: {}\n',
    check({ installValues }, report) {
      for (const { manifest, body, pointer } of installValues) {
        // What a chart wrote into the injector's ConfigMap nobody wrote by hand.
        if (manifest.container?.manifest.kind === 'ConfigMap') continue;
        const text = scalarText(field(body, 'global', 'trustDomain'));
        if (text !== undefined && text !== '') report(manifest, `${pointer}/global/trustDomain`, { text });
      }
    },
  }),
];
