import { diagnose, verdictOf } from '../../../lib/analysis/doctor/diagnose';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import type { Snapshot } from '../../../lib/analysis/doctor/snapshot';
import { filesToSnapshot, type SnapshotFile, snapshotToFiles } from '../../../lib/analysis/doctor/snapshot-files';

const SAVED = snapshotToFiles(exampleSnapshot());

function read(files: readonly SnapshotFile[]): Snapshot {
  const snapshot = filesToSnapshot(files);
  if ('problem' in snapshot) throw new Error(snapshot.problem);
  return snapshot;
}

/** What was saved with one file of it changed, or gone. */
function withFile(path: string, text?: string): readonly SnapshotFile[] {
  return SAVED.flatMap((file) => (file.path !== path ? [file] : text === undefined ? [] : [{ path, text }]));
}

test('what was saved is read back whole', () => {
  expect(snapshotToFiles(read(SAVED))).toEqual(SAVED);
  expect(read(SAVED).gaps).toEqual([]);
});

const LISTS = SAVED.filter(({ path, text }) => path.startsWith('objects/') && /^ {2}- /m.test(text));

test.each(LISTS.map(({ path, text }) => [path, text] as const))(
  '%s that ends early, and is YAML nevertheless, is not looked at',
  (path, text) => {
    const cut = `${text.slice(0, text.lastIndexOf('\n  - ') + 1)}`;
    const snapshot = read(withFile(path, cut === 'items:\n' ? 'items: []\n' : cut));
    const subject = path.replace('.yaml', '');

    expect(snapshot.objects.has(subject.replace('objects/', ''))).toBe(false);
    expect(snapshot.gaps).toContainEqual({ subject, because: expect.stringContaining('were saved') });
    expect(diagnose(snapshot).outcomes.flatMap(({ findings }) => findings)).toEqual([]);
  },
);

test.each(['proxies/shop/web-1.yaml', 'tbots/teleport-system/tbot-1.yaml', 'logs/teleport-system/tbot-1/tbot.log'])(
  'without %s, which was saved, it is not called healthy',
  (path) => {
    expect(SAVED.map((file) => file.path)).toContain(path);

    expect(verdictOf(diagnose(read(withFile(path))))).toBe('unknown');
  },
);

test('a snapshot that says nothing of what was saved is read as it is', () => {
  const [head] = SAVED.filter(({ path }) => path === 'snapshot.yaml');
  const text = head?.text.slice(0, head.text.indexOf('saved:')) ?? '';

  expect(text).toContain('takenAt');
  expect(read(withFile('snapshot.yaml', text))).toEqual(read(SAVED));
});
