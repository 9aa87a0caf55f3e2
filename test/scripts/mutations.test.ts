import { mutated, mutationsOf } from '../../scripts/mutations';

const afters = (text: string) => mutationsOf(text).map((mutation) => mutated(text, mutation));

test('each decision is turned round once, and nothing else of the text changes', () => {
  expect(afters('if (a) return b === 1;')).toEqual([
    'if (!(a)) return b === 1;',
    'if (a) return b !== 1;',
    'if (a) return b === 2;',
  ]);
});

test('texts and comments are left as they are', () => {
  expect(afters("const a = 'x === 1'; // true && 2\n/* false */")).toEqual([]);
});
