import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether the user has the permissions to install the mesh. */
export const RIGHTS_SUFFICE_CHECK = defineCheck({
  id: 'rights-suffice',
  group: 'before',
  title: 'you may create the objects of the mesh',
  looksAt: 'kubectl auth can-i for the kinds in dist/ and those of Istio',
  needs: [],
  cause:
    'Only administrators of the cluster may create Namespaces, ClusterRoles, CSIDrivers, webhooks and CustomResourceDefinitions.',
  fix: 'have a cluster administrator apply them',
  source: 'kubernetes.io/docs/reference/access-authn-authz/authorization',
  fires: () => exampleSnapshot({ rights: { 'create csidrivers.storage.k8s.io': false } }),
  quiet: () => exampleSnapshot({ rights: { 'create csidrivers.storage.k8s.io': true } }),
  check(mesh, sink) {
    for (const { subject, because } of mesh.snapshot.gaps) {
      if (subject.startsWith('rights/')) sink.unseen(subject.slice('rights/'.length), because);
    }
    for (const [what, isAllowed] of Object.entries(mesh.snapshot.rights ?? {})) {
      sink.looked();
      if (!isAllowed) sink.found({ found: `you may not ${what}` });
    }
  },
});
