import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';

/**
 * All objects of an app in the order they are written: as they were made, but after what they depend on.
 *
 * cdk8s' own walk visits every path through the dependencies, which takes exponential time
 * (cdk8s-team/cdk8s-core src/dependency.ts); this one visits every object once.
 *
 * @throws InvalidInputError for a dependency between charts, which files cannot express, and for a cycle
 */
export function orderObjects(constructs: readonly IConstruct[]): readonly ApiObject[] {
  const ordered = new Set<ApiObject>();
  const inProgress = new Set<ApiObject>();
  const satisfied = new Set<IConstruct>();

  const place = (object: ApiObject): void => {
    if (ordered.has(object)) return;
    inProgress.add(object);
    for (const scope of object.node.scopes) {
      for (const dependency of scope.node.dependencies) placeAll(dependency, object);
    }
    inProgress.delete(object);
    ordered.add(object);
  };

  const placeAll = (dependency: IConstruct, dependent: ApiObject): void => {
    refuseOtherChart(dependency, dependent);
    if (satisfied.has(dependency)) return;
    satisfied.add(dependency);
    for (const object of dependency.node.findAll().filter(ApiObject.isApiObject)) {
      if (object === dependent) continue;
      if (inProgress.has(object)) throw cycle(object, dependent);
      place(object);
    }
  };

  for (const object of constructs.filter(ApiObject.isApiObject)) place(object);
  return [...ordered];
}

function refuseOtherChart(dependency: IConstruct, dependent: ApiObject): void {
  const chart = Chart.isChart(dependency) ? dependency : Chart.of(dependency);
  if (chart !== Chart.of(dependent)) {
    throw new InvalidInputError({
      where: dependent.node.path,
      problem: 'a dependency on another chart cannot be expressed',
      value: dependency.node.path,
      allowed: 'dependencies within one chart; files are applied in the order of their names',
      fix: 'remove addDependency, and name the charts so that they sort in the order of dependency',
    });
  }
}

function cycle(object: ApiObject, dependent: ApiObject): InvalidInputError {
  return new InvalidInputError({
    where: dependent.node.path,
    problem: 'two objects depend on each other',
    value: object.node.path,
    allowed: 'dependencies without a cycle',
    fix: 'remove one of the two addDependency calls',
  });
}
