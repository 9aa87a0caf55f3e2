import { join } from 'node:path';
import { filesBelow, ROOT } from '../golden/written-files';

/** Facts of which each stands in `lib/upstream` and nowhere else, by what their spelling there would look like. */
const FACTS: Readonly<Record<string, RegExp>> = {
  'the domain of Services': /[}`'*]\.?svc\.cluster\.local/,
  'the scheme of SPIFFE IDs': /['`]spiffe:\/\/(?:\$|'|`)/,
  'the path of an identity': /\/ns\/\$\{[^}]*\}\/sa\/\$\{/,
  'the injection labels': /'istio-injection'|'sidecar\.istio\.io\/inject'|'istio\.io\/rev'|'istio\.io\/dataplane-mode'/,
  'the annotation of templates': /'inject\.istio\.io\/templates'/,
  "the proxy's container": /'istio-proxy'/,
  "the socket's volume": /'workload-socket'/,
  "the socket's variable": /WORKLOAD_IDENTITY_SOCKET_FILE/,
  'the highest port': /= 65_?535|> 65_?535/,
  'a parser of addresses': /from 'node:net'|\bfunction parseIp/,
  'the not-forms of policy fields':
    /`not\$\{|'not(?:Principals|Namespaces|ServiceAccounts|IpBlocks|Paths|Methods|Hosts|Ports)'/,
  'the keys of policy conditions': /'(?:source|destination|remote|connection|request)\.[a-z.]+'/,
  'the variable of the join token': /KUBERNETES_TOKEN_PATH'/,
};

/** Code without comments, and without the `wrong` and `right` of rules, which are what users write. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').replace(/^\s*(?:wrong|right): .*$/gm, '');
}

const FILES = [...filesBelow(join(ROOT, 'lib'))].filter(([file]) => file.endsWith('.ts'));

describe.each(Object.entries(FACTS))('%s', (_, spelling) => {
  const holders = FILES.filter(([, text]) => spelling.test(code(text))).map(([file]) => file);

  test('stands in lib/upstream', () => {
    expect(holders.filter((file) => file.startsWith('upstream/')).length).toBeGreaterThan(0);
  });

  test('stands nowhere else', () => {
    expect(holders.filter((file) => !file.startsWith('upstream/'))).toEqual([]);
  });
});
