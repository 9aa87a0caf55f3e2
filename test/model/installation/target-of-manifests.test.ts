import { readManifests } from '../../../lib/model/documents/read-manifests';
import { targetOf } from '../../../lib/model/installation/target-of-manifests';
import { Target } from '../../../lib/upstream/releases/target';

const operator = (name: string, tag: string, annotation?: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata:\n  name: ${name}\n  namespace: istio-system\n${
    annotation === undefined ? '' : `  annotations: {teleport-istio/target: "${annotation}"}\n`
  }spec: {${tag}}\n`;

function releases(text: string, said?: Target): string {
  const { istio, kubernetes } = targetOf(readManifests([{ file: 'a.yaml', text }]).manifests, said);
  return `${istio} ${kubernetes}`;
}

test('manifests that say nothing are for the defaults', () => {
  expect(releases(operator('a', 'profile: minimal'))).toBe('1.31.4 1.35.0');
});

test('a pinned tag is a word about the release', () => {
  expect(releases(operator('a', 'tag: 1.29.3'))).toBe('1.29.3 1.35.0');
});

test('what the app remembers wins over a tag, and the caller over both', () => {
  const text = operator('a', 'tag: 1.29.3', 'istio=1.30.7,kubernetes=1.36.0');

  expect(releases(text)).toBe('1.30.7 1.36.0');
  expect(releases(text, Target.of({ istio: '1.32' }))).toBe('1.32.0 1.36.0');
});

test('of two words the older release counts, and a word that is not a target says nothing', () => {
  const one = operator('a', 'profile: minimal', 'istio=1.31.4');

  expect(releases(`${one}---\n${operator('b', 'profile: minimal', 'istio=1.30.7')}`)).toBe('1.30.7 1.35.0');
  expect(releases(operator('a', 'profile: minimal', 'whatever'))).toBe('1.31.4 1.35.0');
  expect(releases(operator('a', 'profile: minimal', 'istio=latest'))).toBe('1.31.4 1.35.0');
});
