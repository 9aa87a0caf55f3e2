import { field, type JsonObject, textAt, textsAt } from '../../base/json';
import { isGatewayValues } from '../cluster/install-values';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { chartReleases } from '../installation/chart-releases';
import { helmGatewayNamespace } from './helm-gateway-namespace';

/** A gateway of a release of Istio's gateway chart (istio/istio manifests/charts/gateway/templates). */
export interface ChartGateway {
  /** The values, or the object of Flux or Argo CD that installs the chart. */
  readonly manifest: Manifest;
  readonly values: JsonObject;
  readonly name: string;
  /** Undefined if nothing says where it is installed. */
  readonly namespace: string | undefined;
  readonly serviceAccount: string;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The gateways that files of values describe by name, and those that Flux and Argo CD install. */
export function chartGateways(manifests: ManifestSet): readonly ChartGateway[] {
  const files = manifests.ofKind('HelmValues').flatMap((manifest): readonly ChartGateway[] => {
    // Values without a name do not say what the release is called.
    const name = textAt(manifest.body, 'name') ?? '';
    const isFile = manifest.container === undefined && isGatewayValues(manifest.body) && name !== '';
    return isFile ? [toGateway(manifests, manifest, manifest.body, name, undefined)] : [];
  });
  const releases = chartReleases(manifests).flatMap(({ chart, manifest, source, values }): readonly ChartGateway[] => {
    // What is called so is mostly the chart `gateway` of somebody else, unless its repository says Istio.
    if (chart !== 'gateway') return [];
    const name = textAt(values?.body, 'name') ?? '';
    const body = values?.body ?? {};
    return [toGateway(manifests, values ?? manifest, body, name === '' ? source.release : name, source.namespace)];
  });
  return [...releases, ...files];
}

function toGateway(
  manifests: ManifestSet,
  manifest: Manifest,
  values: JsonObject,
  name: string,
  namespace: string | undefined,
): ChartGateway {
  const account = textAt(values, 'serviceAccount', 'name') ?? '';
  const makesAccount = field(values, 'serviceAccount', 'create') !== false;
  const serviceAccount = account === '' ? (makesAccount ? name : 'default') : account;
  const own = textsAt(values, 'labels');
  const labels = { ...own, app: own.app ?? name, istio: own.istio ?? name.replace(/^istio-/, '') };
  const place = namespace ?? helmGatewayNamespace(manifests, serviceAccount, labels);
  return { manifest, values, name, namespace: place, serviceAccount, labels };
}
