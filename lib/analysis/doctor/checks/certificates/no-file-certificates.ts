import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether proxies wait for certificates of files, which tbot does not serve. */
export const NO_FILE_CERTIFICATES_CHECK = defineCheck({
  id: 'no-file-certificates',
  group: 'certificates',
  title: 'no proxy asks tbot for files',
  looksAt: 'secrets of sampled proxies that have not arrived and have the names of files',
  needs: ['pods'],
  cause:
    'With the socket in place all SDS requests go to tbot, also those for files: of a gateway’s credentials, a DestinationRule’s files, or VERIFY_CERTIFICATE_AT_CLIENT.',
  fix: 'take credentialName instead of files, and leave VERIFY_CERTIFICATE_AT_CLIENT off',
  source: 'istio/istio pilot/pkg/security/model/authentication.go',
  fires: () => {
    const { secrets, ...proxy } = exampleProxy('api');
    const waiting = {
      ...(secrets[0] as (typeof secrets)[number]),
      name: 'file-root:/etc/certs/ca.pem',
      state: 'warming' as const,
      chain: '',
    };
    return exampleSnapshot({ proxies: [exampleProxy('web'), { ...proxy, secrets: [...secrets, waiting] }] });
  },
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    for (const { pod, reading } of mesh.proxies) {
      sink.looked();
      const waiting = reading.secrets.filter(
        ({ name, state }) => state === 'warming' && /^file-(?:root|cert):/.test(name),
      );
      if (waiting.length === 0 || !mesh.usesWorkloadApi(pod)) continue;
      sink.found({ found: `${pod.ref} waits for a file by SDS`, evidence: waiting.map(({ name }) => name) });
    }
  },
});
