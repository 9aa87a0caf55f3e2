import { isVariable } from '../../../../base/is-variable';
import { textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { installedValues, istiodNamespaces, labelledNetwork } from '../../../../model/fleet/membership';
import type { Installation } from '../../../../model/installation/installation';
import { NETWORK_LABEL, NETWORK_VALUE, NETWORK_VARIABLE } from '../../../../upstream/istio/multi-cluster';
import { defineRule } from '../../rule';
import { OVERLAY, stream, withTemplate } from '../examples';

const installed = (network: string) =>
  stream(
    withTemplate(OVERLAY).replace('  values:\n', `  values:\n    global: {meshID: shop, network: ${network}}\n`),
    `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: istio-system\n  labels: {${NETWORK_LABEL}: eu}\n`,
  );

/** A network that istiod takes the pods of a cluster to be in, and their proxies do not know of. */
export const NAMESPACE_NETWORK_DIFFERS_RULE = defineRule({
  id: 'namespace-network-differs',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'warning',
  title: 'Network label of istiod’s namespace differs from the installation',
  found: 'namespace {namespace} is labelled with network "{network}", but global.network is {installed}',
  why: 'Proxies get their network from global.network only, while istiod takes every pod without a label of its own to be in the network of the namespace. It then sends requests inside the cluster through the gateway for other networks, and leaves out pods without mutual TLS.',
  fix: 'set global.network to the network of the label, or remove the label',
  source:
    'istio/istio pkg/kube/inject/inject.go (extractClusterAndNetwork), pilot/pkg/serviceregistry/kube/controller/controller.go (Network), pilot/pkg/xds/endpoints/ep_filters.go',
  wrong: installed('""'),
  right: installed('eu'),
  check({ installations, manifests }, report) {
    if (installations.length === 0 || !installations.every(statesNetwork)) return;
    const [installed = '', ...others] = installedValues(manifests, NETWORK_VALUE);
    // Of installations of several networks it is not known which of them is this one.
    if (others.length > 0 || isVariable(installed)) return;
    for (const [name, namespace] of istiodNamespaces(manifests)) {
      const network = labelledNetwork(namespace) ?? '';
      if (namespace === undefined || network === '' || network === installed || isVariable(network)) continue;
      report(namespace, toPointer('metadata', 'labels', NETWORK_LABEL), {
        namespace: name,
        network,
        installed: installed === '' ? 'not set' : `"${installed}"`,
      });
    }
  },
});

/** Whether the values of an installation are all among the manifests, and nothing else gives proxies a network. */
function statesNetwork({ by, incomplete, proxyMetadata, values }: Installation): boolean {
  if (by === 'cluster' || incomplete !== undefined) return false;
  const path = textAt(values, 'istiodRemote', 'injectionPath') ?? '';
  return proxyMetadata[NETWORK_VARIABLE] === undefined && !path.includes('/net/');
}
