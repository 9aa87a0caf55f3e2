import { InvalidInputError } from '../../../base/invalid-input-error';
import { ANY_TRUST_DOMAIN_VARIABLE, CA_SERVER_VARIABLE } from '../../../upstream/istio/istiod-environment';
import { CA_ADDRESS_VARIABLE, CERT_PROVIDER_VARIABLE } from '../../../upstream/istio/proxy-volumes';

/** Settings that break a mesh whose identities come from a Workload API, or that only one of the installers would follow. */
const FORBIDDEN_VALUES: readonly { readonly path: readonly string[]; readonly because: string }[] = [
  {
    path: ['profile'],
    because: 'the installation is for sidecars; ambient mode gets certificates only from istiod (istio/istio#42339)',
  },
  {
    path: ['global', 'pilotCertProvider'],
    because:
      "it selects istiod's own certificate; with any value except Istio's default, proxies lose the root certificate of istiod",
  },
  {
    path: ['global', 'caAddress'],
    because: 'proxies do not use a CA while the socket exists',
  },
  {
    path: ['global', 'caName'],
    because: 'it replaces the workload-certs volume with one from a driver that only GKE has',
  },
  {
    path: ['global', 'hub'],
    because: 'istioctl has a separate field for it: use the option "hub"',
  },
  {
    path: ['global', 'tag'],
    because: 'istioctl has a separate field for it: set an Istio release with a patch number in the target',
  },
  {
    path: ['global', 'trustDomain'],
    because: 'meshConfig.trustDomain always overrides it',
  },
  {
    path: ['pilot', 'env', CA_SERVER_VARIABLE],
    because: "proxies verify istiod itself with istiod's own CA",
  },
  {
    path: ['pilot', 'env', ANY_TRUST_DOMAIN_VARIABLE],
    because: 'servers would accept clients of any trust domain, while clients would be as strict as before',
  },
  {
    path: ['pilot', 'cni', 'enabled'],
    because: 'istioctl uses its CNI component instead: use the option "cni"',
  },
  {
    path: ['meshConfig'],
    because: 'istioctl has a separate field for it: use the option "meshConfig"',
  },
];

/** The same for the mesh configuration. */
const FORBIDDEN_MESH_CONFIG: typeof FORBIDDEN_VALUES = [
  {
    path: ['defaultConfig', 'proxyMetadata', CA_ADDRESS_VARIABLE],
    because: 'proxies do not use a CA while the socket exists',
  },
  {
    path: ['defaultConfig', 'proxyMetadata', CERT_PROVIDER_VARIABLE],
    because: 'it selects istiod\'s own certificate, and "workloadapi" is not a valid value',
  },
];

/**
 * Refuses values of the istiod chart that must be left to Istio, or be given in another way.
 *
 * @throws InvalidInputError naming the setting and the reason
 */
export function checkValues(where: string, values: Readonly<Record<string, unknown>>): void {
  checkForbidden(where, values, FORBIDDEN_VALUES);
}

/**
 * Refuses mesh configuration that must be left to Istio.
 *
 * @throws InvalidInputError naming the setting and the reason
 */
export function checkMeshConfig(where: string, meshConfig: Readonly<Record<string, unknown>>): void {
  checkForbidden(where, meshConfig, FORBIDDEN_MESH_CONFIG);
}

function checkForbidden(
  where: string,
  settings: Readonly<Record<string, unknown>>,
  table: typeof FORBIDDEN_VALUES,
): void {
  for (const { path, because } of table) {
    const setting = path.reduce<unknown>(
      (parent, key) => (parent as Readonly<Record<string, unknown>> | null | undefined)?.[key],
      settings,
    );
    if (setting !== undefined) {
      throw new InvalidInputError({
        where: `${where}.${path.join('.')}`,
        problem: `this setting is not allowed here: ${because}`,
        value: setting,
        allowed: 'no value',
      });
    }
  }
}
