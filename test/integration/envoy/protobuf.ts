/**
 * As much of protobuf's wire format as the SDS messages need: length-delimited fields, written in full, and read while
 * skipping everything else. A gRPC library and Envoy's message definitions would be the alternative; that is a dozen
 * packages for four messages.
 */
export function message(...fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields);
}

/** A string, bytes or sub-message field. */
export function field(number: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

/** A `google.protobuf.Any`. */
export function any(type: string, content: Buffer): Buffer {
  return message(field(1, `type.googleapis.com/${type}`), field(2, content));
}

/** Every length-delimited field of a message, in order, by number. */
export function readFields(bytes: Buffer): Map<number, Buffer[]> {
  const fields = new Map<number, Buffer[]>();
  let offset = 0;
  const readVarint = () => {
    let result = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(offset++);
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
    }
  };
  while (offset < bytes.length) {
    const tag = readVarint();
    const wireType = tag & 7;
    if (wireType === 0) readVarint();
    else if (wireType === 1) offset += 8;
    else if (wireType === 5) offset += 4;
    else if (wireType === 2) {
      const length = readVarint();
      const number = tag >>> 3;
      fields.set(number, [...(fields.get(number) ?? []), bytes.subarray(offset, offset + length)]);
      offset += length;
    } else throw new Error(`wire type ${wireType} is not used by these messages`);
  }
  return fields;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}
