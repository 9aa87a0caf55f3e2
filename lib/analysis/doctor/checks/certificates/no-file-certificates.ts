import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { reportUnanswered } from '../each-certificate';

/** Whether proxies wait for certificates of files, which tbot does not serve. */
export const NO_FILE_CERTIFICATES_CHECK = defineCheck({
  id: 'no-file-certificates',
  group: 'certificates',
  title: 'no proxy requests files from tbot',
  looksAt: 'pending secrets of sampled proxies that have the names of files',
  needs: ['pods'],
  cause:
    'With the socket, all SDS requests go to tbot, including those for files: a gateway’s credentials, a DestinationRule’s files, or VERIFY_CERTIFICATE_AT_CLIENT.',
  fix: 'use credentialName instead of files, and do not enable VERIFY_CERTIFICATE_AT_CLIENT',
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
    reportUnanswered(mesh, sink);
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
