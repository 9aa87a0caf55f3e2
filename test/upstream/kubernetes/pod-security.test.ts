import type { JsonObject } from '../../../lib/base/json';
import { podSecurityViolations } from '../../../lib/upstream/kubernetes/pod-security';

/** The least that level restricted admits (kubernetes/website content/en/docs/concepts/security/pod-security-standards.md). */
const safePod = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const safeContainer = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const pod = (own: JsonObject, container: JsonObject = { securityContext: safeContainer }): JsonObject => ({
  securityContext: safePod,
  containers: [{ name: 'web', ...container }],
  ...own,
});
const problems = (spec: JsonObject, level: 'privileged' | 'baseline' | 'restricted') =>
  podSecurityViolations(spec, level).map(({ problem }) => problem);

test('the least that restricted asks for is admitted everywhere', () => {
  for (const level of ['privileged', 'baseline', 'restricted'] as const) expect(problems(pod({}), level)).toEqual([]);
});

test.each<[string, JsonObject]>([
  ['hostNetwork is true', pod({ hostNetwork: true })],
  ['hostPID is true', pod({ hostPID: true })],
  ['hostIPC is true', pod({ hostIPC: true })],
  ['volume "v" is a host path', pod({ volumes: [{ name: 'v', hostPath: { path: '/x' } }] })],
  ['container "web" is privileged', pod({}, { securityContext: { ...safeContainer, privileged: true } })],
  [
    'container "web" adds the capabilities NET_ADMIN',
    pod({}, { securityContext: { ...safeContainer, capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } } }),
  ],
  ['container "web" uses port 80 of the node', pod({}, { securityContext: safeContainer, ports: [{ hostPort: 80 }] })],
  [
    'the seccomp profile is Unconfined',
    pod({}, { securityContext: { ...safeContainer, seccompProfile: { type: 'Unconfined' } } }),
  ],
])('%s: refused from baseline on', (problem, spec) => {
  expect(problems(spec, 'privileged')).toEqual([]);
  expect(problems(spec, 'baseline')).toEqual([problem]);
  expect(problems(spec, 'restricted')).toContain(problem);
});

test.each<[string, JsonObject]>([
  ['container "web" allows privilege escalation', pod({}, { securityContext: { capabilities: { drop: ['ALL'] } } })],
  ['container "web" keeps capabilities', pod({}, { securityContext: { allowPrivilegeEscalation: false } })],
  [
    'container "web" adds the capabilities CHOWN',
    pod({}, { securityContext: { ...safeContainer, capabilities: { drop: ['ALL'], add: ['CHOWN'] } } }),
  ],
  ['container "web" may run as root', pod({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } })],
  ['container "web" may run as root', pod({}, { securityContext: { ...safeContainer, runAsNonRoot: false } })],
  ['container "web" runs as user 0', pod({}, { securityContext: { ...safeContainer, runAsUser: 0 } })],
  ['the pod runs as user 0', pod({ securityContext: { ...safePod, runAsUser: 0 } })],
  ['container "web" has no seccomp profile', pod({ securityContext: { runAsNonRoot: true } })],
  ['volume "v" is of type nfs', pod({ volumes: [{ name: 'v', nfs: {} }] })],
])('%s: refused by restricted only', (problem, spec) => {
  expect(problems(spec, 'baseline')).toEqual([]);
  expect(problems(spec, 'restricted')).toEqual([problem]);
});

test('a container may have its own where the pod has nothing, init containers count, and Windows is another matter', () => {
  const own = { securityContext: { ...safeContainer, ...safePod } };
  expect(problems({ containers: [{ name: 'web', ...own }] }, 'restricted')).toEqual([]);
  expect(problems(pod({ initContainers: [{ name: 'init' }] }), 'restricted')).toEqual([
    'container "init" allows privilege escalation',
    'container "init" keeps capabilities',
  ]);
  expect(problems({ os: { name: 'windows' }, containers: [{ name: 'web' }] }, 'restricted')).toEqual([]);
});
