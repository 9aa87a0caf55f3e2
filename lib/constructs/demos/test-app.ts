import { ApiObject, JsonPatch, Size } from 'cdk8s';
import { Cpu, Deployment, LabelSelector, Pod } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { EnrolledWorkload } from '../enroll/enrolled-workload';
import { MANAGED_BY, nameLabel } from '../kubernetes/object-labels';
import { MeshNamespace, type MeshNamespaceProps } from '../mesh/mesh-namespace';

/**
 * The smallest workload that shows that the platform works: one idle pod with a sidecar whose certificate can be
 * inspected.
 *
 * It uses cdk8s-plus, as an example of using your own Deployment: `mesh.enroll` adds everything that the mesh needs.
 */
export class TestApp extends MeshNamespace {
  /** The cdk8s-plus Deployment. */
  public readonly deployment: Deployment;
  /** The Deployment as enrolled in the mesh. */
  public readonly enrolled: EnrolledWorkload;

  public constructor(scope: Construct, id: string, props: MeshNamespaceProps) {
    super(scope, id, props);
    const labels = { app: 'test-app' };
    this.deployment = new Deployment(this, 'deployment', {
      metadata: {
        name: 'test-app',
        namespace: this.name,
        labels: { ...labels, ...nameLabel('test-app'), ...MANAGED_BY },
      },
      podMetadata: { labels },
      replicas: 1,
      // cdk8s-plus would select pods by a label with a hash of the construct path.
      select: false,
      containers: [
        {
          name: 'curl',
          image: 'curlimages/curl:8.14.1',
          // Runs until it is stopped, so that `kubectl exec` has somewhere to go.
          command: ['sleep', 'infinity'],
          securityContext: { user: 100, group: 101 },
          resources: {
            cpu: { request: Cpu.millis(10) },
            memory: { request: Size.mebibytes(16), limit: Size.mebibytes(64) },
          },
        },
      ],
    });
    this.deployment.select(LabelSelector.of({ labels }));
    const addressLabel = Pod.ADDRESS_LABEL.replace('/', '~1');
    ApiObject.of(this.deployment).addJsonPatch(
      JsonPatch.remove(`/spec/template/metadata/labels/${addressLabel}`),
      JsonPatch.add('/spec/template/spec/securityContext/seccompProfile', { type: 'RuntimeDefault' }),
    );
    this.enrolled = props.mesh.enroll(this.deployment);
  }
}
