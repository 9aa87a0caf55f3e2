import { isVariable } from '../../../../base/is-variable';
import { textAt } from '../../../../base/json';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import type { Target } from '../../../../upstream/releases/target';
import { NEWER_ROLE_VERSIONS, ROLE_VERSIONS } from '../../../../upstream/teleport/role-versions';
import { defineRule } from '../../rule';

const role = (version: string) =>
  `kind: role\nversion: ${version}\nmetadata: {name: mesh-issuer}\nspec: {allow: {workload_identity_labels: {mesh: shop}, rules: [{resources: [workload_identity], verbs: [list, read]}]}}\n`;

/** A role whose version Teleport does not have. */
export const ROLE_VERSION_RULE = defineRule({
  id: 'role-version',
  subject: 'Teleport roles and bots',
  since: '0.1.0',
  severity: 'error',
  title: 'Role version that Teleport does not support',
  found: '{problem}',
  why: 'Teleport refuses the role, so bots that have it can issue nothing.',
  fix: 'write version: v7 or v8, if the release has it',
  source: 'gravitational/teleport lib/services/role.go',
  exampleTarget: { teleport: EXAMPLE_RELEASES.teleport18 },
  wrong: role('v9'),
  right: role('v8'),
  check({ manifests, target }, report) {
    for (const manifest of manifests.ofKind('role')) {
      const version = textAt(manifest.body, 'version');
      const problem = version === undefined || isVariable(version) ? undefined : versionProblem(version, target);
      if (problem !== undefined) report(manifest, '/version', { problem });
    }
  },
});

function versionProblem(version: string, target: Target): string | undefined {
  if (ROLE_VERSIONS.has(version)) return undefined;
  const fact = NEWER_ROLE_VERSIONS.get(version);
  if (fact === undefined) return `there is no role version ${version}`;
  return target.has(fact)
    ? undefined
    : `role version ${version} needs Teleport ${RELEASE_FACTS[fact]}, and this is ${target.teleport}`;
}
