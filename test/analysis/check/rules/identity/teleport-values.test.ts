import { checkFiles } from '../../../../../lib/check';

const found = (text: string, rule: string, teleport = '18.11.10') =>
  checkFiles([{ file: 'a.yaml', text }], { rules: [rule], target: { teleport } }).map((one) => one.found);

describe('the version of a role', () => {
  const role = (version: string, teleport?: string) =>
    found(`kind: role\nversion: ${version}\nmetadata: {name: a}\nspec: {allow: {}}\n`, 'role-version', teleport);

  // gravitational/teleport lib/services/role.go (UnmarshalRole).
  test.each(['v3', 'v4', 'v5', 'v6', 'v7', 'v8', '"{{ version }}"'])('may be %s', (version) =>
    expect(role(version)).toEqual([]),
  );

  it('may be newer with a newer Teleport only', () => {
    expect(role('v8', '17.7.20')).toEqual(['role version v8 needs Teleport 18.0.0 or newer, and this is 17.7.20']);
    expect(role('v9')).toEqual(['role version v9 needs Teleport 19.0.0 or newer, and this is 18.11.10']);
    expect(role('v9', '19.0.0')).toEqual([]);
    expect(role('v10', '19.0.0')).toEqual(['there is no role version v10']);
    expect(role('v2')).toEqual(['there is no role version v2']);
  });

  it('of a role of the operator is in its kind', () => {
    const text =
      'apiVersion: resources.teleport.dev/v1\nkind: TeleportRoleV8\nmetadata: {name: a, namespace: b}\nspec: {allow: {}}\n';
    expect(found(text, 'role-version')).toEqual([]);
  });
});

describe('a token for GitHub Actions', () => {
  const token = (github: string, method = 'github') =>
    found(
      `kind: token\nversion: v2\nmetadata: {name: a}\nspec: {roles: [Bot], bot_name: b, join_method: ${method}, github: ${github}}\n`,
      'github-token-refused',
    );
  const ENTRY = 'an entry has no repository, repository_owner or sub';

  // gravitational/teleport api/types/provisioning.go (ProvisionTokenSpecV2GitHub.checkAndSetDefaults).
  test.each([
    ['{allow: [{repository: a/b}, {repository_owner: a}, {sub: "repo:a/b:ref:c"}]}', []],
    ['{allow: [{repository: a/b, ref: c}], enterprise_server_host: github.example.com}', []],
    ['{allow: []}', ['the token allows no repository']],
    ['{}', ['the token allows no repository']],
    ['{allow: [{repository: a/b}, {}]}', [ENTRY]],
    ['{allow: [{repository: "", workflow: c}]}', [ENTRY]],
    ['{allow: [{environment: a, actor: b, ref: c, ref_type: branch}]}', [ENTRY]],
    [
      '{allow: [{sub: a}], enterprise_server_host: "https://github.example.com"}',
      ['enterprise_server_host is "https://github.example.com", but must be a host without scheme and path'],
    ],
    [
      '{allow: [{sub: a}], enterprise_server_host: b, enterprise_slug: c}',
      ['enterprise_server_host and enterprise_slug are both set'],
    ],
  ])('is read: %s', (github, problems) => expect(token(github)).toEqual(problems));

  it('is none of another join method', () => {
    expect(token('{allow: []}', 'token')).toEqual([]);
  });
});

describe('an expression', () => {
  const identity = (spec: string) =>
    found(`kind: workload_identity\nversion: v1\nmetadata: {name: a}\nspec: ${spec}\n`, 'expression-refused');
  const rule = (expression: string) =>
    identity(`{spiffe: {id: /a}, rules: {allow: [{expression: ${JSON.stringify(expression)}}]}}`);

  test.each([
    'workload.kubernetes.namespace == "shop"',
    'user.traits["team"].contains("shop")',
    'workload.podman.container.labels.team == "shop"',
    'join.kubernetes.subject != "workload.x"',
    'user.is_bot || sigstore.policy_satisfied("b")',
  ])('is right: %s', (expression) => expect(rule(expression)).toEqual([]));

  it('has a form, and attributes that exist', () => {
    expect(rule("user.name == 'a'")).toEqual([
      `the expression "user.name == 'a'" has a string in single quotes; strings are in double quotes`,
    ]);
    expect(rule('workload.kubernetes.namespaces == "shop"')).toEqual([
      'there is no attribute workload.kubernetes.namespaces, did you mean workload.kubernetes.namespace?',
    ]);
    expect(rule('workload.kubernetes.name.contains("shop")')[0]).toContain(
      'there is no attribute workload.kubernetes.name',
    );
  });

  it('is in every template of an identity', () => {
    const problem = 'the expression "user.name[" ends too early';
    expect(identity('{spiffe: {id: "/a/{{ user.name[ }}", hint: "{{ user.name[ }}"}}')).toEqual([problem]);
    expect(identity('{spiffe: {id: /a, x509: {dns_sans: ["{{ user.name[ }}"]}}}')).toEqual([problem]);
    expect(identity('{spiffe: {id: "/a/{{ }}b/{{ user.name }}/{{strings.upper(\\"c\\")}}"}}')).toEqual([]);
  });

  it('is in the rules of a role', () => {
    const role = (side: string, where: string) =>
      found(
        `kind: role\nversion: v7\nmetadata: {name: a}\nspec: {${side}: {rules: [{resources: [role], verbs: [list], where: '${where}'}]}}\n`,
        'expression-refused',
      );
    expect(role('allow', 'contains(user.spec.traits["groups"], "prod")')).toEqual([]);
    expect(role('allow', 'contains(user.spec.traits["groups"], "prod"')).toHaveLength(1);
    expect(role('deny', 'a = "b"')).toHaveLength(1);
  });
});

// gravitational/teleport lib/services/role.go: what the roles of a bot allow adds up.
describe('verbs on workload identities', () => {
  const role = (name: string, allow: string) =>
    `kind: role\nversion: v7\nmetadata: {name: ${name}}\nspec: {allow: {${allow}}}\n---\n`;
  const bot = (roles: string) => `kind: bot\nversion: v1\nmetadata: {name: mesh}\nspec: {roles: [${roles}]}\n`;
  const labels = role('labels', 'workload_identity_labels: {mesh: shop}');
  const verbs = (list: string) => role('verbs', `rules: [{resources: [workload_identity], verbs: [${list}]}]`);
  const says = (...texts: readonly string[]) => found(texts.join(''), 'role-verbs');
  const problem = (missing: string) => [`the role does not allow ${missing} on workload_identity`];

  it('may come from another role of the bot', () => {
    expect(says(labels, verbs('list, read'), bot('labels, verbs'))).toEqual([]);
    expect(says(labels, verbs('read'), bot('labels, verbs'))).toEqual(problem('list'));
    expect(says(labels, verbs('list, read'), bot('labels'))).toEqual(problem('list and read'));
    expect(says(labels, bot('labels'))).toEqual(problem('list and read'));
  });

  it('of a role that is elsewhere are not known', () => {
    expect(says(labels, bot('labels, elsewhere'))).toEqual([]);
  });
});
