import { field, isObject, type JsonObject, type JsonValue, listAt, objectAt, textAt } from '../../../../base/json';
import type { TbotWorkload } from '../../../../model/teleport/tbot-workload';
import type { TeleportResource } from '../../../../model/teleport/teleport-resources';
import { DEFAULT_ACCOUNT_TOKEN, SHORTEST_ACCOUNT_TOKEN } from '../../../../upstream/kubernetes/account-token';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import type { Target } from '../../../../upstream/releases/target';
import { DEFAULT_KUBERNETES_JOIN_TYPE, JOIN_TOKEN_PATH_VARIABLE } from '../../../../upstream/teleport/join-methods';
import { LONGEST_JOIN_TOKEN } from '../../../../upstream/teleport/lifetimes';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { joinToken, TBOT_HEAD, tbotPods } from '../teleport-examples';

const JWKS = `'{"keys":[{"use":"sig","kty":"RSA","kid":"a","alg":"RS256","n":"yjDQ","e":"AQAB"}]}'`;

/** A tbot that joins with an account token of its own. */
const joining = (seconds: number) =>
  tbotPods({
    config: `${TBOT_HEAD}onboarding: {join_method: kubernetes, token: mesh-join}\n`,
    container: 'env: [{name: KUBERNETES_TOKEN_PATH, value: /var/run/secrets/tokens/join-sa-token}]',
    mount: '{name: join, mountPath: /var/run/secrets/tokens}',
    volume: `{name: join, projected: {sources: [{serviceAccountToken: {path: join-sa-token, audience: example.teleport.sh, expirationSeconds: ${seconds}}}]}}`,
  });

/** A tbot that joins by Kubernetes, with the token it joins with, if that is among the manifests. */
interface KubernetesJoin extends TbotWorkload {
  readonly token: TeleportResource | undefined;
}

function kubernetesJoins({ tbotWorkloads, teleport }: CheckContext): readonly KubernetesJoin[] {
  return tbotWorkloads.flatMap((tbot) =>
    tbot.configs.flatMap(({ body }) => {
      if (textAt(body, 'onboarding', 'join_method') !== 'kubernetes') return [];
      const name = textAt(body, 'onboarding', 'token');
      return [{ ...tbot, token: teleport.tokens.find((one) => one.name === name) }];
    }),
  );
}

function jwksProblem(text: string): string | undefined {
  if (text === '') return 'static_jwks has no JWKS';
  let keys: unknown;
  try {
    keys = (JSON.parse(text) as { keys?: unknown }).keys;
  } catch {
    return 'the JWKS is not JSON';
  }
  if (!Array.isArray(keys) || keys.length === 0) return 'the JWKS has no keys';
  const isPrivate = keys.some((key) => isObject(key) && ['d', 'p', 'q', 'k'].some((part) => part in key));
  return isPrivate ? 'the JWKS has a private key' : undefined;
}

/** What is wrong with an entry of `allow`, and where in it. */
function allowProblem(entry: JsonValue, target: Target): { readonly at: string; readonly problem: string } | undefined {
  const account = textAt(entry, 'service_account') ?? '';
  const halves = { name: textAt(entry, NAME_HALF) ?? '', namespace: textAt(entry, NAMESPACE_HALF) ?? '' };
  if (halves.name === '' && halves.namespace === '') {
    const isPlain = /^[a-z0-9-]+:[a-z0-9.-]+$/.test(account);
    return isPlain ? undefined : { at: '/service_account', problem: `"${account}" is not namespace:name` };
  }
  if (!target.has('joinsByAccountGlobs')) {
    const needed = `${RELEASE_FACTS.joinsByAccountGlobs}, and this is ${target.teleport}`;
    return { at: '', problem: `service_account_name and service_account_namespace need Teleport ${needed}` };
  }
  if (account !== '') return { at: '/service_account', problem: 'the account is given whole and in halves' };
  const missing = halves.name === '' ? NAME_HALF : halves.namespace === '' ? NAMESPACE_HALF : undefined;
  return missing === undefined ? undefined : { at: '', problem: `${missing} is not given` };
}

const NAME_HALF = 'service_account_name';
const NAMESPACE_HALF = 'service_account_namespace';

/** Whether an entry of `allow` lets an account join (gravitational/teleport#66700). */
function admits(entry: JsonValue, namespace: string, name: string): boolean {
  if (textAt(entry, 'service_account') === `${namespace}:${name}`) return true;
  const [ofName, ofNamespace] = [textAt(entry, NAME_HALF) ?? '', textAt(entry, NAMESPACE_HALF) ?? ''];
  return ofName !== '' && ofNamespace !== '' && globMatches(ofName, name) && globMatches(ofNamespace, namespace);
}

/** `*` stands for any text, `?` for one character. */
function globMatches(glob: string, text: string): boolean {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${pattern}$`, 's').test(text);
}

/** Whether a tbot joins Teleport Cloud with this token. */
function usedWithCloud({ tbotConfigs }: CheckContext, token: string): boolean {
  return tbotConfigs.some(
    ({ body }) =>
      textAt(body, 'onboarding', 'token') === token &&
      /\.teleport\.sh(?::\d+)?$/.test(textAt(body, 'proxy_server') ?? ''),
  );
}

/** The projected account token that tbot's container finds at a path. */
function accountTokenAt(
  path: string,
  { workload, container }: TbotWorkload,
): { readonly token: JsonObject; readonly pointer: string } | undefined {
  for (const { name, body, pointer } of workload.volumes) {
    const mount = listAt(container.body, 'volumeMounts').find((one) => textAt(one, 'name') === name);
    const directory = textAt(mount, 'mountPath')?.replace(/\/$/, '');
    for (const [index, source] of listAt(body, 'projected', 'sources').entries()) {
      const token = objectAt(source, 'serviceAccountToken');
      const file = textAt(token, 'path');
      if (file === undefined || path !== `${directory}/${file}`) continue;
      return { token, pointer: `${pointer}/projected/sources/${index}/serviceAccountToken` };
    }
  }
  return undefined;
}

/** Why Teleport refuses the account token of a tbot, and where that is decided. */
function tokenProblem(tbot: TbotWorkload): { readonly problem: string; readonly pointer: string } | undefined {
  const { container, configs } = tbot;
  const env = listAt(container.body, 'env').find((entry) => textAt(entry, 'name') === JOIN_TOKEN_PATH_VARIABLE);
  const path = textAt(env, 'value');
  if (path === undefined)
    return { problem: `${JOIN_TOKEN_PATH_VARIABLE} is not set`, pointer: `${container.pointer}/env` };
  const { token, pointer } = accountTokenAt(path, tbot) ?? {};
  if (!token || !pointer) {
    return {
      problem: `no projected account token is mounted at ${path}`,
      pointer: `${container.pointer}/volumeMounts`,
    };
  }
  const seconds = field(token, 'expirationSeconds') ?? DEFAULT_ACCOUNT_TOKEN;
  if (typeof seconds === 'number' && (seconds > LONGEST_JOIN_TOKEN || seconds < SHORTEST_ACCOUNT_TOKEN)) {
    return { problem: `the account token lasts ${seconds}s`, pointer };
  }
  const audience = textAt(token, 'audience');
  const tenants = configs.map(({ body }) => /^(.+\.teleport\.sh):\d+$/.exec(textAt(body, 'proxy_server') ?? '')?.[1]);
  const isOther = tenants.some((tenant) => tenant !== undefined && tenant !== audience);
  if (audience !== undefined && !isOther) return undefined;
  return { problem: `the account token is for ${audience ?? 'the API server'}, not for Teleport`, pointer };
}

/** How tbot joins Teleport from Kubernetes. */
export const JOIN_RULES = [
  defineRule({
    id: 'join-allow',
    subject: 'Joining Teleport',
    since: '0.1.0',
    severity: 'error',
    title: 'Join token does not admit any tbot',
    found: '{problem}',
    why: 'Teleport compares service_account literally, without wildcards: tbot cannot join.',
    fix: `list tbot's ServiceAccount as "namespace:name"; wildcards are allowed in service_account_namespace and service_account_name (Teleport ${RELEASE_FACTS.joinsByAccountGlobs})`,
    source: 'gravitational/teleport api/types/provisioning.go, lib/kube/token/validator.go',
    wrong: joinToken('type: in_cluster\nallow: [{service_account: "teleport:*"}]'),
    right: joinToken('type: in_cluster\nallow: [{service_account: "teleport:tbot"}]'),
    check(context, report) {
      for (const { manifest, spec } of context.teleport.tokens) {
        if (textAt(spec, 'join_method') !== 'kubernetes') continue;
        const allow = listAt(spec, 'kubernetes', 'allow');
        if (allow.length === 0) report(manifest, '/spec/kubernetes/allow', { problem: 'the token allows no account' });
        allow.forEach((entry, index) => {
          const found = allowProblem(entry, context.target);
          if (found) report(manifest, `/spec/kubernetes/allow/${index}${found.at}`, { problem: found.problem });
        });
      }
      for (const { workload, token: used } of kubernetesJoins(context)) {
        if (!used) continue;
        const { namespace = 'default', serviceAccount } = workload;
        if (listAt(used.spec, 'kubernetes', 'allow').some((entry) => admits(entry, namespace, serviceAccount)))
          continue;
        const problem = `tbot's account ${namespace}:${serviceAccount} is not among those allowed`;
        report(used.manifest, '/spec/kubernetes/allow', { problem });
      }
    },
  }),
  defineRule({
    id: 'join-keys',
    subject: 'Joining Teleport',
    since: '0.1.0',
    severity: 'error',
    title: 'Join token without the keys it needs',
    found: '{problem}',
    why: 'Teleport refuses the token, or cannot check the account tokens of this cluster.',
    fix: 'give static_jwks the output of "kubectl get --raw /openid/v1/jwks", oidc the https issuer, and use in_cluster only where Auth runs in the cluster',
    source: 'gravitational/teleport api/types/provisioning.go, lib/kube/token/validator.go',
    wrong: joinToken(
      'type: static_jwks\nstatic_jwks: {jwks: PASTE_JWKS_HERE}\nallow: [{service_account: "teleport:tbot"}]',
    ),
    right: joinToken(`type: static_jwks\nstatic_jwks: {jwks: ${JWKS}}\nallow: [{service_account: "teleport:tbot"}]`),
    check(context, report) {
      for (const { manifest, name, spec } of context.teleport.tokens) {
        if (textAt(spec, 'join_method') !== 'kubernetes') continue;
        const kubernetes = objectAt(spec, 'kubernetes');
        const type = textAt(kubernetes, 'type') ?? DEFAULT_KUBERNETES_JOIN_TYPE;
        if (type === 'static_jwks') {
          const problem = jwksProblem(textAt(kubernetes, 'static_jwks', 'jwks') ?? '');
          if (problem) report(manifest, '/spec/kubernetes/static_jwks/jwks', { problem });
        } else if (type === 'oidc') {
          const issuer = textAt(kubernetes, 'oidc', 'issuer') ?? '';
          const mayBeHttp = field(kubernetes, 'oidc', 'insecure_allow_http_issuer') === true;
          if (!(mayBeHttp ? /^https?:\/\/./ : /^https:\/\/./).test(issuer)) {
            report(manifest, '/spec/kubernetes/oidc/issuer', { problem: 'the issuer is not an https URL' });
          }
        } else if (usedWithCloud(context, name)) {
          report(manifest, '/spec/kubernetes/type', { problem: 'in_cluster cannot work with Teleport Cloud' });
        }
        for (const block of ['static_jwks', 'oidc']) {
          if (block === type || kubernetes[block] === undefined) continue;
          report(manifest, `/spec/kubernetes/${block}`, { problem: `${block} is given for the type ${type}` });
        }
      }
    },
  }),
  defineRule({
    id: 'join-token-volume',
    subject: 'Joining Teleport',
    since: '0.1.0',
    severity: 'error',
    title: 'ServiceAccount token that Teleport does not accept',
    found: '{problem}',
    why: 'Teleport requires a token with its own audience and a lifetime of at most 30 minutes; the automounted token has neither, and the join is refused.',
    fix: 'project a serviceAccountToken with audience = cluster name and expirationSeconds 600, and point KUBERNETES_TOKEN_PATH at it',
    source: 'gravitational/teleport lib/kube/token/validator.go, lib/kube/token/source.go',
    wrong: joining(3600),
    right: joining(600),
    check(context, report) {
      for (const join of kubernetesJoins(context)) {
        const { workload, token: used } = join;
        if (used && (textAt(used.spec, 'kubernetes', 'type') ?? DEFAULT_KUBERNETES_JOIN_TYPE) === 'in_cluster')
          continue;
        const found = tokenProblem(join);
        if (found) report(workload.manifest, found.pointer, { problem: found.problem });
      }
    },
  }),
];
