import { InvalidInputError } from '../errors';
import type { PlainObject } from './merge-settings';

/** Settings of the istiod chart that break a mesh whose identities come from a Workload API, and why. */
const FORBIDDEN: readonly { readonly path: readonly string[]; readonly because: string }[] = [
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
    path: ['global', 'trustDomain'],
    because: 'meshConfig.trustDomain always wins over it',
  },
  {
    path: ['pilot', 'env', 'ENABLE_CA_SERVER'],
    because: "proxies trust istiod itself by istiod's own CA",
  },
  {
    path: ['pilot', 'env', 'PILOT_SKIP_VALIDATE_TRUST_DOMAIN'],
    because: 'servers would take clients of any trust domain, and clients would be as strict as before',
  },
  {
    path: ['meshConfig', 'defaultConfig', 'proxyMetadata', 'CA_ADDR'],
    because: 'no proxy asks a CA while the socket is there',
  },
  {
    path: ['meshConfig', 'defaultConfig', 'proxyMetadata', 'PILOT_CERT_PROVIDER'],
    because: 'it names istiod\'s own certificate, and "workloadapi" is no value of it',
  },
];

/**
 * Refuses settings that look as if they belonged to this integration and break it.
 *
 * @throws InvalidInputError naming the setting and the reason
 */
export function checkSettings(where: string, settings: PlainObject): void {
  for (const { path, because } of FORBIDDEN) {
    const setting = path.reduce<unknown>((parent, key) => (parent as PlainObject | undefined)?.[key], settings);
    if (setting !== undefined) {
      throw new InvalidInputError({
        where: `${where}: ${path.join('.')}`,
        problem: `this setting must stay as Istio has it: ${because}`,
        value: setting,
        allowed: 'leaving it out',
      });
    }
  }
}
