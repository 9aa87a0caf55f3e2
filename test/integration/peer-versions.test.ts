import { lowest, newest, PeerProject } from './peer-project';

test.each([
  { title: 'the lowest cdk8s and constructs, without cdk8s-plus', peers: lowest('cdk8s', 'constructs'), plus: false },
  {
    title: 'the lowest cdk8s-plus',
    peers: [...lowest('cdk8s-plus-28'), ...newest('cdk8s', 'constructs')],
    plus: true,
  },
])(
  'every example compiles and writes the same bytes with $title',
  ({ peers, plus }) => {
    const project = PeerProject.install(peers);
    try {
      const { written, committed } = project.runExamples({ plus });
      expect(written.size).toBeGreaterThan(3);
      expect(written).toEqual(committed);
    } finally {
      project.remove();
    }
  },
  180_000,
);
