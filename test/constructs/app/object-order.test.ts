import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { orderObjects } from '../../../lib/constructs/app/object-order';

function configMap(scope: Construct, name: string): ApiObject {
  return new ApiObject(scope, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
}

function names(app: App): string[] {
  return orderObjects(app.node.findAll()).map((object) => object.name);
}

test('keeps the order of creation where nothing depends on anything', () => {
  const app = new App();
  const chart = new Chart(app, 'chart');
  for (const name of ['z', 'a', 'm']) configMap(chart, name);

  expect(names(app)).toEqual(['z', 'a', 'm']);
});

test('puts an object after every object of the construct it depends on', () => {
  const app = new App();
  const chart = new Chart(app, 'chart');
  const first = configMap(chart, 'first');
  configMap(chart, 'between');
  const group = new Construct(chart, 'group');
  configMap(group, 'x');
  configMap(group, 'y');
  first.addDependency(group);

  expect(names(app)).toEqual(['x', 'y', 'first', 'between']);
});

test('refuses a dependency between charts, naming both', () => {
  const app = new App();
  const one = configMap(new Chart(app, 'one'), 'a');
  const two = configMap(new Chart(app, 'two'), 'b');
  one.addDependency(two);

  expect(() => names(app)).toThrow(/\[one\/a\] a dependency on another chart cannot be expressed: "two\/b"/);
});

test('refuses a cycle', () => {
  const app = new App();
  const chart = new Chart(app, 'chart');
  const a = configMap(chart, 'a');
  const b = configMap(chart, 'b');
  a.addDependency(b);
  b.addDependency(a);

  expect(() => names(app)).toThrow(/depend on each other/);
});

test('visits each object once, where every path through forty layers would take for ever', () => {
  const app = new App();
  const chart = new Chart(app, 'chart');
  let below: Construct | undefined;
  for (let layer = 0; layer < 40; layer++) {
    const group = new Construct(chart, `layer-${layer}`);
    configMap(group, `a-${layer}`);
    configMap(group, `b-${layer}`);
    if (below !== undefined) {
      // constructs' own cycle check is exponential too, so the edge is made from one object only.
      group.node.children[0]?.node.addDependency(below);
    }
    below = group;
  }

  expect(names(app)).toHaveLength(80);
});
