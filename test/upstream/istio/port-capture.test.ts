import {
  type CaptureSettings,
  dependsOnAddress,
  whyNotInbound,
  whyNotOutbound,
} from '../../../lib/upstream/istio/port-capture';

const traffic = (annotations: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(annotations).map(([name, text]) => [`traffic.sidecar.istio.io/${name}`, text]));

const passesIn = (annotations: Readonly<Record<string, string>>, mesh: CaptureSettings = {}, port = 8080) =>
  whyNotInbound(annotations, mesh, port) !== undefined;
const passesOut = (annotations: Readonly<Record<string, string>>, mesh: CaptureSettings = {}, port = 80) =>
  whyNotOutbound(annotations, mesh, port) !== undefined;

describe('inbound traffic', () => {
  it.each([
    [{}, false],
    [{ excludeInboundPorts: '8080' }, true],
    [{ excludeInboundPorts: '80, 8080' }, true],
    [{ excludeInboundPorts: '80' }, false],
    [{ includeInboundPorts: '*' }, false],
    [{ includeInboundPorts: '8080' }, false],
    [{ includeInboundPorts: '80' }, true],
    [{ includeInboundPorts: '' }, true],
    // Exclusions are only looked at where everything is included.
    [{ includeInboundPorts: '8080', excludeInboundPorts: '8080' }, false],
  ])('%j', (annotations, passes) => {
    expect(passesIn(traffic(annotations))).toBe(passes);
  });

  it('never takes the ports of the proxy itself', () => {
    for (const port of [15020, 15021, 15090]) expect(passesIn({}, {}, port)).toBe(true);
  });

  it('follows the installation unless the pod says otherwise', () => {
    expect(passesIn({}, { excludeInboundPorts: '8080' })).toBe(true);
    expect(passesIn(traffic({ excludeInboundPorts: '' }), { excludeInboundPorts: '8080' })).toBe(false);
    expect(passesIn({}, { includeInboundPorts: '80' })).toBe(true);
  });

  it('is not redirected with interception mode NONE', () => {
    expect(passesIn({ 'sidecar.istio.io/interceptionMode': 'NONE' })).toBe(true);
    expect(passesIn({ 'sidecar.istio.io/interceptionMode': 'TPROXY' })).toBe(false);
  });
});

describe('outbound traffic', () => {
  it.each([
    [{}, false],
    [{ excludeOutboundPorts: '80' }, true],
    [{ excludeOutboundPorts: '443' }, false],
    [{ includeOutboundIPRanges: '' }, true],
    [{ includeOutboundIPRanges: '', includeOutboundPorts: '80' }, false],
    [{ excludeOutboundIPRanges: '0.0.0.0/0' }, true],
    // Excluded ports come first.
    [{ includeOutboundPorts: '80', excludeOutboundPorts: '80' }, true],
    [{ excludeOutboundIPRanges: '10.0.0.0/8' }, false],
  ])('%j', (annotations, passes) => {
    expect(passesOut(traffic(annotations))).toBe(passes);
  });

  it('depends on addresses where ranges are listed', () => {
    expect(dependsOnAddress({}, {})).toBe(false);
    expect(dependsOnAddress(traffic({ excludeOutboundIPRanges: '10.0.0.0/8' }), {})).toBe(true);
    expect(dependsOnAddress({}, { includeIPRanges: '10.0.0.0/8' })).toBe(true);
  });
});
