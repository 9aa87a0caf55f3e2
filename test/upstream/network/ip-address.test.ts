import { ipRange, parseIp } from '../../../lib/upstream/network/ip-address';

describe('ipRange', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    // Host bits are ignored.
    ['10.1.2.3/16', '10.1.9.9', true],
    ['192.168.1.128/25', '192.168.1.129', true],
    ['192.168.1.128/25', '192.168.1.127', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::/0', '::1', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['::ffff:10.0.0.1', '::ffff:a00:1', true],
    // The two families never match each other.
    ['::/0', '10.0.0.1', false],
    ['0.0.0.0/0', '::1', false],
  ])('%s holds %s: %s', (range, address, expected) => {
    expect(ipRange(range)?.(parseIp(address) ?? [])).toBe(expected);
  });

  test.each([
    '',
    'x',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.1/33',
    '10.0.0.1/',
    '10.0.0.01',
    '1::2::3',
    ':::',
    '::/129',
    '1:2:3:4:5:6:7:8:9',
    '10.0.0.0/8/8',
    '1:2:3:4:5:6:7::8.8.8.8',
  ])('%j is not a range', (text) => {
    expect(ipRange(text)).toBeUndefined();
  });
});
