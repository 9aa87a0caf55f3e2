import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { checkNamespace } from '../../upstream/kubernetes/names';
import { addObject } from '../kubernetes/kubernetes-object';
import { type NamespaceOptions, namespaceLabels } from './namespace-labels';

/** Sorts before every other chart, so that namespaces are there when `kubectl apply -f dist/` comes to what is in them. */
const NAME = '00-namespaces';

/** The chart with all namespaces of a mesh. */
export class NamespacesChart extends Chart {
  /**
   * @param where construct path of the mesh, for messages
   * @throws InvalidInputError if there is such a chart already: files with fixed names hold one mesh only
   */
  public static in(scope: Construct, where: string): NamespacesChart {
    if (scope.node.tryFindChild(NAME) !== undefined) {
      throw new InvalidInputError({
        where,
        problem: 'the app already has a mesh',
        allowed: 'one TeleportMesh in an app',
        fix: 'create one app per cluster, or a MeshFleet, which gives each cluster its own directory and its own names in Teleport',
      });
    }
    return new NamespacesChart(scope, NAME);
  }

  /** Gives all that are written an annotation. */
  public annotate(key: string, value: string): void {
    for (const namespace of this.node.children.filter(ApiObject.isApiObject))
      namespace.metadata.addAnnotation(key, value);
  }

  /** Gives one a label, unless it has it with whatever value; one that is not there is written. */
  public ensureLabel(where: string, name: string, key: string, value: string): void {
    const namespace = this.node.tryFindChild(name) ?? this.add(where, name, {});
    if (!ApiObject.isApiObject(namespace) || namespace.metadata.getLabel(key) !== undefined) return;
    namespace.metadata.addLabel(key, value);
  }

  /** Whether the namespace is written already. */
  public has(name: string): boolean {
    return this.node.tryFindChild(name) !== undefined;
  }

  /**
   * Writes a Namespace.
   *
   * @param where construct path of whoever asked for it, for messages
   * @throws InvalidInputError if Kubernetes would refuse the name or a label, or if the namespace is written already
   */
  public add(where: string, name: string, options: NamespaceOptions): ApiObject {
    checkNamespace(where, name);
    if (this.has(name)) {
      throw new InvalidInputError({
        where,
        problem: 'the mesh already has this namespace',
        value: name,
        allowed: 'each namespace once',
        fix: 'add the services to the existing MeshNamespace, or rename one of the two',
      });
    }
    return addObject(this, name, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: namespaceLabels(options) },
    });
  }
}
