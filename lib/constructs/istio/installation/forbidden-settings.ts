import { InvalidInputError } from '../../../base/invalid-input-error';
import { ANY_TRUST_DOMAIN_VARIABLE, CA_SERVER_VARIABLE } from '../../../upstream/istio/istiod-environment';
import { CA_ADDRESS_VARIABLE, CERT_PROVIDER_VARIABLE } from '../../../upstream/istio/proxy-volumes';

/** Settings that break a mesh whose identities come from a Workload API, or that only one of the installers would follow. */
const FORBIDDEN_VALUES: readonly { readonly path: readonly string[]; readonly because: string }[] = [
  {
    path: ['profile'],
    because: 'the installation describes sidecars; ambient takes certificates from istiod only (istio/istio#42339)',
  },
  {
    path: ['global', 'pilotCertProvider'],
    because: "it names istiod's own certificate; any value but Istio's default takes the proxies' root of istiod away",
  },
  {
    path: ['global', 'caAddress'],
    because: 'no proxy asks a CA while the socket is there',
  },
  {
    path: ['global', 'caName'],
    because: 'it replaces the workload-certs volume by one of a driver that only GKE has',
  },
  {
    path: ['global', 'hub'],
    because: 'istioctl has a field of its own for it: use the option "hub"',
  },
  {
    path: ['global', 'tag'],
    because: "istioctl has a field of its own for it: give the target's Istio release a patch number",
  },
  {
    path: ['global', 'trustDomain'],
    because: 'meshConfig.trustDomain always wins over it',
  },
  {
    path: ['pilot', 'env', CA_SERVER_VARIABLE],
    because: "proxies trust istiod itself by istiod's own CA",
  },
  {
    path: ['pilot', 'env', ANY_TRUST_DOMAIN_VARIABLE],
    because: 'servers would take clients of any trust domain, and clients would be as strict as before',
  },
  {
    path: ['pilot', 'cni', 'enabled'],
    because: 'istioctl goes by its CNI component instead: use the option "cni"',
  },
  {
    path: ['meshConfig'],
    because: 'istioctl has a field of its own for it: use the option "meshConfig"',
  },
];

/** The same for the mesh configuration. */
const FORBIDDEN_MESH_CONFIG: typeof FORBIDDEN_VALUES = [
  {
    path: ['defaultConfig', 'proxyMetadata', CA_ADDRESS_VARIABLE],
    because: 'no proxy asks a CA while the socket is there',
  },
  {
    path: ['defaultConfig', 'proxyMetadata', CERT_PROVIDER_VARIABLE],
    because: 'it names istiod\'s own certificate, and "workloadapi" is not a value of it',
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
        problem: `this setting cannot be given here: ${because}`,
        value: setting,
        allowed: 'no value',
      });
    }
  }
}
