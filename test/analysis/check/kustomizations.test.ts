import { checkFiles } from '../../../lib/check';

const KUSTOMIZATION = 'resources: [objects.yaml]\n';
const SERVICE_ACCOUNT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n';
const BINDING =
  'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: web}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}\nsubjects: [{kind: ServiceAccount, name: web}]\n';

function found(rule: string, files: Readonly<Record<string, string>>): readonly string[] {
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text }));
  return checkFiles(inputs, { rules: [rule] }).map(({ location }) => location.file);
}

describe('objects of one name', () => {
  test('may be in two kustomizations, which are built apart', () => {
    expect(
      found('dup-names-and-keys', {
        'base/kustomization.yaml': KUSTOMIZATION,
        'base/objects.yaml': SERVICE_ACCOUNT,
        'overlay/kustomization.yaml': KUSTOMIZATION,
        'overlay/objects.yaml': SERVICE_ACCOUNT,
        'plain/objects.yaml': SERVICE_ACCOUNT,
      }),
    ).toEqual([]);
  });

  test('may not be twice in one of them, nor outside of all, whatever comes between', () => {
    expect(
      found('dup-names-and-keys', {
        'base/kustomization.yaml': KUSTOMIZATION,
        'base/objects.yaml': SERVICE_ACCOUNT,
        'plain/objects.yaml': SERVICE_ACCOUNT,
        'base/more.yaml': SERVICE_ACCOUNT,
        'plain/more.yaml': SERVICE_ACCOUNT,
      }),
    ).toEqual(['base/more.yaml', 'plain/more.yaml']);
  });
});

test('the namespace of an account may be left to kustomize, and to nobody else', () => {
  expect(
    found('subject-namespace', {
      'base/kustomization.yaml': KUSTOMIZATION,
      'base/objects.yaml': BINDING,
      'plain/objects.yaml': BINDING,
    }),
  ).toEqual(['plain/objects.yaml']);
});

test('a patch is not held to what an object needs, unless no kustomization names it', () => {
  const patch = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n';
  expect(
    found('invalid-value', {
      'overlay/kustomization.yaml': 'patches: [{path: patch.yaml}]',
      'overlay/patch.yaml': patch,
      'overlay/other.yaml': patch,
    }),
  ).toEqual(['overlay/other.yaml', 'overlay/other.yaml']);
});
