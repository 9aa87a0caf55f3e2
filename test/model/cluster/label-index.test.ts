import { LabelIndex } from '../../../lib/model/cluster/label-index';

describe('LabelIndex', () => {
  const item = (name: string, namespace: string, labels: Record<string, string>) => ({ name, namespace, labels });
  const index = new LabelIndex([
    item('1', 'a', { app: 'x', tier: 'web' }),
    item('2', 'a', { app: 'y', tier: 'web' }),
    item('3', 'b', { app: 'x', tier: 'web' }),
    item('4', 'b', {}),
  ]);
  const names = (labels: Record<string, string>, namespace?: string) =>
    index.select(labels, namespace).map(({ name }) => name);

  test('selects by all labels, within a namespace or in all', () => {
    expect(names({ app: 'x' }, 'a')).toEqual(['1']);
    expect(names({ app: 'x' })).toEqual(['1', '3']);
    expect(names({ app: 'x', tier: 'db' })).toEqual([]);
  });

  test('selects everything without labels', () => {
    expect(names({}, 'b')).toEqual(['3', '4']);
    expect(names({})).toEqual(['1', '2', '3', '4']);
  });

  test('takes keys and values for what they are', () => {
    expect(names({ 'app\nx': '' })).toEqual([]);
    expect(names({ constructor: 'x' })).toEqual([]);
  });
});
