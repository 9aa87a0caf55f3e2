import { diagnose, verdictOf } from '../../../lib/analysis/doctor/diagnose';
import { diagnosisToJson } from '../../../lib/analysis/doctor/reporters/doctor-json';
import { diagnosisToJunit } from '../../../lib/analysis/doctor/reporters/doctor-junit';
import { diagnosisToMarkdown } from '../../../lib/analysis/doctor/reporters/doctor-markdown';
import { diagnosisToText } from '../../../lib/analysis/doctor/reporters/doctor-text';
import { filesToSnapshot, type SnapshotFile } from '../../../lib/analysis/doctor/snapshot-files';
import { extent } from '../../thorough';
import { recordedFiles } from './recorded';

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const NONSENSE = [
  'null',
  '[]',
  '{}',
  '""',
  '12',
  'true',
  '- a',
  '"\\u001b[2J"',
  '!!binary x',
  '&a [*a]',
  '<script>',
  '\u202e',
  '{{ x }}',
];

/** Breaks some files: cut off, a value replaced, lines left out or exchanged, a whole file gone. */
function broken(files: readonly SnapshotFile[], next: (below: number) => number): readonly SnapshotFile[] {
  return files.flatMap((file) => {
    const lines = file.text.split('\n');
    const at = next(lines.length);
    switch (next(12)) {
      case 0:
        return [];
      case 1:
        return [{ ...file, text: file.text.slice(0, next(file.text.length + 1)) }];
      case 2:
        return [
          {
            ...file,
            text: lines
              .map((line, index) =>
                index === at ? line.replace(/: .*/, `: ${NONSENSE[next(NONSENSE.length)]}`) : line,
              )
              .join('\n'),
          },
        ];
      case 3:
        return [{ ...file, text: lines.filter((_, index) => index !== at).join('\n') }];
      case 4:
        return [
          {
            ...file,
            text: lines
              .map((line) => (next(30) === 0 ? line.replace(/: .*/, `: ${NONSENSE[next(NONSENSE.length)]}`) : line))
              .join('\n'),
          },
        ];
      default:
        return [file];
    }
  });
}

test('a broken snapshot never ends in an exception, and never loses a part without a word', () => {
  const files = recordedFiles('two-cas');
  for (let seed = 1; seed <= extent(20, 200); seed += 1) {
    const changed = broken(files, numbers(seed));
    const snapshot = filesToSnapshot(changed);
    if ('problem' in snapshot) continue;
    const diagnosis = diagnose(snapshot);
    for (const render of [diagnosisToText, diagnosisToJson, diagnosisToMarkdown, diagnosisToJunit]) {
      expect(render(diagnosis).includes('\u001b')).toBe(false);
    }
    if (!snapshot.objects.has('pods'))
      expect({ seed, verdict: verdictOf(diagnosis) }).not.toEqual({ seed, verdict: 'healthy' });
  }
});

/** What is not needed while all is well: keys that no token is compared with, drivers that have mounted. */
const SPARE = /^(?:jwks|objects\/csinodes|logs\/(?!teleport-system\/tbot))/;
const NEEDED = recordedFiles('healthy')
  .map(({ path }) => path)
  .filter((path) => !SPARE.test(path) && path !== 'snapshot.yaml');

test.each(NEEDED.filter((path) => !path.startsWith('logs/')))('without %s half, it is not called healthy', (path) => {
  const files = recordedFiles('healthy').map((file) =>
    file.path === path ? { ...file, text: `${file.text.slice(0, file.text.length / 2)}\n  }` } : file,
  );
  const snapshot = filesToSnapshot(files);
  if ('problem' in snapshot) throw new Error(snapshot.problem);

  expect(verdictOf(diagnose(snapshot))).not.toBe('healthy');
});

test.each(NEEDED.filter((path) => !/^(?:proxies|snapshot)/.test(path)))(
  'without %s, it is not called healthy',
  (path) => {
    const snapshot = filesToSnapshot(recordedFiles('healthy').filter((file) => file.path !== path));
    if ('problem' in snapshot) throw new Error(snapshot.problem);

    expect(verdictOf(diagnose(snapshot))).not.toBe('healthy');
  },
);

test('without any reading of a proxy, it is not called healthy', () => {
  const snapshot = filesToSnapshot(recordedFiles('healthy').filter(({ path }) => !path.startsWith('proxies/')));
  if ('problem' in snapshot) throw new Error(snapshot.problem);

  expect(verdictOf(diagnose(snapshot))).toBe('unknown');
});
