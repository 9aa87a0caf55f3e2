import { ALLOWED_CALLS_CONNECT_CHECK } from '../../../lib/analysis/doctor/checks/certificates/allowed-calls-connect';
import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_CERTIFICATES } from '../../../lib/analysis/doctor/examples/example-certificates';
import { EXAMPLE_POLICIES } from '../../../lib/analysis/doctor/examples/example-policies';
import {
  type ExampleChanges,
  exampleProxy,
  exampleSnapshot,
} from '../../../lib/analysis/doctor/examples/example-snapshot';
import { filesToSnapshot } from '../../../lib/analysis/doctor/snapshot-files';
import { recordedFiles } from './recorded';

const look = (changes: ExampleChanges) =>
  diagnose(exampleSnapshot(changes), { checks: [ALLOWED_CALLS_CONNECT_CHECK] }).outcomes[0];
const evidence = (changes: ExampleChanges) => look(changes)?.findings.flatMap((finding) => finding.evidence);
/** `web` may call `api`, and nobody else may call anybody. */
const withApi = (chain: string, root?: string) => ({
  proxies: [exampleProxy('web'), exampleProxy('api', { chain, ...(root && { root }) })],
});

test.each([
  ['of another path', withApi(EXAMPLE_CERTIFICATES.apiK8s), 'shop/api has spiffe://example.teleport.sh/k8s/shop/api'],
  [
    'of another trust domain',
    withApi(EXAMPLE_CERTIFICATES.apiOther),
    'shop/api has spiffe://other.example/ns/shop/sa/api',
  ],
  ['of istiod', withApi(EXAMPLE_CERTIFICATES.apiIstiod), 'shop/web does not trust the issuer of shop/api'],
  ['of another account', withApi(EXAMPLE_CERTIFICATES.web), 'shop/api has spiffe://example.teleport.sh/ns/shop/sa/web'],
  [
    'with other roots',
    withApi(EXAMPLE_CERTIFICATES.api, EXAMPLE_CERTIFICATES.istiod),
    'shop/api does not trust the issuer of shop/web',
  ],
])('a callee with a certificate %s is named with its caller', (_, changes, why) => {
  expect(evidence(changes)).toEqual([`shop/web → shop/api: ${why}`]);
});

test('a caller with another certificate is named with its callee', () => {
  const proxies = [exampleProxy('web', { chain: EXAMPLE_CERTIFICATES.apiK8s }), exampleProxy('api')];

  expect(evidence({ proxies })).toEqual([
    'shop/web → shop/api: shop/web has spiffe://example.teleport.sh/k8s/shop/api',
  ]);
});

test('certificates that have ended fail the calls', () => {
  expect(evidence({ takenAt: '2026-11-01T14:00:00Z' })).toEqual([
    'shop/web → shop/api: the certificate of shop/api expired 59 min ago',
  ]);
});

test('a call that no policy allows is not missed', () => {
  const objects = { 'authorizationpolicies.security.istio.io': [EXAMPLE_POLICIES.deny] };

  expect(look({ ...withApi(EXAMPLE_CERTIFICATES.apiK8s), objects })?.findings).toEqual([]);
});

test('what the policies allow is not known without the trust domain, and nothing is called well', () => {
  const outcome = look({ objects: { configmaps: [] } });

  expect(outcome?.unseen).toHaveLength(1);
  expect(outcome?.looked).toBe(0);
});

describe('very many workloads with another certificate', () => {
  /** The recorded mesh in several namespaces, with certificates that still name the first. */
  const snapshotOf = (copies: number) => {
    const items = (text: string) => text.slice('items:\n'.length).split(/^(?= {2}- apiVersion)/m);
    const renamed = (text: string) =>
      Array.from({ length: copies }, (_, index) => text.replaceAll('sock-shop', `shop-${index}`));
    const files = recordedFiles('healthy').flatMap(({ path, text }) => {
      if (path.startsWith('proxies/sock-shop/')) {
        return Array.from({ length: copies }, (_, index) => ({
          path: path.replaceAll('sock-shop', `shop-${index}`),
          text: text.replaceAll('sock-shop', `shop-${index}`),
        }));
      }
      if (!path.startsWith('objects/') || !text.startsWith('items:\n')) return [{ path, text }];
      const all = items(text).flatMap((item) => (item.includes('sock-shop') ? renamed(item) : [item]));
      return [{ path, text: `items:\n${all.join('')}` }];
    });
    const read = filesToSnapshot(files);
    if ('problem' in read) throw new Error(read.problem);
    return read;
  };
  const findings = (copies: number) =>
    diagnose(snapshotOf(copies), { checks: [ALLOWED_CALLS_CONNECT_CHECK] }).outcomes.flatMap((one) => one.findings);

  test('are counted, and calls of some of them are shown', () => {
    const [finding, ...others] = findings(4);

    expect(others).toEqual([]);
    expect(finding?.found).toMatch(
      /^calls that the policies allow cannot be made, because 12 workloads have a certificate that others do not expect$/,
    );
    expect(finding?.evidence[0]).toMatch(
      /^shop-0\/\S+ → shop-0\/\S+: shop-0\/\S+ has spiffe:\/\/\S+\/ns\/sock-shop\/sa\//,
    );
  });

  test('are looked at all where there are few', () => {
    const [finding] = findings(1);

    expect(finding?.found).toMatch(/^\d+ calls that the policies allow cannot be made$/);
  });
});
