import { checkNotAmbient } from '../../../../lib/constructs/istio/installation/ambient';
import { refusal } from '../refusal';

test('labels that join ambient are refused with the reason', () => {
  const error = refusal(() => checkNotAmbient('mesh/shop', { 'istio.io/dataplane-mode': 'ambient' }));
  expect(error.where).toBe('mesh/shop');
  expect(error.problem).toContain('ztunnel');
});

test('labels that keep out of ambient pass', () => {
  checkNotAmbient('mesh/shop', { 'istio.io/dataplane-mode': 'none', app: 'ambient' });
  checkNotAmbient('mesh/shop', {});
});
