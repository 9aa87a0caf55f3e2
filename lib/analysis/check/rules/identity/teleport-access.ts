import { field, isList, type JsonObject, type JsonValue, listAt, objectAt, textAt } from '../../../../base/json';
import { roleSelects } from '../../../../model/teleport/teleport-resources';
import { joinMethodOf } from '../../../../upstream/teleport/join-secrets';
import { PRESET_ROLES, WILDCARD_ISSUER_ROLE } from '../../../../upstream/teleport/preset-roles';
import { ISSUING_VERBS } from '../../../../upstream/teleport/resource-kinds';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';
import { joinToken } from '../teleport-examples';

const role = (labels: string, verbs: string) => `kind: role
version: v7
metadata: {name: mesh-issuer}
spec:
  allow:
    workload_identity_labels: ${labels}
    rules:
      - {resources: [workload_identity], verbs: ${verbs}}
`;

const bot = (roles: string) => `kind: bot\nversion: v1\nmetadata: {name: mesh}\nspec: {roles: ${roles}}\n`;

const identity = (labels: string) =>
  `kind: workload_identity\nversion: v1\nmetadata: {name: mesh, labels: ${labels}}\nspec:\n  spiffe: {id: /svc/a}\n  rules: {allow: [{conditions: [{attribute: workload.kubernetes.attested, eq: {value: "true"}}]}]}\n`;

const TOKEN = joinToken('type: in_cluster\nallow: [{service_account: "teleport:tbot"}]');

/** Names of one sort of resource, or undefined if there are none and more may exist elsewhere. */
function known(resources: readonly { readonly name: string }[], complete: boolean): ReadonlySet<string> | undefined {
  return resources.length > 0 || complete ? new Set(resources.map(({ name }) => name)) : undefined;
}

/** Whether some role lets its bots issue identities with these labels. */
function isIssuable({ teleport }: CheckContext, labels: Readonly<Record<string, string>>): boolean {
  if (teleport.bots.some(({ spec }) => listAt(spec, 'roles').includes(WILDCARD_ISSUER_ROLE))) return true;
  return teleport.roles.some(
    ({ spec }) =>
      field(spec, 'allow', 'workload_identity_labels_expression') !== undefined ||
      roleSelects(objectAt(spec, 'allow', 'workload_identity_labels'), labels),
  );
}

/** Verbs on workload identities that a role allows. */
function verbsOnIdentities(role: JsonObject): readonly JsonValue[] {
  return listAt(role, 'allow', 'rules').flatMap((rule) => {
    const resources = listAt(rule, 'resources');
    return resources.includes('workload_identity') || resources.includes('*') ? listAt(rule, 'verbs') : [];
  });
}

/**
 * The other roles of the bots that have a role, whose rules add up with its own (gravitational/teleport
 * lib/services/role.go `RoleSet`); undefined if one of them is not among the manifests.
 */
function rolesBeside({ bots, roles }: CheckContext['teleport'], name: string): readonly JsonObject[] | undefined {
  const lists = bots.map(({ spec }) => listAt(spec, 'roles')).filter((list) => list.includes(name));
  const others = [...new Set(lists.flat())].filter((other) => other !== name);
  const found = others.map((other) => roles.find((role) => role.name === other)?.spec);
  return found.every((spec) => spec !== undefined) ? found : undefined;
}

/** Teleport's roles and bots, and the chain from join token to identity. */
export const TELEPORT_ACCESS_RULES = [
  defineRule({
    id: 'role-verbs',
    subject: 'Teleport roles and bots',
    since: '0.1.0',
    severity: 'error',
    title: 'Role cannot read the identities it may issue',
    found: 'the role does not allow {verbs} on workload_identity',
    why: 'Teleport denies the issuance: a selector by name needs read, one by labels needs list too.',
    fix: 'add a rule for workload_identity with the verbs read and list',
    source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/issuer_service.go',
    wrong: role('{mesh: shop}', '[read]'),
    right: role('{mesh: shop}', '[list, read]'),
    check({ teleport }, report) {
      for (const { manifest, name, spec } of teleport.roles) {
        if (Object.keys(objectAt(spec, 'allow', 'workload_identity_labels')).length === 0) continue;
        const together = rolesBeside(teleport, name);
        // What a role that is elsewhere allows is not known.
        if (together === undefined) continue;
        const verbs = new Set([spec, ...together].flatMap(verbsOnIdentities));
        const missing = [...ISSUING_VERBS].sort().filter((verb) => !verbs.has(verb) && !verbs.has('*'));
        if (missing.length > 0) report(manifest, '/spec/allow/rules', { verbs: missing.join(' and ') });
      }
    },
  }),
  defineRule({
    id: 'role-too-wide',
    subject: 'Teleport roles and bots',
    since: '0.1.0',
    severity: 'warning',
    title: 'Role allows every workload identity',
    found: 'workload_identity_labels selects every identity',
    why: 'Anyone who controls the bot can issue any identity of the cluster, including those of other meshes.',
    fix: "give the mesh's identity its own label and select that",
    source: 'gravitational/teleport docs/pages/machine-workload-identity/workload-identity/getting-started.mdx',
    wrong: role('{"*": "*"}', '[list, read]'),
    right: role('{mesh: shop}', '[list, read]'),
    check({ teleport }, report) {
      for (const { manifest, spec } of teleport.roles) {
        const anyLabel = objectAt(spec, 'allow', 'workload_identity_labels')['*'];
        const isEvery = anyLabel === '*' || (isList(anyLabel) && anyLabel.includes('*'));
        if (isEvery) report(manifest, '/spec/allow/workload_identity_labels');
      }
    },
  }),
  defineRule({
    id: 'bot-roles-empty',
    subject: 'Teleport roles and bots',
    since: '0.1.0',
    severity: 'error',
    title: 'Bot without roles',
    found: 'the bot has no role',
    why: 'It can issue nothing, and "tctl create -f" removes the roles it had before.',
    fix: 'list the roles in the file',
    source: 'gravitational/teleport lib/auth/machineid/machineidv1/bot_service.go',
    wrong: bot('[]'),
    right: bot('[mesh-issuer]'),
    check({ teleport }, report) {
      for (const { manifest, spec } of teleport.bots) {
        if (listAt(spec, 'roles').length === 0) report(manifest, '/spec/roles');
      }
    },
  }),
  defineRule({
    id: 'bot-wiring',
    subject: 'Teleport roles and bots',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'all objects',
    title: 'Missing link between join token, bot, role and identity',
    found: '{problem}',
    why: 'tbot cannot join or may not issue identities: workloads get no identity.',
    fix: 'make the names and labels match: token.bot_name, bot, bot.roles, role labels, identity labels, selector',
    source: 'gravitational/teleport docs/pages/machine-workload-identity/workload-identity/getting-started.mdx',
    wrong: stream(identity('{mesh: shop}'), role('{mesh: other}', '[list, read]'), bot('[mesh-issuer]'), TOKEN),
    right: stream(identity('{mesh: shop}'), role('{mesh: shop}', '[list, read]'), bot('[mesh-issuer]'), TOKEN),
    check(context, report) {
      const { teleport, complete } = context;
      const bots = known(teleport.bots, complete);
      const roles = known(teleport.roles, complete);
      const identities = known(teleport.identities, complete);
      // Tokens are made per cluster and often kept elsewhere, so having none says nothing.
      const tokens = known(teleport.tokens, false);

      for (const { manifest, spec } of teleport.tokens) {
        const name = textAt(spec, 'bot_name');
        const isForBots = listAt(spec, 'roles').some(
          (role) => typeof role === 'string' && role.toLowerCase() === 'bot',
        );
        if (isForBots !== (name !== undefined && name !== '')) {
          const problem = isForBots ? 'the token has the role Bot and no bot_name' : 'bot_name needs the role Bot';
          report(manifest, isForBots ? '/spec' : '/spec/roles', { problem });
        }
        if (name !== undefined && bots && !bots.has(name)) {
          report(manifest, '/spec/bot_name', { problem: `there is no bot "${name}"` });
        }
      }
      for (const { manifest, spec } of teleport.bots) {
        listAt(spec, 'roles').forEach((name, index) => {
          if (typeof name !== 'string' || !roles || roles.has(name) || PRESET_ROLES.has(name)) return;
          report(manifest, `/spec/roles/${index}`, { problem: `there is no role "${name}"` });
        });
      }
      for (const { manifest, name, labels } of teleport.identities) {
        if (!roles || isIssuable(context, labels)) continue;
        report(manifest, '/metadata/labels', { problem: `no role selects the labels of identity "${name}"` });
      }
      for (const { manifest, services, body } of context.tbotConfigs) {
        const token = textAt(body, 'onboarding', 'token');
        if (token !== undefined && !token.startsWith('/') && tokens && !tokens.has(token)) {
          report(manifest, '/onboarding/token', { problem: `there is no token "${token}"` });
        }
        const method = textAt(body, 'onboarding', 'join_method');
        const ofToken = teleport.tokens.filter(({ name }) => name === token).map(({ spec }) => joinMethodOf(spec));
        if (method !== undefined && ofToken.length > 0 && !ofToken.includes(method)) {
          const problem = `token "${token}" is for join method ${ofToken[0]}, not ${method}`;
          report(manifest, '/onboarding/join_method', { problem });
        }
        for (const service of services) {
          const name = textAt(service.body, 'selector', 'name');
          if (name === undefined || !identities || identities.has(name)) continue;
          report(manifest, `${service.pointer}/selector/name`, { problem: `there is no workload identity "${name}"` });
        }
      }
    },
  }),
];
