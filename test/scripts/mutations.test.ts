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

test('what the compiler adds is no decision', () => {
  expect(
    afters('Object.defineProperty(exports, "__esModule", { value: true });\nconst a = (0, other_1.name)(b);'),
  ).toEqual([]);
  expect(afters('f(0, a.b)')).toEqual(['f(1, a.b)']);
});
