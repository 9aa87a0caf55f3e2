import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Claims, type Decision, decide, MeshModel } from '../../../lib/access';
import { seePath } from '../../../lib/analysis/policy/path-normalization';
import type { NormalizationMode } from '../../../lib/upstream/istio/mesh-config';
import { pathHandlingOf } from '../../../lib/upstream/istio/path-handling';
import { Target } from '../../../lib/upstream/releases/target';
import { extent } from '../../thorough';

/** One request to the pods of `shop/callee`, and what Istio's own compiler and Envoy's matching rules made of it. */
interface IstioDecision {
  readonly istio: string;
  readonly mesh: { readonly pathNormalization: NormalizationMode; readonly rootNamespace: string };
  /** Accepted by Istio's webhook; some are for other workloads. */
  readonly policies: readonly { readonly metadata: object; readonly spec: object }[];
  readonly request: {
    readonly chain: 'http' | 'tcp';
    readonly identity: string | null;
    readonly sourceIp: string;
    readonly remoteIp: string;
    readonly method?: string;
    readonly host?: string;
    readonly path?: string;
    /** The path after Envoy's normalization. */
    readonly seenPath?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly claims?: Claims;
  };
  readonly verdict: 'allowed' | 'denied';
}

const DECISIONS: readonly IstioDecision[] = gunzipSync(
  readFileSync(join(__dirname, '../../../../test/analysis/policy/fixtures/istio-decisions.jsonl.gz')),
)
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** One in so many is decided. */
const STRIDE = extent(3, 1);

/** What a question cannot state; only these may leave an answer open. */
const NOT_STATED = /^(?:connection\.sni|destination\.ip|experimental\.envoy\.filters\..*)$/;

function meshOf({ mesh, policies }: IstioDecision): readonly object[] {
  const labels = { app: 'callee', version: 'v1' };
  const pod = { containers: [{ name: 'c', image: 'x:1', ports: [{ containerPort: 8080 }, { containerPort: 3306 }] }] };
  const { pathNormalization, ...meshConfig } = mesh;
  const named = (name: string) => ({ name, namespace: 'shop' });
  return [
    {
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      metadata: { name: 'istio', namespace: 'istio-system' },
      spec: {
        meshConfig: { ...meshConfig, pathNormalization: { normalization: pathNormalization } },
        values: { pilot: { env: { PILOT_SKIP_VALIDATE_TRUST_DOMAIN: 'true' } } },
      },
    },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: named('callee'),
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: named('callee'),
      spec: {
        selector: labels,
        ports: [
          { name: 'http', port: 80, targetPort: 8080 },
          { name: 'tcp-db', port: 3307, targetPort: 3306 },
        ],
      },
    },
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'RequestAuthentication',
      metadata: { name: 'jwt', namespace: mesh.rootNamespace },
      spec: {
        jwtRules: ['https://issuer.example', 'iss2', 'https://issuer.example/v2'].map((issuer) => ({
          issuer,
          spaceDelimitedClaims: ['custom'],
        })),
      },
    },
    ...policies.map((one) => ({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', ...one })),
  ];
}

function answer(decision: IstioDecision): Decision {
  const { chain, identity, sourceIp, remoteIp, method, host, path, headers = {}, claims = null } = decision.request;
  const http = chain === 'http' && method !== undefined && host !== undefined && path !== undefined;
  const target = Target.of({ istio: decision.istio });
  const answered = decide(MeshModel.from(meshOf(decision), { target }), {
    from: identity ?? 'outside',
    to: 'shop/callee',
    port: http ? 'http' : 'tcp-db',
    sourceIp,
    originalClientIp: remoteIp,
    ...(http && { method, host, path, headers, claims }),
  });
  if (answered.verdict === 'unanswerable') throw new Error(JSON.stringify(answered));
  return answered;
}

test('the evaluator decides as Istio does, and is undecided only for want of what was not stated', () => {
  expect(DECISIONS).toHaveLength(1000);
  const differences: string[] = [];
  let open = 0;
  DECISIONS.forEach((decision, index) => {
    if (index % STRIDE !== 0) return;
    const { verdict, dependsOn } = answer(decision);
    if (verdict === decision.verdict) return;
    if (verdict === 'depends' && dependsOn.every((field) => NOT_STATED.test(field))) open += 1;
    else differences.push(`${index}: ${verdict} where Istio says ${decision.verdict}`);
  });
  expect(differences).toEqual([]);
  expect(open).toBeLessThanOrEqual((DECISIONS.length / STRIDE) * extent(0.03, 0.02));
});

test('paths become what Envoy makes of them', () => {
  for (const { istio, mesh, request } of DECISIONS) {
    if (request.path === undefined) continue;
    const seen = seePath(request.path, pathHandlingOf(mesh.pathNormalization, Target.of({ istio })));
    expect(seen.accepted ? `${seen.path}${seen.query}` : seen.problem).toBe(request.seenPath);
  }
});
