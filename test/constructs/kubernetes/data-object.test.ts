import { ApiObject, App, Chart, type IResolver, JsonPatch, Lazy, Size } from 'cdk8s';
import fc from 'fast-check';
import { DataObject } from '../../../lib/constructs/kubernetes/data-object';

const HEAD = { apiVersion: 'example.org/v1', kind: 'Example' };

/** Data, and what is none: all that somebody may put into an object. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined, Number.NaN, -0, 1n),
    fc.constantFrom(new Date(0), Size.mebibytes(1), new Map(), /x/, Object.create(null) as object),
    fc.constantFrom(JSON.parse('{"__proto__": {"a": 1}}') as object, { constructor: 'x' }, { value: 'x' }),
    fc.constantFrom({ resolve: 'x' }, { resolve: () => 'resolved' }, () => 'function'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('a', 'Z', '10', '9', 'constructor')), tie('value'), {
      maxKeys: 4,
    }),
    tie('value').map((value) => Lazy.any({ produce: () => value })),
    fc.constant(
      Lazy.any({
        produce: () => {
          throw new Error('produced nothing');
        },
      }),
    ),
  ),
})).value;

type Make = typeof ApiObject | typeof DataObject;
type Data = ConstructorParameters<typeof DataObject>[2];

/** The text, keys in their order, or the message. */
function written(make: Make, data: object, change: (object: ApiObject) => void = () => {}, app = new App()): string {
  try {
    const object = new make(new Chart(app, 'chart'), 'object', data as Data);
    change(object);
    return JSON.stringify(object.toJson(), (_, value) => (Object.is(value, -0) ? '-0' : value));
  } catch (error) {
    return String(error);
  }
}

test('whatever is in it, cdk8s writes the same', () => {
  const metadata = fc.record(
    { name: fc.string(), labels: fc.dictionary(fc.string(), fc.string()), annotations: fc.constant({}) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), anything, { maxKeys: 4 }), metadata, (fields, about) => {
      const data = { ...fields, ...HEAD, metadata: about };
      expect(written(DataObject, data)).toBe(written(ApiObject, data));
    }),
    { numRuns: 500 },
  );
});

const DATA = { spec: { b: 1, a: [null, { d: undefined, c: 'x' }] }, ...HEAD, metadata: { name: 'n' } };

test('data is copied once, with sorted keys, and not by cdk8s', () => {
  const byCdk8s = jest.spyOn(ApiObject.prototype, 'toJson');
  expect(written(DataObject, DATA)).toBe(
    '{"apiVersion":"example.org/v1","kind":"Example","metadata":{"name":"n"},"spec":{"a":[null,{"c":"x"}],"b":1}}',
  );
  expect(byCdk8s).not.toHaveBeenCalled();
  byCdk8s.mockRestore();
});

test('patches, labels and annotations that are added later are in it', () => {
  const change = (object: ApiObject) => {
    object.metadata.addLabel('team', 'a');
    object.metadata.addAnnotation('note', 'b');
    object.addJsonPatch(JsonPatch.replace('/spec/b', 2));
  };
  expect(written(DataObject, DATA, change)).toBe(written(ApiObject, DATA, change));
  expect(written(DataObject, DATA, change)).toContain('"b":2');
});

test("an app's own resolvers have their say", () => {
  const resolver: IResolver = {
    resolve: (context) => {
      if (context.value === 'x') context.replaceValue('from the resolver');
    },
  };
  expect(written(DataObject, DATA, undefined, new App({ resolvers: [resolver] }))).toContain('from the resolver');
});

test('keys are not sorted where cdk8s does not', () => {
  process.env.CDK8S_DISABLE_SORT = '1';
  try {
    expect(written(DataObject, DATA)).toContain('"spec":{"b":1,');
  } finally {
    delete process.env.CDK8S_DISABLE_SORT;
  }
});
